"""The order of the fields within a group. A database does not keep the order of keys, so that it is kept as `x-order`.

A group whose fields the UI lists one by one needs none. For one that is shown as a whole, and for the items of a list,
`with_order` writes down the order in which the fields stand, wherever a definition comes in as it was written.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.faults import Fault
from services.definitions.fields import Field, fields_of_form
from services.definitions.kinds import kind_of
from services.definitions.rules import fields_of
from services.definitions.schemas import nodes_of, ordered_names, resolved

WORD = "x-order"


def with_order(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a definition's content in which groups that are shown as a whole say the order of their fields.

    What is there already stays; fields that it lacks follow, and those that are gone are left out. The content may be
    unfinished, but not harmful; it is not changed itself.
    """
    changed = copy.deepcopy(dict(content))
    for node in _groups_in(changed):
        names = list(ordered_names(node))
        if WORD in node or names not in _orders_of_machines(names):
            node[WORD] = names
    return changed


def _orders_of_machines(names: list[str]) -> tuple[list[str], list[str]]:
    """Return the orders that nobody chose: the database's, and that of a canonical JSON."""
    return sorted(names, key=lambda name: (len(name.encode()), name.encode())), sorted(names)


def order_faults(schema: Any, place: str) -> Iterator[Fault]:
    """Yield orders that name no field of their group."""
    for pointer, node in nodes_of(schema, place):
        if WORD not in node:
            continue
        names, properties = node[WORD], node.get("properties")
        if not isinstance(names, list) or not isinstance(properties, Mapping):
            hint = "Write the names of the group's fields as a list, beside its `properties`"
            yield Fault(f"{pointer}/{WORD}", "this is no order of fields", hint)
            continue
        for at, name in enumerate(names):
            if not isinstance(name, str) or name not in properties or name in names[:at]:
                hint = "Name each of the group's fields once: " + ", ".join(map(str, properties))
                message = f"{str(name)[:40]!r} is not one of the group's fields, or is named twice"
                yield Fault(f"{pointer}/{WORD}/{at}", message, hint)


def _groups_in(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the schemas of groups that are shown as a whole, and of the items of lists."""
    form = content.get("form")
    schema, ui = (form.get("schema"), form.get("ui")) if isinstance(form, dict) else (None, None)
    if not isinstance(schema, dict) or not isinstance(ui, dict):
        return
    shown = {fields_of(str(each["scope"])) for each in _elements(ui) if "scope" in each}
    for field in fields_of_form(schema):
        if any(field.steps[:length] in shown for length in range(1, len(field.steps) + 1)):
            yield from _groups_of(schema, field)


def _groups_of(schema: Mapping[str, Any], field: Field) -> Iterator[dict[str, Any]]:
    for node in (field.node, resolved(schema, field.node.get("items"))):
        if isinstance(node, dict) and isinstance(node.get("properties"), dict) and kind_of(node) != "map-point":
            yield node


def _elements(ui: dict[str, Any]) -> Iterator[Mapping[str, Any]]:
    inner = ui.get("elements")
    yield ui
    for each in inner if isinstance(inner, list) else []:
        if isinstance(each, dict):
            yield from _elements(each)
