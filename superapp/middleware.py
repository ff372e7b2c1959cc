"""Django's page middleware, skipped for the API: bearer tokens need neither session, cookie nor CSRF check.

Measured: the page stack costs a fixed API view about half its throughput.
"""

from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.middleware.locale import LocaleMiddleware

from superapp.http.middleware import is_api

# Scripts and styles come from files of ours, so that what somebody slips into a page does not run. `form-action` is
# left out: browsers hold redirects to it, too, and the consent page's form ends at the client's own address.
_POLICY: Final = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


class PagePolicy:
    """Says to browsers what a page may load (Content Security Policy), unless its view says it more closely."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if not is_api(request):
            answer.headers.setdefault("Content-Security-Policy", _POLICY)
        return answer


class _PagesOnly:
    """Passes API requests straight on to the next layer."""

    get_response: Any

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if is_api(request):
            return self.get_response(request)  # type: ignore[no-any-return]
        return super().__call__(request)  # type: ignore[misc,no-any-return]


class PageSession(_PagesOnly, SessionMiddleware):
    pass


class PageLocale(_PagesOnly, LocaleMiddleware):
    pass


class PageAuthentication(_PagesOnly, AuthenticationMiddleware):
    pass


class PageMessages(_PagesOnly, MessageMiddleware):
    pass


class PageCsrf(_PagesOnly, CsrfViewMiddleware):
    def process_view(self, request: HttpRequest, *args: Any) -> Any:
        if is_api(request):
            return None
        return super().process_view(request, *args)
