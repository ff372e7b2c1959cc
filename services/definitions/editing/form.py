"""A form as an admin sees it: sections in order, each with its lines, whatever layouts the UI schema is made of."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.definitions.editing.conditions import Conditions, condition_of
from services.definitions.fields import ITEM
from services.definitions.kinds import kind_of
from services.definitions.rules import fields_of
from services.definitions.schemas import ordered_names
from services.definitions.values import ABSENT, pointer_of, steps_of, value_at

Content = dict[str, Any]


class Gone(Exception):
    """What is to be changed is not there any more, or cannot be changed so; holds its pointer."""


_SECTIONS = frozenset({"Category", "Group"})


@dataclass(frozen=True, slots=True)
class Line:
    """One field. `pointer` leads to its answer (`*`: each item), `place` into the definition, `depth` counts groups.

    `condition` is None where it always shows, or where its rule is of another kind: then `own_rule` is true. `moves`:
    it has a place of its own, and is not shown as a part of its group.
    """

    pointer: str
    place: str
    kind: str
    label: Mapping[str, str]
    required: bool
    depth: int
    moves: bool
    condition: Conditions | None = None
    own_rule: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A step or a group. `place` is the pointer of its element; `label` is empty where the form has no sections."""

    place: str
    label: Mapping[str, str]
    lines: tuple[Line, ...]
    condition: Conditions | None = None
    own_rule: bool = False


@dataclass(slots=True)
class _Open:
    element: Mapping[str, Any]
    place: str
    lines: list[Line] = field(default_factory=list)


def sections_of(content: Mapping[str, Any]) -> list[Section]:
    """Return the sections of a definition's form, in order; empty for one that has no form yet."""
    form = content.get("form")
    if not isinstance(form, Mapping) or not isinstance(form.get("ui"), Mapping):
        return []
    found = [_Open(form["ui"], "/form/ui")]
    _walk(form.get("schema", {}), found[0], found)
    by_themselves = {line.pointer for each in found for line in each.lines if line.moves}
    for each in found:
        each.lines = [line for line in each.lines if line.moves or line.pointer not in by_themselves]
    return [_section(each) for each in found if each.lines or _is_section(each.element) or len(found) == 1]


def _section(each: _Open) -> Section:
    label, rule = each.element.get("label"), each.element.get("rule")
    condition = condition_of(rule)
    named = dict(label) if isinstance(label, Mapping) else {}
    return Section(each.place, named, tuple(each.lines), condition, rule is not None and condition is None)


def _is_section(element: Any) -> bool:
    return isinstance(element, Mapping) and element.get("type") in _SECTIONS


def _walk(schema: Any, into: _Open, found: list[_Open]) -> None:
    """Put each field that is shown into its section; sections within a section follow it."""
    for place, inner in _shown(into.element, into.place):
        if _is_section(inner):
            found.append(_Open(inner, place))
            _walk(schema, found[-1], found)
        else:
            into.lines += _lines(schema, inner, place)


def _shown(element: Any, place: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the controls and sections in an element; layouts without a name are looked through."""
    for number, inner in enumerate(elements_in(element)):
        within = f"{place}/elements/{number}"
        if isinstance(inner, Mapping) and ("scope" in inner or _is_section(inner)):
            yield within, inner
        else:
            yield from _shown(inner, within)


def elements_in(element: Any) -> list[Any]:
    """Return what a UI element holds."""
    inner = element.get("elements") if isinstance(element, Mapping) else None
    return inner if isinstance(inner, list) else []


def _lines(schema: Any, element: Mapping[str, Any], place: str) -> Iterator[Line]:
    steps = fields_of(str(element["scope"]))
    rule = element.get("rule")
    condition = condition_of(rule)
    for each in _within(schema, steps, len(steps)):
        first = each.pointer == pointer_of(list(steps))
        if first:
            own = rule is not None and condition is None
            each = Line(each.pointer, place, each.kind, each.label, each.required, 0, True, condition, own)
        yield each


def _within(schema: Any, steps: tuple[str, ...], outermost: int) -> Iterator[Line]:
    node = node_at(schema, steps)
    if node is None:
        return
    label = node.get("x-label")
    named = dict(label) if isinstance(label, Mapping) else {"id": steps[-1], "en": steps[-1]}
    kind = kind_named(node)
    depth = len([step for step in steps[outermost:] if step != ITEM])
    yield Line(pointer_of(list(steps)), schema_place(steps), kind, named, is_required(schema, steps), depth, False)
    if kind == "group":
        for name in ordered_names(node):
            yield from _within(schema, (*steps, name), outermost)
    elif kind == "list" and isinstance(node["items"].get("properties"), Mapping):
        for name in ordered_names(node["items"]):
            yield from _within(schema, (*steps, ITEM, name), outermost)


def kind_named(node: Mapping[str, Any]) -> str:
    """Return what an admin calls a field: a kind of `EDITABLE`, `group`, or `other` for what only experts write."""
    type_, items = node.get("type"), node.get("items")
    if "x-computed" in node or "$ref" in node:
        return "other"
    if kind := kind_of(node):
        return kind
    if isinstance(node.get("oneOf"), list):
        return "choice"
    if type_ == "array" and isinstance(items, Mapping):
        return "choices" if isinstance(items.get("oneOf"), list) else "list" if "properties" in items else "other"
    plain = {"string": "text", "integer": "integer", "number": "number", "boolean": "yes-no", "object": "group"}
    return plain.get(str(type_), "other")


def schema_steps(steps: tuple[str, ...]) -> list[str]:
    """Return where in a schema the field at `steps` of the answers is declared."""
    found: list[str] = []
    for step in steps:
        found += ["items"] if step == ITEM else ["properties", step]
    return found


def schema_place(steps: tuple[str, ...]) -> str:
    """Return the pointer into the definition of the field at `steps` of the answers."""
    return "/form/schema" + pointer_of(list(schema_steps(steps)))


def node_at(schema: Any, steps: tuple[str, ...]) -> dict[str, Any] | None:
    """Return the declaration of a field, None where there is none; references are not followed."""
    node = value_at(schema, schema_steps(steps))
    return node if node is not ABSENT and isinstance(node, dict) else None


def is_required(schema: Any, steps: tuple[str, ...]) -> bool:
    """Return whether the group around a field requires it."""
    outer = node_at(schema, steps[:-1]) if len(steps) > 1 else schema
    return isinstance(outer, Mapping) and steps[-1] in (outer.get("required") or ())


def copied(content: Mapping[str, Any]) -> Content:
    """Return a copy with a form to change, whatever is missing of it."""
    changed: Content = copy.deepcopy(dict(content))
    form = changed.setdefault("form", {})
    schema = form.setdefault("schema", {})
    schema.setdefault("type", "object")
    schema.setdefault("properties", {})
    form.setdefault("ui", {"type": "VerticalLayout", "elements": []}).setdefault("elements", [])
    return changed


def element_at(content: Mapping[str, Any], place: str) -> dict[str, Any]:
    """Return the UI element at a pointer into the definition.

    :raises Gone: where there is none any more.
    """
    found = value_at(content, steps_of(place))
    if not place.startswith("/form/ui") or not isinstance(found, dict):
        raise Gone(place)
    return found
