"""What the sign-in pages' library leaves to whoever uses it."""

from collections.abc import Callable

from allauth.core.exceptions import RateLimited
from allauth.core.ratelimit import respond_429
from django.http import HttpRequest, HttpResponse


class TooOften:
    """Answers 429 where the library raises: it catches its own exception on some pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page that says to try again later, or None for other exceptions."""
        return respond_429(request) if isinstance(exception, RateLimited) else None
