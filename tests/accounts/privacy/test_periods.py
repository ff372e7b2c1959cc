"""The periods that the city's lawyers are asked to confirm are those that the code keeps."""

import re
from datetime import timedelta
from functools import reduce
from importlib import import_module
from typing import Any

import pytest

from tests.conftest import ROOT

TABLE = (ROOT / "api_docs/decisions/0018-periods-are-proposals.md").read_text()
ROWS = re.findall(r"^\| [^|]+ \| (\d+) (minutes|hours|days) \| `([\w.]+)` \|", TABLE, re.MULTILINE)


def test_every_row_names_where_its_period_is_set() -> None:
    assert len(ROWS) == TABLE.count("\n| ") - 1  # the head


@pytest.mark.parametrize(("number", "unit", "place"), ROWS, ids=[place for _number, _unit, place in ROWS])
def test_a_period_is_what_the_table_says(number: str, unit: str, place: str) -> None:
    assert _value_at(place) == timedelta(**{unit: int(number)})


def _value_at(place: str) -> Any:
    """Return what a dotted path leads to: modules first, then attributes."""
    parts = place.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            return reduce(getattr, parts[cut:], import_module(".".join(parts[:cut])))
        except ModuleNotFoundError:
            continue
    raise AssertionError(place)
