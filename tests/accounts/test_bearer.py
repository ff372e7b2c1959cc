"""Who a bearer token says is calling."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import BearerAuthentication, Principal, ServiceAccount
from accounts.models import User
from accounts.operations import register_relying_party
from accounts.sign_in.models import SignIn
from tests.accounts.flow import get_me


class Public(APIView):
    authentication_classes = [BearerAuthentication]
    permission_classes = [AllowAny]

    def get(self, _request: Request) -> HttpResponse:
        return HttpResponse("open")


Tokens = Callable[..., dict[str, Any]]
INVALID = 'Bearer realm="api", error="invalid_token"'


def authenticated(header: str) -> Any:
    request = Request(RequestFactory().get("/api/v1/me/", headers={"authorization": header} if header else {}))
    return BearerAuthentication().authenticate(request)


def test_a_token_speaks_for_its_person_in_one_query(tokens: Tokens, person: User) -> None:
    token = tokens()["access_token"]

    with CaptureQueriesContext(connection) as queries:
        principal, scopes = authenticated(f"Bearer {token}")

    assert len(queries) == 1
    assert scopes == {"openid", "account"}
    assert principal == Principal(
        id=person.id,
        full_name="Siti Aminah",
        email="siti@balikpapan.example",
        language="id",
        assurance="basic",
        is_staff=False,
        scopes=frozenset({"openid", "account"}),
        client_id="app",
        methods=frozenset(SignIn.objects.get().methods),
    )
    assert principal.pk == person.pk


def test_the_token_itself_is_nowhere_in_the_table(tokens: Tokens) -> None:
    token = tokens()["access_token"]

    stored = AccessToken.objects.get()

    assert stored.token == ""
    assert token not in stored.token_checksum


@pytest.mark.parametrize("header", ["", "Basic YTpi", "Token abc"])
def test_what_is_no_bearer_header_is_left_to_others(header: str) -> None:
    assert authenticated(header) is None


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer unknown", "bearer a b", "Bearer \x00", "Bearer \u00e9"]
)
def test_a_token_that_nobody_gave_is_refused(header: str) -> None:
    with pytest.raises(AuthenticationFailed) as refusal:
        authenticated(header)

    assert refusal.value.get_codes() == "invalid_token"


def test_an_id_token_does_not_open_the_api(tokens: Tokens) -> None:
    given = tokens()

    assert get_me(given["access_token"]).status_code == 200
    refused = get_me(given["id_token"])
    assert refused.status_code == 401
    assert refused["WWW-Authenticate"] == INVALID


def test_a_revoked_token_is_refused_at_once(tokens: Tokens) -> None:
    token = tokens()["access_token"]
    assert get_me(token).status_code == 200

    revoked = Client().post("/o/revoke_token/", {"token": token, "client_id": "app"})

    assert revoked.status_code == 200
    assert get_me(token).status_code == 401


def test_an_expired_token_is_refused(tokens: Tokens) -> None:
    token = tokens()["access_token"]
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=1))

    assert get_me(token)["WWW-Authenticate"] == INVALID


def test_a_person_no_longer_active_is_refused(tokens: Tokens, person: User) -> None:
    token = tokens()["access_token"]
    User.objects.filter(pk=person.pk).update(is_active=False)

    assert get_me(token).status_code == 401


def test_a_stranger_is_asked_for_a_token_without_an_error() -> None:
    answer = Client().get("/api/v1/me/")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_a_token_bound_to_another_resource_is_refused(tokens: Tokens) -> None:
    token = tokens()["access_token"]
    AccessToken.objects.update(resource=["https://elsewhere.example/"])

    assert get_me(token).status_code == 401


def test_a_token_bound_to_this_api_is_taken(tokens: Tokens, settings: Any) -> None:
    token = tokens()["access_token"]
    AccessToken.objects.update(resource=[f"{settings.BASE_URL}/api"])

    assert get_me(token).status_code == 200


def test_a_program_of_its_own_is_not_a_person() -> None:
    register_relying_party(client_id="robot", name="Robot", scopes=["account"], client_secret="s" * 40, machine=True)
    form = {
        "grant_type": "client_credentials",
        "client_id": "robot",
        "client_secret": "s" * 40,
        "scope": "account",
    }
    token = Client().post("/o/token/", form).json()["access_token"]

    answer = get_me(token)

    assert authenticated(f"Bearer {token}")[0] == ServiceAccount(client_id="robot", scopes=frozenset({"account"}))
    assert answer.status_code == 403


def test_a_bad_token_is_refused_even_where_strangers_are_let_in() -> None:
    stranger = Public.as_view()(RequestFactory().get("/"))
    bad = Public.as_view()(RequestFactory().get("/", headers={"authorization": "Bearer unknown"}))

    assert stranger.status_code == 200
    assert bad.status_code == 401
    assert bad["WWW-Authenticate"] == INVALID


def test_a_token_in_the_address_is_not_read(tokens: Tokens) -> None:
    token = tokens()["access_token"]

    assert Client().get("/api/v1/me/", {"access_token": token}).status_code == 401
    assert Client().get("/o/userinfo/", {"access_token": token}).status_code == 400
