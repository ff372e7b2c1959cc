"""A definition that is written as YAML is read back as it was."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from services.definitions import DefinitionError, load_yaml
from services.definitions.reading import MOST_BYTES, read_yaml_text
from services.definitions.writing import write_yaml

SHIPPED = sorted(Path(settings.BASE_DIR, "services").glob("**/definitions/**/*.yaml"))
TRICKY = ["yes", "1e3", "0x1f", "null", "~", "", "12:30", "2026-01-01", "1_000", "- a", "#", "a: b", "<<", "=", "\ttab"]
TEXTS = st.sampled_from(TRICKY) | st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40)
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(-1e6, 1e6, allow_nan=False)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS.filter(lambda key: key != "<<"), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(st.dictionaries(TEXTS.filter(lambda key: key != "<<"), VALUES, max_size=4))
def test_whatever_is_written_is_read_back(content: dict[str, Any]) -> None:
    assert read_yaml_text(write_yaml(content))[0] == content


@pytest.mark.parametrize(
    "path", [each for each in SHIPPED if not {"templates", "skeletons"} & {*each.parts}], ids=lambda path: path.stem
)
def test_what_is_shipped_is_read_back_and_begins_with_its_name(path: Path) -> None:
    content = dict(load_yaml(path).content)

    written = write_yaml(content)

    assert read_yaml_text(written)[0] == content
    assert written.startswith("service: ")
    assert max(len(line) for line in written.splitlines()) < 400


def test_each_value_has_its_line() -> None:
    _content, lines = read_yaml_text("service: a\nfee:\n  amount: 1\n")

    assert lines["/fee/amount"] == 3


@pytest.mark.parametrize("text", ["a: [", "\x01", "a: &x 1\nb: *x", "x" * (MOST_BYTES + 1), "- 1", "", "a: 1\na: 2"])
def test_what_is_no_definition_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError):
        read_yaml_text(text)
