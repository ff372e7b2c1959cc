"""People with tokens, officers of the population agency, and what they send."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.bearer import Principal
from accounts.models import User
from accounts.operations import register_person
from services.agencies.models import Agency, Membership
from services.events.operations import drain

BUDI = {"nik": "6471021704880001", "kk": "6471021203180002", "full_name": "Budi Santoso", "birth_date": "1988-04-17"}
RATNA = {"nik": "6471026109900002", "kk": "6471021203180002", "full_name": "Ratna Dewi", "birth_date": "1990-09-21"}


def happens() -> None:
    """Let a worker do all that waits."""
    while drain(now=timezone.now()):
        pass


class Caller:
    """A person who calls the API."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.api = APIClient()
        self.methods = {"pwd", "mfa"}

    def _call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        self.user.refresh_from_db()
        principal = _principal(self.user, self.methods)
        self.api.force_authenticate(principal)  # type: ignore[arg-type]
        headers = {"Idempotency-Key": key or str(uuid4())}
        return getattr(self.api, method)(f"/api/v1/{path}", body, format="json", headers=headers)

    def get(self, path: str) -> Any:
        return self._call("get", path)

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        return self._call("post", path, body, key)


def _principal(user: User, methods: set[str]) -> Principal:
    fields = {name: getattr(user, name) for name in ("id", "full_name", "email", "language", "assurance", "is_staff")}
    scopes = frozenset({"account", "office", "applications"})
    return Principal(**fields, scopes=scopes, client_id="app", methods=frozenset(methods))


@pytest.fixture
def someone() -> Callable[[str], Caller]:
    def make(name: str) -> Caller:
        email = f"{name.lower().replace(' ', '.')}@balikpapan.example"
        return Caller(register_person(full_name=name, email=email, password="x" * 12, now=timezone.now()))

    return make


@pytest.fixture
def budi(someone: Callable[[str], Caller]) -> Caller:
    return someone("Budi")


@pytest.fixture
def officer(someone: Callable[[str], Caller]) -> Callable[[str], Caller]:
    agency = Agency.objects.create(code="DISDUKCAPIL", name="Dinas Kependudukan", kind="dinas", confidence="seen")

    def make(name: str) -> Caller:
        caller = someone(name)
        Membership.objects.create(user=caller.user, agency=agency, role="officer")
        Authenticator.objects.create(user=caller.user, type=Authenticator.Type.TOTP, data={})
        return caller

    return make
