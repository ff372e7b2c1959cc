"""Where a form shows a field: finding its control, unfolding a group that is shown as a whole, moving, taking out."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.editing.conditions import scope_of
from services.definitions.editing.form import Gone, elements_in, node_at
from services.definitions.rules import fields_of
from services.definitions.schemas import ordered_names
from services.definitions.values import pointer_of, steps_of, value_at

Steps = tuple[str, ...]


def controls_of(element: Any, place: str = "/form/ui") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every control in an element with its pointer into the definition."""
    if isinstance(element, dict) and "scope" in element:
        yield place, element
    for number, inner in enumerate(elements_in(element)):
        yield from controls_of(inner, f"{place}/elements/{number}")


def control_of(form: Mapping[str, Any], steps: Steps) -> str:
    """Return the pointer of the control that shows a field by itself, "" where none does."""
    return next((place for place, each in controls_of(form.get("ui")) if fields_of(str(each["scope"])) == steps), "")


def place_of(form: dict[str, Any], steps: Steps) -> str:
    """Return the pointer of a field's own control; a group that is shown as a whole is unfolded for it.

    :raises Gone: where nothing shows it.
    """
    if place := control_of(form, steps):
        return place
    for _place, control in controls_of(form["ui"]):
        shown = fields_of(str(control["scope"]))
        node = node_at(form["schema"], shown)
        if steps[: len(shown)] == shown and node and node.get("type") == "object":
            _unfold(control, shown, node)
            return place_of(form, steps)
    raise Gone(pointer_of(list(steps)))


def _unfold(control: dict[str, Any], steps: Steps, node: Mapping[str, Any]) -> None:
    """Make a control of a group the same group as controls of its fields, under the same rule."""
    inner = [{"type": "Control", "scope": scope_of(pointer_of([*steps, name]))} for name in ordered_names(node)]
    rule = {"rule": control["rule"]} if "rule" in control else {}
    label = node.get("x-label") or {"id": steps[-1], "en": steps[-1]}
    control.clear()
    control.update({"type": "Group", "label": dict(label), "elements": inner} | rule)


def take_out(form: dict[str, Any], steps: Steps) -> None:
    """Remove the controls of a field and of all within it; a group that shows it as a whole stays."""
    for place, _control in reversed(list(controls_of(form["ui"]))):
        outer, number = _around(form, place)
        if fields_of(str(outer[number]["scope"]))[: len(steps)] == steps:
            del outer[number]


def shift(form: dict[str, Any], place: str, by: int) -> None:
    """Move the element at a pointer one place up (-1) or down (1); at an edge, into the section before or after."""
    outer, number = _around(form, place)
    if 0 <= number + by < len(outer) and not elements_in(outer[number + by]):
        outer.insert(number + by, outer.pop(number))
        return
    homes = [each for each in _homes(form["ui"]) if each is outer or each]
    target = next(at for at, each in enumerate(homes) if each is outer) + by
    if 0 <= target < len(homes):
        homes[target].insert(0 if by > 0 else len(homes[target]), outer.pop(number))


def _homes(element: Any) -> Iterator[list[Any]]:
    """Yield the lists of elements in which controls stand, in order."""
    inner = elements_in(element)
    if any("scope" in each for each in inner if isinstance(each, Mapping)) or not inner:
        yield inner
    for each in inner:
        if isinstance(each, Mapping) and "elements" in each:
            yield from _homes(each)


def _around(form: dict[str, Any], place: str) -> tuple[list[Any], int]:
    *outer, number = steps_of(place)
    found = value_at({"form": form}, outer)
    if not isinstance(found, list):
        raise Gone(place)
    return found, int(number)


def home_of(schema: Mapping[str, Any], element: Mapping[str, Any]) -> Steps:
    """Return the group into which a new field of a section goes: that of its last field; () for none."""
    for control in reversed([each for _, each in controls_of(element)]):
        around = fields_of(str(control["scope"]))[:-1]
        node = node_at(schema, around) if around else None
        return around if node and node.get("type") == "object" and "format" not in node else ()
    return ()
