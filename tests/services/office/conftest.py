"""An admin's browser, with which they write services."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import User
from tests.accounts.proofing.conftest import Caller
from tests.services.connectors.conftest import member
from tests.services.office.desk import Desk
from tests.services.office.test_clients_pages import browser_of

__all__ = ["member"]


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def desk(member: Callable[..., Caller]) -> Desk:
    """An OPD admin at the desk."""
    user: User = member("DISDUKCAPIL").user
    return Desk(browser_of(user, "pwd", "mfa"), user)


@pytest.fixture
def colleague(desk: Desk, member: Callable[..., Caller]) -> Desk:
    """Another admin of the same agency."""
    user: User = member("DISDUKCAPIL").user
    return Desk(browser_of(user, "pwd", "mfa"), user)


@pytest.fixture
def stranger(member: Callable[..., Caller]) -> Client:
    """The browser of another agency's admin."""
    return browser_of(member("DLH").user, "pwd", "mfa")
