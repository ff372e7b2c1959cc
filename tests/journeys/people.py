"""How people use a running system: a browser for sign-in, an OpenID client library for tokens, HTTP for the rest."""

import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from authlib.integrations.httpx_client import OAuth2Client

from superapp.launch.code import totp_code

APP_REDIRECT = "id.go.balikpapan.app:/callback"
RESIDENT_SCOPES = "openid profile email account applications notifications"
OFFICE_SCOPES = "openid profile account office"
AUTHENTICATE = "/accounts/2fa/authenticate/"
TLS = httpx.create_ssl_context()  # made once: it costs more than most requests
_BROWSERS: dict[tuple[str, str], httpx.Client] = {}


@dataclass
class Person:
    """A signed-in person with the mobile app: `api` calls with a bearer token."""

    base_url: str
    email: str
    password: str
    scope: str = RESIDENT_SCOPES
    browser: httpx.Client = field(init=False)
    token: dict[str, Any] = field(init=False)
    client: OAuth2Client = field(init=False)

    def __post_init__(self) -> None:
        self.browser = httpx.Client(base_url=self.base_url, follow_redirects=False, timeout=20, verify=TLS)
        known = _BROWSERS.get((self.base_url, self.email))
        if known and known.get("/akun/").status_code == 200:
            self.browser = known  # the same browser once more: an officer's codes are few
        else:
            self.sign_in()
        self.authorize()

    def sign_in(self) -> None:
        """Fill in the sign-in page like a browser: cookies, the form's CSRF token, a redirect after it."""
        page = self.browser.get("/accounts/login/")
        assert page.status_code == 200, page.text
        answer = self.browser.post(
            "/accounts/login/",
            data={"login": self.email, "password": self.password, "csrfmiddlewaretoken": csrf_of(page.text)},
            headers={"Referer": f"{self.base_url}/accounts/login/"},
        )
        assert answer.status_code == 302, answer.text
        if answer.headers["location"] == AUTHENTICATE:
            self._enter_code()
        _BROWSERS[self.base_url, self.email] = self.browser

    def _enter_code(self) -> None:
        """Enter what the authenticator app shows; a code serves once, so its neighbours are tried, then later ones."""
        page = self.browser.get(AUTHENTICATE)
        for attempt in range(8):
            code = totp_code((0, 1, -1)[attempt % 3])
            answer = self.browser.post(
                AUTHENTICATE,
                data={"code": code, "csrfmiddlewaretoken": csrf_of(page.text)},
                headers={"Referer": f"{self.base_url}{AUTHENTICATE}"},
            )
            if answer.status_code == 302:
                return
            if attempt % 3 == 2:
                time.sleep(20)
        raise AssertionError(answer.text)

    def authorize(self) -> None:
        """Run the authorization-code flow with PKCE as the app's public client, through Authlib."""
        found = httpx.get(f"{self.base_url}/o/.well-known/openid-configuration", verify=TLS).json()
        self.client = OAuth2Client(
            client_id="balikpapan-app",
            redirect_uri=APP_REDIRECT,
            scope=self.scope,
            code_challenge_method="S256",
            token_endpoint=found["token_endpoint"],
            token_endpoint_auth_method="none",
            timeout=20,
            verify=TLS,
        )
        verifier = "a" * 20 + "Verifier-of-fifty-characters-or-more"
        url, state = self.client.create_authorization_url(
            found["authorization_endpoint"], code_verifier=verifier, nonce="n-0S6"
        )
        answer = self.browser.get(url)
        assert answer.status_code == 302, answer.text
        location = answer.headers["location"]
        assert location.startswith(APP_REDIRECT), location
        assert parse_qs(urlsplit(location).query)["state"] == [state]
        self.token = self.client.fetch_token(
            found["token_endpoint"], authorization_response=location, code_verifier=verifier, state=state
        )

    def call(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """Call the API with this person's bearer token."""
        headers = {"Authorization": f"Bearer {self.token['access_token']}"} | kwargs.pop("headers", {})
        return httpx.request(
            method, f"{self.base_url}/api/v1/{path}", headers=headers, timeout=20, verify=TLS, **kwargs
        )

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.call("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.call("POST", path, **kwargs)


def csrf_of(html: str) -> str:
    """Return the form's CSRF token."""
    found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
    assert found, html[:500]
    return found.group(1)
