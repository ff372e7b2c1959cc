"""The authorization-code flow as a browser and an app run it."""

import base64
import hashlib
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from django.core.mail import EmailMessage
from django.http import HttpResponse
from django.test import Client

PASSWORD = "sandi-yang-panjang"
REDIRECT = "id.go.balikpapan.app:/callback"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def authorize(browser: Client, **changes: str | None) -> HttpResponse:
    """Send the browser to the authorize endpoint; a change to None leaves the parameter out."""
    query = {
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid account",
        "state": "s1",
        "nonce": "n1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    return browser.get("/o/authorize/", {name: value for name, value in query.items() if value is not None})  # type: ignore[return-value]


def told(answer: HttpResponse) -> dict[str, str]:
    """Return the parameters of the redirect to the client."""
    assert answer.status_code == 302, answer.content
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def exchange(code: str, /, **changes: str) -> HttpResponse:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "app",
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    } | changes
    return Client().post("/o/token/", form)  # type: ignore[return-value]


def get_me(token: str) -> HttpResponse:
    return Client().get("/api/v1/me/", headers={"authorization": f"Bearer {token}"})  # type: ignore[return-value]


def sms(folder: Path) -> list[str]:
    """Return the messages that the SMS stand-in kept, oldest first."""
    files = sorted((folder / "mail").glob("sms-*.log"), key=lambda path: path.stat().st_mtime_ns)
    return [path.read_text() for path in files]


def code_in(text: str | EmailMessage) -> str:
    found = re.search(r"\b\d{6}\b", str(text.body) if isinstance(text, EmailMessage) else text)
    assert found, text
    return found[0]
