"""RP-Initiated Logout OP: one test for each module of `oidcc-rp-initiated-logout-certification-test-plan`."""

import html
import json
import re
from typing import Any

from django.http import HttpResponse
from django.test import Client
from jwcrypto import jwk, jwt  # type: ignore[import-untyped]

from tests.conformance.party import BYE, Party, told, verified


def _sign_out(party: Party, **query: str) -> HttpResponse:
    """Send the browser to the logout endpoint, and say yes where it asks."""
    answer = party.browser.get("/o/logout/", query)
    page = answer.content.decode()
    if answer.status_code == 200 and 'name="allow"' in page:
        hidden = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', page)
        sent = {html.unescape(name): html.unescape(value) for name, value in hidden}
        answer = party.browser.post(answer.wsgi_request.get_full_path(), sent | {"allow": "Logout"})
    return answer  # type: ignore[return-value]


def _is_signed_out(party: Party) -> bool:
    return told(party.asked(prompt="none")).get("error") == "login_required"


def _leads_away(answer: HttpResponse) -> bool:
    return answer.get("Location", "").startswith("https://rp.example")


def _forged(id_token: str, party: Party, key: jwk.JWK) -> str:
    """Return the same claims, signed by another key."""
    claims: dict[str, Any] = verified(id_token, party)
    token = jwt.JWT(header={"alg": "RS256"}, claims=json.dumps(claims))
    token.make_signed_token(key)
    return str(token.serialize())


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(party: Party) -> None:
    found = Client().get("/o/.well-known/openid-configuration").json()

    assert found["end_session_endpoint"] == "http://127.0.0.1:8000/o/logout/"


def test_oidcc_rp_initiated_logout(party: Party) -> None:
    hint = party.tokens()["id_token"]

    answer = _sign_out(party, id_token_hint=hint, post_logout_redirect_uri=BYE, state="s2")

    assert answer["Location"] == f"{BYE}?state=s2"
    assert _is_signed_out(party)


def test_oidcc_rp_initiated_logout_no_state(party: Party) -> None:
    hint = party.tokens()["id_token"]

    assert _sign_out(party, id_token_hint=hint, post_logout_redirect_uri=BYE)["Location"] == BYE
    assert _is_signed_out(party)


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(party: Party) -> None:
    hint = party.tokens()["id_token"]

    assert not _leads_away(_sign_out(party, id_token_hint=hint))
    assert _is_signed_out(party)


def test_oidcc_rp_initiated_logout_no_params(party: Party) -> None:
    assert not _leads_away(_sign_out(party))
    assert _is_signed_out(party)


def test_oidcc_rp_initiated_logout_only_state(party: Party) -> None:
    assert not _leads_away(_sign_out(party, state="s2"))
    assert _is_signed_out(party)


def test_oidcc_rp_initiated_logout_no_id_token_hint(party: Party) -> None:
    party.tokens()

    answer = _sign_out(party, post_logout_redirect_uri=BYE)

    assert not _leads_away(answer)


def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(party: Party) -> None:
    hint = party.tokens()["id_token"]

    answer = _sign_out(party, id_token_hint=hint, post_logout_redirect_uri=BYE + "/other", state="s2")

    assert answer.status_code == 400
    assert not _leads_away(answer)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(party: Party) -> None:
    hint = party.tokens()["id_token"]

    answer = _sign_out(party, id_token_hint=hint, post_logout_redirect_uri=BYE + "?extra=1", state="s2")

    assert answer.status_code == 400
    assert not _leads_away(answer)


def test_oidcc_rp_initiated_logout_modified_id_token_hint(party: Party) -> None:
    head, body, signature = party.tokens()["id_token"].split(".")
    changed = ("B" if signature[10] != "B" else "C").join([signature[:10], signature[11:]])

    answer = _sign_out(party, id_token_hint=f"{head}.{body}.{changed}", post_logout_redirect_uri=BYE)

    assert answer.status_code == 400
    assert not _leads_away(answer)


def test_oidcc_rp_initiated_logout_bad_id_token_hint(party: Party) -> None:
    hint = _forged(party.tokens()["id_token"], party, jwk.JWK.generate(kty="RSA", size=2048))

    answer = _sign_out(party, id_token_hint=hint, post_logout_redirect_uri=BYE)

    assert answer.status_code == 400
    assert not _leads_away(answer)
