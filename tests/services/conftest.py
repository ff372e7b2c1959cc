"""The module that tests bend."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.module_api.calling import forget_failures
from tests.bent import Bent


@pytest.fixture
def bent() -> Iterator[Bent]:
    """The module whose hooks the test writes; well-behaved again afterwards."""
    made = Bent(Path(os.environ["SUPERAPP_VAR"]))
    forget_failures()
    yield made
    made.behaves()
    forget_failures()
