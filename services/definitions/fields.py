"""The fields of a form, each with an identity that outlives its key and its place.

A field's id is its `x-id`; without one, its path. So a field that is renamed or moved keeps its answers and its history
when the new version says `x-id: <the id that it had>`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from services.definitions.schemas import resolved
from services.definitions.values import ABSENT, pointer_of

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
    properties = node.get("properties")
    for name, inner in properties.items() if isinstance(properties, Mapping) else ():
        within = f"{place}/properties{pointer_of([name])}"
        written = inner if isinstance(inner, Mapping) else {}
        yield Field((*steps, name), within, written, resolved(root, inner))
        yield from _fields(root, written, (*steps, name), within)
    items = node.get("items")
    if isinstance(items, Mapping) and steps:
        yield from _fields(root, items, (*steps, ITEM), f"{place}/items")


def moves(old: Iterable[Field], new: Iterable[Field]) -> dict[str, str]:
    """Return where each field of one version stands in another, by its id; those that are gone are left out."""
    places = {field.id: field.path for field in new}
    return {field.path: places[field.id] for field in old if field.id in places}


def carried(answers: Mapping[str, Any], old: Iterable[Field], new: Iterable[Field]) -> dict[str, Any]:
    """Return answers to one version as answers to another: each value at its field's new place, as it is.

    Left out are the fields that the other version does not have, and those that moved into or out of a list. Whether
    a value still fits is for the other version's form to say.
    """
    places = {field.id: field.steps for field in _leaves(new)}
    found: dict[str, Any] = {}
    for field in _leaves(old):
        if field.id in places:
            _carry(answers, field.steps, found, places[field.id])
    return found


def _leaves(fields: Iterable[Field]) -> list[Field]:
    every = list(fields)
    groups = {field.steps[:length] for field in every for length in range(1, len(field.steps))}
    return [field for field in every if field.steps not in groups]


def _carry(value: Any, source: tuple[str, ...], into: Any, target: tuple[str, ...]) -> None:
    """Copy what stands at `source` to `target`, item by item where both pass through a list."""
    if (ITEM in source) != (ITEM in target):
        return
    if ITEM not in source:
        found = _at(value, source)
        group = _made(into, target[:-1], {}) if found is not ABSENT else None
        if isinstance(group, dict):
            group[target[-1]] = found
        return
    place, goal = source.index(ITEM), target.index(ITEM)
    items = _at(value, source[:place])
    room = _made(into, target[:goal], []) if isinstance(items, list) else None
    if not isinstance(room, list):
        return
    inner: Any = [] if target[goal + 1 : goal + 2] == (ITEM,) else {}
    room += [type(inner)() for _ in items[len(room) :]]
    for item, made in zip(items, room, strict=True):
        _carry(item, source[place + 1 :], made, target[goal + 1 :])


def _at(value: Any, steps: tuple[str, ...]) -> Any:
    for step in steps:
        if not isinstance(value, Mapping) or step not in value:
            return ABSENT
        value = value[step]
    return value


def _made(into: Any, steps: tuple[str, ...], last: Any) -> Any:
    """Return what stands at `steps`, made where nothing does: groups on the way, `last` at the end."""
    for number, step in enumerate(steps, start=1):
        if not isinstance(into, dict):
            return None
        into = into.setdefault(step, last if number == len(steps) else {})
    return into
