"""A person, the app's client, and a browser in which the person is signed in."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.models import RelyingParty, User
from accounts.operations import register_person, register_relying_party
from accounts.provider import keys
from tests.accounts.flow import PASSWORD, REDIRECT, authorize, exchange, told


@pytest.fixture(autouse=True)
def _fresh(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    cache.clear()
    keys.forget_cached()
    keys.public_keys(now=timezone.now())  # read now, so that counts of queries are those of a warm process
    yield
    cache.clear()
    keys.forget_cached()


@pytest.fixture
def person() -> User:
    return register_person(
        full_name="Siti Aminah",
        email="siti@balikpapan.example",
        phone="+6281234567890",
        password=PASSWORD,
        now=timezone.now(),
    )


@pytest.fixture
def app() -> RelyingParty:
    return register_relying_party(
        client_id="app",
        name="The app",
        scopes=["openid", "profile", "email", "phone", "account"],
        redirect_uris=[REDIRECT, "http://127.0.0.1/callback", "https://app.balikpapan.example/callback"],
        post_logout_redirect_uris=["https://app.balikpapan.example/bye"],
        first_party=True,
    )


@pytest.fixture
def browser(person: User) -> Client:
    """A browser in which the person is signed in."""
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def tokens(browser: Client, app: RelyingParty) -> Callable[..., dict[str, Any]]:
    """Run the whole flow and return the token response."""

    def run(scope: str = "openid account") -> dict[str, Any]:
        answer = exchange(told(authorize(browser, scope=scope))["code"])
        assert answer.status_code == 200, answer.content
        return answer.json()  # type: ignore[attr-defined,no-any-return]

    return run
