"""Admins of two agencies."""

from collections.abc import Callable

import pytest

from tests.accounts.proofing.conftest import Caller
from tests.services.catalogue.admins import Admin
from tests.services.connectors.conftest import member

__all__ = ["member"]


@pytest.fixture
def dewi(member: Callable[..., Caller]) -> Admin:
    return Admin(member("DISDUKCAPIL"))


@pytest.fixture
def other(member: Callable[..., Caller]) -> Admin:
    """A second admin of the same agency."""
    return Admin(member("DISDUKCAPIL"))


@pytest.fixture
def stranger(member: Callable[..., Caller]) -> Admin:
    """An admin of another agency."""
    return Admin(member("DINKES"))
