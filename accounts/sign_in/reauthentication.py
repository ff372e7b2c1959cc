"""Proving again who one is before a step that could cost the account.

The library never asks who has neither password nor second factor: to it, whoever signs in with codes has always
proved it just now. Here everybody is asked, by the strongest means that the person has: a second factor where there
is one, else the password or a code to a proved address.

Other parts use `required` on views, `recently_proved` where they decide themselves, and `page` where they send a
browser to prove it without signing out (`prompt=login`, `max_age`): the sign-in's `proved_at` and `methods` follow.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, Literal, TypeVar
from urllib.parse import urlencode

from allauth.account import app_settings as library
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from accounts.sign_in import sms
from accounts.sign_in.guesses import CODE_SECONDS, GUESSES, take_guess
from accounts.sign_in.queries import has_second_factor, proved_addresses

__all__ = ["Sent", "check_code", "page", "pending", "recently_proved", "required", "send_code"]

R = TypeVar("R", bound=HttpResponseBase)
_SESSION_KEY: Final = "reauthentication_code"


def recently_proved(request: HttpRequest, seconds: int | None = None) -> bool:
    """Return whether the person proved who they are in this browser within so many seconds (by default five minutes).

    Signing in counts. Who has a second factor must have shown it.
    """
    user = request.user
    if not user.is_authenticated:
        return False
    records = get_authentication_records(request, user)
    if has_second_factor(user.pk):
        records = [record for record in records if record["method"] == "mfa"]
    latest = max((record["at"] for record in records), default=0.0)
    limit = library.REAUTHENTICATION_TIMEOUT if seconds is None else seconds
    return bool(time.time() - latest < limit)


def required(view: Callable[..., R]) -> Callable[..., R]:
    """Make a page ask first who has not proved it recently; what they posted goes through afterwards."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> R:
        if not recently_proved(request):
            raise ReauthenticationRequired
        return view(request, *args, **kwargs)

    return asked


def page(user: User, *, then: str) -> str | None:
    """Return the address at which this person proves who they are and goes on to `then`.

    None for who has nothing to prove it by, and has to sign in again.
    """
    ways = get_adapter().get_reauthentication_methods(user)
    return f"{ways[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: then})}" if ways else None


@dataclass(frozen=True)
class Sent:
    """A code on its way: to which address of the person, by what."""

    kind: Literal["phone", "email"]
    address: str


def send_code(request: HttpRequest, user: User, kind: str) -> bool:
    """Send a code to the person's proved phone number or e-mail address. False when there is none of this kind."""
    address = proved_addresses(user, now=timezone.now()).get(kind)
    if address is None:
        return False
    code = get_adapter().generate_login_code()
    request.session[_SESSION_KEY] = {
        "person": str(user.pk),
        "kind": kind,
        "address": address,
        "code": _digest(code),
        "at": time.time(),
        "guesses": 0,
    }
    if kind == "phone":
        sms.send_sms("reauthentication", to=address, language=user.language, code=code)
    else:
        get_adapter().send_mail("account/email/reauthentication_code", address, {"code": code, "request": request})
    return True


def pending(request: HttpRequest, user: User) -> Sent | None:
    """Return where the latest code for this person went, while it can be entered."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or kept["person"] != str(user.pk):
        return None
    if time.time() - kept["at"] > CODE_SECONDS or kept["guesses"] >= GUESSES:
        return None
    return Sent(kept["kind"], kept["address"])


def check_code(request: HttpRequest, user: User, code: str, *, again: bool = False) -> bool:
    """Return whether this is the code that was sent; if so, the person has proved who they are.

    A code can be entered once, and guessed at three times. `again`: the person is signed in already.
    """
    sent = pending(request, user)
    if sent is None:
        return False
    kept = request.session[_SESSION_KEY]
    if not take_guess(request, kept["code"]):
        return False
    if not constant_time_compare(kept["code"], _digest("".join(code.split()).replace("-", ""))):
        request.session[_SESSION_KEY] = {**kept, "guesses": kept["guesses"] + 1}
        return False
    del request.session[_SESSION_KEY]
    how = {sent.kind: sent.address} | ({"reauthenticated": True} if again else {})
    record_authentication(request, user, method="code", **how)
    return True


def _digest(code: str) -> str:
    return salted_hmac("accounts.sign_in.reauthentication", code, algorithm="sha256").hexdigest()
