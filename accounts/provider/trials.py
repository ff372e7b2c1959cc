"""Codes for trying a client out: a synthetic person's, and on request with an ID token that must be refused.

What is wrong stands in the code itself, which only the provider can make: the path of real codes costs nothing more.
"""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from oauth2_provider.models import get_grant_model

from accounts.models import RelyingParty, User
from accounts.provider.operations import authorize
from accounts.provider.tokens import checksum
from accounts.sign_in.models import SignIn

_MARK: Final = "trial."
_SPOILT: Final[Mapping[str, dict[str, str]]] = {
    "wrong_nonce": {"nonce": "the-nonce-of-another-request"},
    "wrong_issuer": {"iss": "https://penyusup.example/o"},
    "wrong_audience": {"aud": "another-client"},
}


def issue_code(*, client: RelyingParty, sign_in: SignIn, person: User, asked: Mapping[str, str], fault: str,
               now: datetime) -> str:  # fmt: skip
    """Return a code that answers the authorization request `asked`; `fault` is what its ID token has wrong, or ""."""
    code = f"{_MARK}{fault}.{secrets.token_urlsafe(32)}"
    scopes = [each for each in asked.get("scope", "openid").split() if each in client.allowed_scopes]
    authorize(
        sign_in=sign_in, assurance=person.assurance, client=client, scopes=scopes, claims={}, code=code, now=now
    )  # fmt: skip
    get_grant_model().objects.create(
        user=person, application=client, code=checksum(code), expires=now + timedelta(seconds=60),
        redirect_uri=asked.get("redirect_uri", ""), scope=" ".join(scopes), nonce=asked.get("nonce", ""),
        code_challenge=asked.get("code_challenge", ""), code_challenge_method="S256", claims="{}",
    )  # fmt: skip
    return code


def spoil_claims(claims: dict[str, Any], code: str | None) -> dict[str, Any]:
    """Return the claims of the ID token for this code: those given, but for a trial that must be refused."""
    return claims | _SPOILT.get(_fault(code), {})


def spoil_signature(token: str, code: str | None) -> str:
    """Return the signed token for this code, with a signature that is not ours where the trial says so."""
    if _fault(code) != "bad_signature":
        return token
    body, _dot, signature = token.rpartition(".")
    raw = urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    return f"{body}.{urlsafe_b64encode(bytes([raw[0] ^ 1]) + raw[1:]).decode().rstrip('=')}"


def _fault(code: str | None) -> str:
    return code.split(".")[1] if code and code.startswith(_MARK) else ""
