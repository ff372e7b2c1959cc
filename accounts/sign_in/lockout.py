"""Locking out whoever guesses passwords, and not those at whom they guess. The numbers: decision record 10.

Three counters: tries at one account, by whichever of its addresses; tries of a browser that the account knows, which
nobody else can use up; and different accounts at which one address failed. The last tells guessing one password at
many accounts from the thousands of residents behind a carrier's address, each of whom fails at their own.
"""

import hashlib
import math
import time
from dataclasses import dataclass, field
from typing import Any, Final

from allauth.account import app_settings as library
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from accounts.sign_in import browsers

__all__ = ["Attempt", "admit", "admit_code", "failed", "forgive", "refuse_while_too_often", "succeeded", "too_often"]

# Per account, or per browser that it knows. At most 100 failures a day: NIST SP 800-63B-4, section 3.2.2.
_TRIES: Final = {"try": "5/300s/key,100/d/key"}
_FROM_ADDRESS: Final = {"failure": "60/m/ip", "code": "60/m/ip"}
SPRAYED_ACCOUNTS: Final = 20
SPRAYED_SECONDS: Final = 600
_UNTOLD: Final = 60  # seconds to wait where a limit of the library does not tell


@dataclass(frozen=True)
class Attempt:
    """A password about to be tried at an account: whose (None: nobody's), and by which browser that it knows."""

    account: str
    person: User | None
    browser: str | None
    _used: list[Any] = field(repr=False)


def admit(request: HttpRequest, *, login: str, person: User | None) -> Attempt:
    """Count a try before the password is looked at, so that tries at the same moment count each.

    `person` is whose account the login opens; what is nobody's counts in the same way.

    :raises ImmediateHttpResponse: 429, when there were too many.
    """
    browser = browsers.known_as(request, person, now=timezone.now())
    account = f"account:{person.pk}" if person else f"login:{login.lower()}"
    attempt = Attempt(account, person, browser, [])
    if browser is None:
        _refuse(request, _sprayed_for(request))
    _count(request, attempt, "try", _TRIES, key=_counter(account, browser))
    if browser is None:
        _count(request, attempt, "failure", _FROM_ADDRESS)
    return attempt


def admit_code(request: HttpRequest, *, person: User | None) -> None:
    """Count a code that is about to be sent to somebody (None: to an address that is nobody's).

    A browser that the person signed in in before is free: nobody else at its address can use it up.

    :raises ImmediateHttpResponse: 429, when this address had too many sent.
    """
    if browsers.known_as(request, person, now=timezone.now()) is None:
        _count(request, Attempt("", person, None, []), "code", _FROM_ADDRESS)


def succeeded(attempt: Attempt) -> None:
    """Take the try back. Those before it stay: guessing must not be hidden by signing in now and then."""
    for usage in attempt._used:
        usage.rollback()


def failed(request: HttpRequest, attempt: Attempt) -> None:
    """Remember that this address failed at this account."""
    if attempt.browser is not None:
        return
    key = _sprayed_key(request)
    with ratelimit.cache_lock(key):
        since = _since(request)
        since[hashlib.sha256(attempt.account.encode()).hexdigest()[:16]] = time.time()
        latest = sorted(since.items(), key=lambda each: each[1], reverse=True)[: SPRAYED_ACCOUNTS + 1]
        cache.set(key, dict(latest), SPRAYED_SECONDS)


def forgive(request: HttpRequest, person: User) -> None:
    """Open an account to everybody again: its owner showed that they read its messages."""
    ratelimit.clear(request, app=__name__, action="try", config=_TRIES, key=_counter(f"account:{person.pk}", None))


def refuse_while_too_often(request: HttpRequest, *, action: str, key: str) -> None:
    """Ask one of the library's limits without counting.

    :raises ImmediateHttpResponse: 429, as long as `action` may not be done at `key`.
    """
    _refuse(request, _wait(request, "allauth.account", action, library.RATE_LIMITS, key))


def too_often(request: HttpRequest, seconds: float = _UNTOLD) -> HttpResponse:
    """Return the page that says when to try again."""
    minutes = math.ceil(seconds / 60)
    answer = render(request, "429.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(math.ceil(seconds))
    return answer


def _counter(account: str, browser: str | None) -> str:
    return f"{account}:{browser}" if browser else account


def _count(request: HttpRequest, attempt: Attempt, action: str, config: dict[str, str], key: str | None = None) -> None:
    usage = ratelimit.consume(request, app=__name__, action=action, config=config, key=key)
    if usage is None:
        succeeded(attempt)
        _refuse(request, max(1, _wait(request, __name__, action, config, key)))
    attempt._used.append(usage)


def _refuse(request: HttpRequest, seconds: float) -> None:
    if seconds > 0:
        raise ImmediateHttpResponse(too_often(request, seconds))


def _wait(request: HttpRequest, app: str, action: str, config: dict[str, str], key: str | None) -> float:
    """Return in how many seconds a limit allows the next time; 0 when it does so now."""
    waits = [0.0]
    for rate in ratelimit.get_rates(app=app, action=action, config=config):
        used = cache.get(ratelimit.get_cache_key(request, app=app, action=action, rate=rate, key=key), [])
        _allowed, used = ratelimit.apply_rate(list(used), time.time(), rate, dry_run=True)
        if len(used) >= rate.amount:
            waits.append(used[rate.amount - 1] + rate.duration - time.time())
    return max(waits)


def _sprayed_for(request: HttpRequest) -> float:
    """Return for how many seconds more this address has failed at too many accounts."""
    since = sorted(_since(request).values())
    return since[-SPRAYED_ACCOUNTS - 1] + SPRAYED_SECONDS - time.time() if len(since) > SPRAYED_ACCOUNTS else 0


def _since(request: HttpRequest) -> dict[str, float]:
    """Return the accounts at which this address failed of late, and when it did last."""
    kept: dict[str, float] = cache.get(_sprayed_key(request), {})
    return {account: at for account, at in kept.items() if at > time.time() - SPRAYED_SECONDS}


def _sprayed_key(request: HttpRequest) -> str:
    return f"{__name__}:accounts:{ratelimit.get_ip(request)}"
