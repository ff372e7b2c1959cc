"""The product's addresses, and one trivial view behind the product's token check and behind the library's."""

from typing import Any

from django.http import HttpResponse
from django.urls import path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.openid import Server
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from superapp import urls

_BODY = b'{"ok":true}'


class Trivial(APIView):
    """Answers a fixed body to anyone with a token."""

    required_scopes = ["applications"]

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(_BODY, content_type="application/json")


class ByLibrary(OAuth2Authentication):  # type: ignore[misc]  # the library is not typed
    """django-oauth-toolkit's own token check, with its own rules in the place of the product's."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return who is calling, or None; a server is made for each request, as the library does."""
        valid, found = OAuthLibCore(Server(OAuth2Validator())).verify_request(request, scopes=[])
        return (found.user, found.access_token) if valid else None


class TrivialByLibrary(Trivial):
    """The same, its token checked by the library."""

    authentication_classes = (ByLibrary,)
    permission_classes = (IsAuthenticated,)


class TrivialAnonymous(Trivial):
    """The same, open to all."""

    authentication_classes = ()
    permission_classes = ()


urlpatterns = [
    path("api/v1/bench/ours/", Trivial.as_view()),
    path("api/v1/bench/library/", TrivialByLibrary.as_view()),
    path("api/v1/bench/anonymous/", TrivialAnonymous.as_view()),
    *urls.urlpatterns,
]
