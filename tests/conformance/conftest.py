"""A provider's view of the conformance suite's modules: one client, one browser, one person."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from tests.accounts.flow import PASSWORD
from tests.conformance.party import Party


@pytest.fixture(autouse=True)
def _fresh(db: None, settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    cache.clear()
    yield
    cache.clear()


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
def party(person: User) -> Party:
    """An agency's site, and a browser in which the person is signed in."""
    return Party.registered(person)
