"""Driving an agency's site as browser and provider at once: what it must refuse, and what it must take.

The person is synthetic and the codes are of this run alone (accounts.provider.trials).
"""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode

from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from jwcrypto.jwt import JWT  # type: ignore[import-untyped]

from accounts.models import RelyingParty, User
from accounts.provider.keys import sign
from accounts.provider.manners import ISSUER
from accounts.provider.subjects import subject_of
from accounts.provider.trials import issue_code
from accounts.sign_in.models import SignIn
from services.connectors.visiting import Strayed, Visitor
from superapp.http.outgoing import Unreachable, call

AUTHORIZE: Final = f"{ISSUER}/authorize/"
EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_SECONDS: Final = 180.0
BROKEN_TOKENS: Final = ("wrong_nonce", "bad_signature", "wrong_issuer", "wrong_audience")
FORGERIES: Final = ("unsigned", "other_key", "other_audience", "with_nonce")
CHECKS: Final = (
    "state", "nonce", "pkce", "wrong_state", *BROKEN_TOKENS, "sign_in",
    *(f"forged_logout_{forgery}" for forgery in FORGERIES), "logout",
)  # fmt: skip


Why = dict[str, str] | None


@dataclass
class Drive:
    """One run against one client's site. `checks` fills up with what each check found, and `keep` is told each time."""

    client: RelyingParty
    person: User
    sign_in: SignIn
    login_uri: str
    session_uri: str
    now: datetime
    keep: Callable[[list[dict[str, Any]]], None]
    checks: list[dict[str, Any]] = field(default_factory=list)
    begun: float = field(default_factory=monotonic)

    def run(self) -> list[dict[str, Any]]:
        """Return what each check found; a site that cannot be reached fails them."""
        self._check("state", "RFC 9700, 4.7", self._differs("state"))
        self._check("nonce", "OpenID Core, 3.1.2.1", self._differs("nonce"))
        self._check("pkce", "RFC 7636, 4.3", self._pkce)
        self._check("wrong_state", "RFC 9700, 4.7", self._wrong_state)
        for fault in BROKEN_TOKENS:
            self._check(fault, "OpenID Core, 3.1.3.7", self._broken(fault))
        visitor = Visitor()
        self._check("sign_in", "OpenID Core, 3.1", lambda: self._signs_in(visitor))
        for forgery in FORGERIES:
            self._check(f"forged_logout_{forgery}", "Back-Channel Logout, 2.6", self._forged(forgery))
        self._check("logout", "Back-Channel Logout, 2.7", lambda: self._logs_out(visitor))
        return self.checks

    def _check(self, id: str, standard: str, find: Callable[[], Why]) -> None:
        """Record a check: `find` returns why it failed, None when it passed."""
        try:
            why = find() if monotonic() - self.begun < LONGEST_SECONDS else _TOO_SLOW
        except Strayed as error:
            why = error.why
        except Unreachable as error:
            why = _why(f"situs tidak menjawab ({error})", f"the site did not answer ({error})")
        self.checks.append({"id": id, "standard": standard, "passed": not why, "why": why})
        self.keep(self.checks)

    def _begin(self, visitor: Visitor) -> dict[str, str]:
        asked = visitor.begin(self.login_uri, authorize=AUTHORIZE)
        if asked.get("client_id") != self.client.client_id:
            raise Strayed("permintaan itu milik klien lain", "the request is of another client")
        if asked.get("redirect_uri") not in self.client.redirect_uris.split():
            raise Strayed("alamat pengalihan itu tidak terdaftar", "the redirect address is not registered")
        return asked

    def _differs(self, name: str) -> Callable[[], Why]:
        def find() -> Why:
            one, other = (self._begin(Visitor()).get(name, "") for _turn in range(2))
            if min(len(one), len(other)) < 16:
                return _why(
                    f"{name} tidak ada atau kurang dari 16 karakter", f"{name} is missing or shorter than 16 characters"
                )
            same = _why(f"{name} sama pada dua permintaan", f"{name} is the same in two requests")
            return same if one == other else None

        return find

    def _pkce(self) -> Why:
        one, other = (self._begin(Visitor()) for _turn in range(2))
        if one.get("code_challenge_method") != "S256" or len(one.get("code_challenge", "")) != 43:
            return _why("tidak ada code_challenge dengan S256", "no code_challenge with S256")
        same = _why("code_challenge sama pada dua permintaan", "the challenge is the same in two requests")
        return same if one["code_challenge"] == other.get("code_challenge") else None

    def _return(self, visitor: Visitor, *, fault: str = "", spoil_state: bool = False) -> bool:
        """Come back to the site with a code; return whether that signed the visitor in."""
        asked = self._begin(visitor)
        code = issue_code(
            client=self.client, sign_in=self.sign_in, person=self.person, asked=asked, fault=fault, now=self.now
        )  # fmt: skip
        state = secrets.token_urlsafe(24) if spoil_state else asked.get("state", "")
        query = urlencode({"code": code, "state": state, "iss": ISSUER})
        visitor.open(f"{asked['redirect_uri']}?{query}")
        return visitor.is_signed_in(self.session_uri)

    def _wrong_state(self) -> Why:
        taken = _why("jawaban dengan state asing diterima", "an answer with a foreign state signed in")
        return taken if self._return(Visitor(), spoil_state=True) else None

    def _broken(self, fault: str) -> Callable[[], Why]:
        taken = _why(f"ID token dengan {fault} diterima", f"an ID token with {fault} signed in")
        return lambda: taken if self._return(Visitor(), fault=fault) else None

    def _signs_in(self, visitor: Visitor) -> Why:
        refused = _why("jawaban yang benar ditolak", "a good answer did not sign in")
        return None if self._return(visitor) else refused

    def _tell(self, token: str) -> int:
        if not self.client.backchannel_logout_uri:
            raise Strayed("alamat pemberitahuan keluar belum terdaftar", "no back-channel logout address is registered")
        return call("POST", self.client.backchannel_logout_uri, data={"logout_token": token}).status

    def _claims(self) -> dict[str, Any]:
        return {
            "iss": ISSUER, "aud": self.client.client_id, "sub": subject_of(self.person.pk, self.client),
            "sid": str(self.sign_in.pk), "iat": int(self.now.timestamp()), "jti": secrets.token_urlsafe(16),
            "exp": int((self.now + timedelta(minutes=5)).timestamp()), "events": {EVENT: {}},
        }  # fmt: skip

    def _forged(self, forgery: str) -> Callable[[], Why]:
        def find() -> Why:
            status = self._tell(self._forgery(forgery))
            taken = _why(
                f"menjawab {status} atas logout token palsu, bukan 400",
                f"answered {status} to a forged logout token, not 400",
            )
            return None if status == 400 else taken

        return find

    def _forgery(self, forgery: str) -> str:
        claims = self._claims()
        if forgery == "other_audience":
            return sign(claims | {"aud": "another-client"}, typ="logout+jwt", now=self.now)
        if forgery == "with_nonce":
            return sign(claims | {"nonce": "n"}, typ="logout+jwt", now=self.now)
        true = JWT(jwt=sign(claims, typ="logout+jwt", now=self.now))
        kid = json.loads(true.token.objects["protected"])["kid"]
        if forgery == "other_key":
            forged = JWT(header={"alg": "RS256", "typ": "logout+jwt", "kid": kid}, claims=json.dumps(claims))
            forged.make_signed_token(JWK.generate(kty="RSA", size=2048))
            return str(forged.serialize())
        _header, body, _signature = sign(claims, typ="logout+jwt", now=self.now).split(".")
        unsigned = json.dumps({"alg": "none", "typ": "logout+jwt", "kid": kid}).encode()
        return f"{_base64(unsigned)}.{body}."

    def _logs_out(self, visitor: Visitor) -> Why:
        if not visitor.is_signed_in(self.session_uri):
            return _why("sudah tidak ada yang masuk", "nobody was signed in any more")
        status = self._tell(sign(self._claims(), typ="logout+jwt", now=self.now))
        if status not in (200, 204):
            return _why(f"menjawab {status} atas logout token", f"answered {status} to a logout token")
        lives = _why("sesi tetap hidup sesudah keluar", "the session outlived its sign-in")
        return lives if visitor.is_signed_in(self.session_uri) else None


def _why(id: str, en: str) -> dict[str, str]:
    return {"id": id, "en": en}


_TOO_SLOW: Final = _why("situs terlalu lambat untuk diuji lebih lanjut", "the site was too slow to be tried further")


def _base64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
