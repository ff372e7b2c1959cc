"""What forms of several parts offer to choose from, and how they put what was chosen into a definition."""

from collections.abc import Mapping
from typing import Any, Final

from services.definitions.editing import Line, sections_of
from services.pages.manners import page_language

OWN: Final = "own"  # chosen where what stands was written in the whole definition
MOST_RUPIAH: Final = 10**12
NUMBERED: Final = ("integer", "number", "rupiah")
ONE_LINE: Final[dict[str, Any]] = {"max_length": 300, "min_length": 3}


def lines_of(content: Mapping[str, Any], *kinds: str) -> list[Line]:
    """Return the fields of these kinds, of all where none is named; those of lists are left out."""
    lines = [line for section in sections_of(content) for line in section.lines]
    return [line for line in lines if "*" not in line.pointer and (not kinds or line.kind in kinds)]


def named(lines: list[Line]) -> list[tuple[str, str]]:
    """Return fields as choices."""
    return [(line.pointer, line.label.get(page_language()) or line.pointer) for line in lines]


def as_list(value: Any) -> list[str]:
    """Return one choice, or several, as several."""
    return [value] if isinstance(value, str) else list(value)


def put(into: dict[str, Any], name: str, value: Any) -> None:
    """Set a value, or take the name out where there is none."""
    if value in (None, "", [], {}):
        into.pop(name, None)
    else:
        into[name] = value
