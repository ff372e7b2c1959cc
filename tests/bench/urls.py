"""The product's addresses, and one trivial view behind the product's token check and behind the library's."""

from django.http import HttpResponse
from django.urls import include, path
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

_BODY = b'{"ok":true}'


class Trivial(APIView):
    """Answers a fixed body to anyone with a token."""

    required_scopes = ["applications"]

    def get(self, request: Request) -> HttpResponse:
        return HttpResponse(_BODY, content_type="application/json")


class TrivialByLibrary(Trivial):
    """The same, its token checked by django-oauth-toolkit's own class."""

    authentication_classes = (OAuth2Authentication,)
    permission_classes = (IsAuthenticated,)


class TrivialAnonymous(Trivial):
    """The same, open to all."""

    authentication_classes = ()
    permission_classes = ()


urlpatterns = [
    path("api/v1/bench/ours/", Trivial.as_view()),
    path("api/v1/bench/library/", TrivialByLibrary.as_view()),
    path("api/v1/bench/anonymous/", TrivialAnonymous.as_view()),
    path("", include("superapp.urls")),
]
