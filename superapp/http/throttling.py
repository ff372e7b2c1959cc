"""How often one caller may ask: counted in the process, so it costs no query.

Every process counts by itself; the whole platform lets through at most the rate times the number of processes. Limits
that must hold exactly (sign-in, codes) are in the shared cache (`ACCOUNT_RATE_LIMITS`).
"""

import time
from typing import Any

from django.conf import settings
from rest_framework.throttling import BaseThrottle

_WINDOW = 60
_MOST_CALLERS = 100_000


class Throttle(BaseThrottle):
    """Counts a caller's requests in windows of a minute: reads, writes, and what a view names as `throttle_scope`."""

    _window = 0
    _counts: dict[tuple[str, str], int] = {}

    def allow_request(self, request: Any, view: Any) -> bool:
        if not settings.THROTTLE:
            return True
        caller = getattr(request.user, "id", None)
        scope = getattr(view, "throttle_scope", None) or _scope(request, caller)
        return self._count(scope, str(caller or address_of(request))) <= settings.THROTTLE_RATES[scope]

    def _count(self, scope: str, caller: str) -> int:
        cls = Throttle
        window = int(time.time()) // _WINDOW
        if window != cls._window or len(cls._counts) > _MOST_CALLERS:
            cls._window, cls._counts = window, {}
        key = (scope, caller)
        cls._counts[key] = count = cls._counts.get(key, 0) + 1
        return count

    def wait(self) -> float:
        return _WINDOW - time.time() % _WINDOW + 1


def _scope(request: Any, caller: Any) -> str:
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        return "write"
    return "person" if caller else "anonymous"


def address_of(request: Any) -> str:
    """Return the caller's address; behind proxies that we trust, the one that the outermost of them saw."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies:
        chain = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        if len(chain) >= proxies and chain[-proxies]:
            return str(chain[-proxies])
    return str(request.META.get("REMOTE_ADDR", ""))
