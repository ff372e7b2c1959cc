"""The fields of a form, each with an identity that outlives its key and its place.

A field's id is its `x-id`; without one, its path. So a field that is renamed or moved keeps its answers and its history
when the new version says `x-id: <the id that it had>`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.definitions.schemas import ordered_names, resolved
from services.definitions.values import pointer_of

MOST_DEPTH = 12
MOST_FIELDS = 500
ITEM = "*"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `steps` lead to its answer, with `*` for each item of a list; `place` points into the definition.

    `written` is what stands there, `node` what it means once a `$ref` is followed.
    """

    steps: tuple[str, ...]
    place: str
    written: Mapping[str, Any]
    node: Mapping[str, Any]

    @property
    def path(self) -> str:
        """Return where its answer stands, as `/saksi/*/nik`."""
        return pointer_of(list(self.steps))

    @property
    def id(self) -> str:
        """Return what it is known by in every version."""
        return str(self.written.get("x-id", self.path))

    @property
    def label(self) -> Any:
        """Return its name, `{id: ..., en: ...}` in a sound definition; what stands beside a `$ref` comes first."""
        return self.written.get("x-label", self.node.get("x-label"))

    @property
    def help(self) -> Any:
        """Return what is said to help, None where nothing is."""
        return self.written.get("x-help", self.node.get("x-help"))

    @property
    def repeats(self) -> bool:
        """Return whether it lies in a list, so that there may be many."""
        return ITEM in self.steps


def fields_of_form(schema: Mapping[str, Any], place: str = "/form/schema") -> list[Field]:
    """Return the fields in order, groups before what they hold; one too many of a form that asks too much.

    What lies deeper than a form may nest is cut off one level below.
    """
    return list(islice(_fields(schema, schema, (), place), MOST_FIELDS + 1))


def _fields(root: Mapping[str, Any], node: Mapping[str, Any], steps: tuple[str, ...], place: str) -> Iterator[Field]:
    node = resolved(root, node)
    if len(steps) > MOST_DEPTH:
        return
    for name in ordered_names(node):
        inner = node["properties"][name]
        within = f"{place}/properties{pointer_of([name])}"
        written = inner if isinstance(inner, Mapping) else {}
        yield Field((*steps, name), within, written, resolved(root, inner))
        yield from _fields(root, written, (*steps, name), within)
    items = node.get("items")
    if isinstance(items, Mapping) and steps:
        yield from _fields(root, items, (*steps, ITEM), f"{place}/items")
