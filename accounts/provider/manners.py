"""What the provider's views share: requests whole before the library sees them, answers as clients expect them."""

from http import HTTPStatus
from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from oauthlib.common import urldecode

from accounts.provider.hints import to_language

ISSUER = settings.OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"]


class WellFormed:
    """Answers 400 to parameters that neither OAuth nor PostgreSQL can hold, before the library trips over
    them.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _is_well_formed(request):
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]
        return oauth_error("invalid_request", "The parameters are malformed, too many or too long.")


def _is_well_formed(request: HttpRequest) -> bool:
    try:
        urldecode(request.META.get("QUERY_STRING", "").replace("+", "%20"))
        given = [*request.GET.lists(), *request.POST.lists()]
        for name, values in given:
            if name == "resource":
                for uri in " ".join(values).split():
                    urlsplit(uri)
    except (ValueError, SuspiciousOperation, MultiPartParserError):
        return False
    return not any("\0" in value for _name, values in given for value in values)


def oauth_error(code: str, description: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": code, "error_description": description}, status=status)


@method_decorator(csrf_exempt, name="dispatch")  # programs call these, with their own credentials and no cookie
class ForPrograms(WellFormed):
    """Answers in JSON that nobody keeps, errors too: the library leaves some of them as HTML.

    `challenge` says how a client that failed to prove itself may do so (RFC 6749, section 5.2); the library names a
    scheme by which no client does.
    """

    challenge: ClassVar[str | None] = 'Basic realm="client"'

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(request, *args, **kwargs)
        if getattr(answer, "content", b""):
            answer["Content-Type"] = "application/json"
        if answer.status_code == HTTPStatus.UNAUTHORIZED and self.challenge:
            answer["WWW-Authenticate"] = self.challenge
        answer["Cache-Control"] = "no-store"
        return answer


@method_decorator(csrf_exempt, name="dispatch")  # a POST of our own form is checked below
class ForPeople(WellFormed):
    """Speaks the language that the client hints at, and takes its request by POST as well, by turning it into a GET.

    OpenID asks for POST. From the client's site it brings no session along (SameSite=Lax), so a signed-in person
    would look like a stranger. Only our own form carries a CSRF token.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and _is_well_formed(request) and "csrfmiddlewaretoken" not in request.POST:
            response = HttpResponseRedirect(f"{request.path}?{request.POST.urlencode()}")
            response.status_code = HTTPStatus.SEE_OTHER
            return response
        return to_language(request) or self._answer(request, *args, **kwargs)

    @method_decorator(csrf_protect)
    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)
