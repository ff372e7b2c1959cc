"""A small day of `make chaos`, for every run of the tests."""

import os

import pytest

from tests.chaos.run import run
from tests.conftest import copied_database

pytestmark = pytest.mark.xdist_group("chaos")


def test_what_was_acknowledged_is_there_exactly_once_whatever_was_killed() -> None:
    kinds = ("web worker", "worker", "database restart")

    with copied_database(f"chaos_{os.getpid()}") as tables:
        verdict = run(submissions=150, strikes=3, seed=4, kinds=kinds, tables=tables)

    assert verdict.faults == []
    assert verdict.figures["acknowledged, application exactly once"] == 150
