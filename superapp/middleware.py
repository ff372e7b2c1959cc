"""The layers that only pages need, passed by the API as one: bearer tokens need no session, cookie or CSRF check.

Measured: the page stack costs a fixed API view about half its throughput.
"""

from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.module_loading import import_string

from superapp.http.middleware import is_api

# Scripts and styles come from files of ours, so that what somebody slips into a page does not run. `form-action` is
# left out: browsers hold redirects to it, too, and the consent page's form ends at the client's own address.
_POLICY: Final = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


class PageLayers:
    """Lays `settings.PAGE_MIDDLEWARE` around what lies within, as Django does with `MIDDLEWARE`; the API goes past.

    Its layers' `process_view` and `process_exception` are asked; none has a `process_template_response`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = self._layered = get_response
        self._before_views: list[Callable[..., HttpResponseBase | None]] = []
        self._after_exceptions: list[Callable[..., HttpResponseBase | None]] = []
        for name in reversed(settings.PAGE_MIDDLEWARE):
            layer = import_string(name)(self._layered)
            self._layered = convert_exception_to_response(layer)  # type: ignore[assignment]  # of no coroutine
            if hasattr(layer, "process_view"):
                self._before_views.insert(0, layer.process_view)
            if hasattr(layer, "process_exception"):
                self._after_exceptions.append(layer.process_exception)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request) if is_api(request) else self._layered(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:
        """Return the first answer that a layer gives in the view's place."""
        return None if is_api(request) else _first(self._before_views, request, *view)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Return the first answer that a layer gives for an exception of the view."""
        return None if is_api(request) else _first(self._after_exceptions, request, exception)


def _first(hooks: list[Callable[..., HttpResponseBase | None]], *told: Any) -> HttpResponseBase | None:
    return next((answer for hook in hooks if (answer := hook(*told)) is not None), None)


class PagePolicy:
    """Says to browsers what a page may load (Content Security Policy), unless its view says it more closely."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        answer.headers.setdefault("Content-Security-Policy", _POLICY)
        return answer
