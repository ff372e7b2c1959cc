"""A mother, an officer, and an app in which one acts for others."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import RelyingParty, User
from accounts.operations import register_person

Tokens = Callable[..., dict[str, Any]]


@pytest.fixture
def siti(person: User) -> User:
    User.objects.filter(pk=person.pk).update(assurance="verified")
    return person


@pytest.fixture
def officer() -> User:
    return register_person(full_name="Rina", email="rina@balikpapan.example", now=timezone.now())


@pytest.fixture
def acting_app(app: RelyingParty) -> RelyingParty:
    app.allowed_scopes += ["act", "applications", "office"]
    app.save()
    return app


@pytest.fixture
def own(siti: User, acting_app: RelyingParty, tokens: Tokens) -> str:
    return str(tokens("openid profile account applications act")["access_token"])
