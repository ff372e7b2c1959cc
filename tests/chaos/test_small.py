"""A small day of `make chaos`, for every run of the tests."""

import pytest

from tests.chaos.run import run

pytestmark = pytest.mark.xdist_group("chaos")


def test_what_was_acknowledged_is_there_exactly_once_whatever_was_killed() -> None:
    verdict = run(submissions=150, strikes=3, seed=4, kinds=("web worker", "worker", "database restart"))

    assert verdict.faults == []
    assert verdict.figures["acknowledged, application exactly once"] == 150
