"""Browsers in which a person has signed in before, told by a signed cookie (OWASP "Slow Down Online Guessing Attacks
with Device Cookies").

The cookie proves nothing about who sits there; it only tells the resident's browser from that of somebody who guesses.
It goes to the sign-in pages alone. A changed password makes strangers of all browsers but the one that changed it.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.models import User

__all__ = ["give", "known_as", "remember"]

COOKIE: Final = "known_browser"
KNOWN_FOR: Final = timedelta(days=180)
# A telephone that a family shares; who signed in longest ago is forgotten first.
_PEOPLE: Final = 5
_SALT: Final = "accounts.sign_in.browsers"


def known_as(request: HttpRequest, person: User | None, *, now: datetime) -> str | None:
    """Return the name of this browser (random, the same for all its people) if the person signed in in it before."""
    if person is None:
        return None
    kept = _read(request)
    since = now - KNOWN_FOR
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if any(kept["people"].get(_mark(person, key), 0) > since.timestamp() for key in keys):
        return str(kept["name"])
    return None


def remember(request: HttpRequest, person: User, *, now: datetime) -> None:
    """Have the answer tell this browser that the person signed in in it."""
    kept = _read(request)
    people = {**kept["people"], _mark(person, settings.SECRET_KEY): int(now.timestamp())}
    latest = sorted(people.items(), key=lambda each: each[1], reverse=True)[:_PEOPLE]
    request.known_browser = {"name": kept["name"], "people": dict(latest)}  # type: ignore[attr-defined]


def give(request: HttpRequest, answer: HttpResponse) -> None:
    """Put into the answer what `remember` was told."""
    kept = getattr(request, "known_browser", None)
    if kept is None:
        return
    answer.set_cookie(
        COOKIE,
        signing.dumps(kept, salt=_SALT),
        max_age=KNOWN_FOR,
        path="/accounts/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> dict[str, Any]:
    if told := getattr(request, "known_browser", None):
        return dict(told)
    try:
        return dict(signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=KNOWN_FOR))
    except signing.BadSignature:
        return {"name": uuid4().hex, "people": {}}


def _mark(person: User, key: str | bytes) -> str:
    """Return by what a browser knows a person: nothing that names them, and another after each change of password."""
    of = f"{person.pk}:{person.password}"
    return salted_hmac(_SALT, of, secret=key, algorithm="sha256").hexdigest()[:32]
