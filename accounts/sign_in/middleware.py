"""What the sign-in pages' library leaves to whoever uses it."""

from collections.abc import Callable
from functools import partial

from allauth.core.exceptions import RateLimited
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.sign_in import browsers, failures
from accounts.sign_in.lockout import too_often
from accounts.sign_in.operations import see
from accounts.sign_in.queries import current_id


class TooOften:
    """Answers 429 where the library raises: it catches its own exception on some pages only."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page that says to try again later, or None for other exceptions."""
        return too_often(request) if isinstance(exception, RateLimited) else None


class KnownBrowser:
    """Gives a browser the cookie by which it is known later, when somebody has just signed in in it; and writes down
    that they failed to.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        browsers.give(request, answer)
        failures.write_after(request, answer)
        return answer


class LivingSignIn:
    """Treats a browser as a stranger's once its sign-in has ended elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = SimpleLazyObject(partial(_living, request, request.user))  # type: ignore[assignment]
        return self.get_response(request)


def _living(request: HttpRequest, user: User | AnonymousUser) -> User | AnonymousUser:
    if not user.is_authenticated:
        return user
    now = timezone.now()
    found = see(person_id=user.pk, sign_in_id=current_id(request), now=now)
    if found is None:
        request.session.flush()
        return AnonymousUser()
    if found.seen_at == now:
        request.session.modified = True  # the cookie's two weeks begin anew, as the sign-in's do
    return user
