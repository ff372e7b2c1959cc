"""Authlib, the client library most used with Python, against the running system."""

from typing import Any

import httpx
import pytest
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.journeys.stack import Stack
from tests.judges.clients import CALLBACK, RESIDENT, SIGNED_OUT, Browser, registered

pytestmark = pytest.mark.xdist_group("stack")
VERIFIER, NONCE = "b" * 50, "n-0S6_WzA2Mj"


def test_signs_in_refreshes_reads_userinfo_revokes_and_signs_out(stack: Stack) -> None:
    known = httpx.get(f"{stack.base_url}/o/.well-known/openid-configuration").json()
    client = registered(stack)
    browser = Browser(stack.base_url)
    judge = OAuth2Client(
        **client,
        redirect_uri=CALLBACK,
        scope="openid profile email",
        code_challenge_method="S256",
        token_endpoint=known["token_endpoint"],
        revocation_endpoint_auth_method="client_secret_basic",
        timeout=20,
    )

    address, state = judge.create_authorization_url(
        known["authorization_endpoint"], code_verifier=VERIFIER, nonce=NONCE, max_age=600
    )
    callback = browser.browse(address)
    first = judge.fetch_token(authorization_response=callback, code_verifier=VERIFIER, state=state)
    claims = _validated(first, known, client["client_id"])
    info = judge.get(known["userinfo_endpoint"]).json()
    renewed = judge.refresh_token(known["token_endpoint"])
    living = judge.get(known["userinfo_endpoint"])
    revoked = judge.revoke_token(known["revocation_endpoint"], renewed["refresh_token"], "refresh_token")
    dead = httpx.get(known["userinfo_endpoint"], headers=_bearer(renewed["access_token"]))
    with pytest.raises(OAuthError, match="invalid_grant"):
        judge.refresh_token(known["token_endpoint"], refresh_token=renewed["refresh_token"])
    query = {"id_token_hint": first["id_token"], "post_logout_redirect_uri": SIGNED_OUT, "state": "bye"}
    left = browser.browse(str(httpx.URL(known["end_session_endpoint"], params=query)))

    assert claims["sub"] == info["sub"]
    assert info["email"] == RESIDENT
    assert renewed["refresh_token"] != first["refresh_token"]
    assert (living.status_code, revoked.status_code, dead.status_code) == (200, 200, 401)
    assert left == f"{SIGNED_OUT}?state=bye"


def _validated(tokens: dict[str, Any], known: dict[str, Any], client_id: str) -> CodeIDToken:
    keys = KeySet.import_key_set(httpx.get(known["jwks_uri"]).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    claims = CodeIDToken(
        token.claims,
        token.header,
        {"iss": {"value": known["issuer"]}, "aud": {"value": client_id}},
        {"nonce": NONCE, "client_id": client_id, "max_age": 600, "access_token": tokens["access_token"]},
    )
    claims.validate(leeway=5)
    return claims


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
