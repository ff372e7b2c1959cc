"""What a view must declare, and what a token must carry."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from accounts.bearer import Principal, ServiceAccount
from accounts.permissions import HasScopes, InsufficientScope, PersonRequired, SecondFactorRequired


class Undeclared(APIView):
    def get(self, _request: Request) -> Response:
        return Response()


class Declared(Undeclared):
    required_scopes = {"GET": ["account"], "POST": ["account", "office"]}

    def post(self, _request: Request) -> Response:
        return Response()


class ForMachines(Declared):
    allow_service_accounts = True


def principal(*scopes: str) -> Principal:
    return Principal(uuid4(), "Siti", None, "id", "basic", False, frozenset(scopes), "app")


def allowed(view: type[APIView], method: str, user: Any) -> bool:
    request = Request(APIRequestFactory().generic(method, "/"))
    request.user = user
    return HasScopes().has_permission(request, view())


def test_a_view_that_declares_nothing_lets_nobody_in() -> None:
    with pytest.raises(ImproperlyConfigured, match="Undeclared: set required_scopes for GET"):
        allowed(Undeclared, "GET", principal("account"))


def test_a_stranger_is_not_let_in() -> None:
    assert allowed(Declared, "GET", None) is False


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_the_scope_of_the_method_lets_in(method: str) -> None:
    assert allowed(Declared, method, principal("account", "profile")) is True


def test_each_method_asks_for_its_own_scopes() -> None:
    with pytest.raises(InsufficientScope) as refusal:
        allowed(Declared, "POST", principal("account"))

    assert refusal.value.get_codes() == "insufficient_scope"
    assert refusal.value.auth_header == 'Bearer realm="api", error="insufficient_scope", scope="account office"'


@pytest.mark.parametrize(("methods", "lets_in"), [((), False), (("pwd",), False), (("pwd", "mfa"), True)])
def test_the_office_is_for_who_showed_a_second_factor_in_this_sign_in(methods: tuple[str, ...], lets_in: bool) -> None:
    officer = replace(principal("account", "office"), methods=frozenset(methods))

    if lets_in:
        assert allowed(Declared, "POST", officer)
    else:
        with pytest.raises(SecondFactorRequired):
            allowed(Declared, "POST", officer)
    assert allowed(Declared, "GET", officer)


def test_a_method_that_the_view_lacks_is_for_the_view_to_refuse() -> None:
    assert allowed(Declared, "DELETE", principal()) is True


def test_a_program_is_refused_unless_the_view_is_for_programs() -> None:
    robot = ServiceAccount(client_id="robot", scopes=frozenset({"account"}))

    assert allowed(ForMachines, "GET", robot) is True
    with pytest.raises(PersonRequired):
        allowed(Declared, "GET", robot)
