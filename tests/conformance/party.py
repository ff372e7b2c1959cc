"""A relying party as the conformance suite plays it: it sends the browser, reads what comes back, and checks it."""

import base64
import html
import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.http import HttpResponse
from django.test import Client
from jwcrypto import jwk, jwt  # type: ignore[import-untyped]

from accounts.models import RelyingParty, User
from accounts.operations import register_relying_party
from tests.accounts.flow import CHALLENGE, VERIFIER

CALLBACK = "https://rp.example/callback"
BYE = "https://rp.example/bye"
SCOPES = ("openid", "profile", "email", "phone")
ISSUER = "http://127.0.0.1:8000/o"


@dataclass
class Party:
    """A confidential client (`client_secret_basic`) and a browser."""

    person: User
    client: RelyingParty
    secret: str
    browser: Client = field(default_factory=Client)

    @classmethod
    def registered(cls, person: User, client_id: str = "rp", **changes: Any) -> "Party":
        """Register the client and sign the person in."""
        secret = client_id * 20
        values: dict[str, Any] = {
            "name": "Contoh OPD",
            "scopes": SCOPES,
            "redirect_uris": [CALLBACK],
            "post_logout_redirect_uris": [BYE],
            "client_secret": secret,
        }
        client = register_relying_party(client_id=client_id, **(values | changes))
        party = cls(person, client, secret)
        party.browser.force_login(person)
        return party

    def asked(self, **changes: str | None) -> HttpResponse:
        """Send the browser to the authorize endpoint; a change to None leaves the parameter out."""
        query = {
            "client_id": self.client.client_id,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid",
            "state": "s1",
            "nonce": "n1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        answer = self.browser.get("/o/authorize/", {k: v for k, v in query.items() if v is not None})
        if answer.status_code == 302 and answer["Location"].startswith("/o/authorize/"):
            answer = self.browser.get(answer["Location"])
        return answer  # type: ignore[return-value]

    def consented(self, answer: HttpResponse) -> HttpResponse:
        """Say yes to the consent page, if one is shown."""
        if answer.status_code != 200:
            return answer
        page = answer.content.decode()
        sent = {
            html.unescape(name): html.unescape(value)
            for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        }
        url = answer.wsgi_request.get_full_path()  # type: ignore[attr-defined]
        return self.browser.post(url, sent | {"allow": "Authorize"})  # type: ignore[return-value]

    def authorized(self, **changes: str | None) -> dict[str, str]:
        """Go through authorization, consent included, and return what came back to the client."""
        return told(self.consented(self.asked(**changes)))

    def exchanged(self, code: str, **changes: str) -> HttpResponse:
        """Exchange a code for tokens."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        } | changes
        return self.posted("/o/token/", form)

    def posted(self, path: str, form: dict[str, str]) -> HttpResponse:
        """Send a form as the client, authenticated by its secret."""
        return Client().post(path, form, headers={"authorization": self.basic})  # type: ignore[return-value]

    @property
    def basic(self) -> str:
        return "Basic " + base64.b64encode(f"{self.client.client_id}:{self.secret}".encode()).decode()

    def tokens(self, **changes: str | None) -> dict[str, Any]:
        """Return the token response of a whole flow."""
        answer = self.exchanged(self.authorized(**changes)["code"])
        assert answer.status_code == 200, answer.content
        return answer.json()  # type: ignore[attr-defined,no-any-return]

    def claims(self, **changes: str | None) -> dict[str, Any]:
        """Return the claims of the ID token of a whole flow, its signature checked."""
        return verified(self.tokens(**changes)["id_token"], self)


def told(answer: HttpResponse) -> dict[str, str]:
    """Return the parameters of the redirect to the client."""
    assert answer.status_code in (302, 303), (answer.status_code, answer.content[:2000])
    assert answer["Location"].startswith("https://rp.example/"), answer["Location"]
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def verified(id_token: str, party: Party) -> dict[str, Any]:
    """Return the claims of an ID token for this party.

    The signature is checked with the keys that the provider publishes.
    """
    keys = jwk.JWKSet.from_json(Client().get("/o/.well-known/jwks.json").content)
    token = jwt.JWT(jwt=id_token, key=keys, algs=["RS256"])
    claims: dict[str, Any] = json.loads(token.claims)
    assert claims["iss"] == ISSUER
    assert claims["aud"] in (party.client.client_id, [party.client.client_id])
    return claims
