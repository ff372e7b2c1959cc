"""What must hold between the parts of a definition, beyond the shape of each."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.definitions.faults import Fault
from services.definitions.formats import FORMATS, STANDARD_FORMATS
from services.definitions.forms import resolved
from services.definitions.rules import elements_of, fields_of
from services.definitions.values import pointer_of, steps_of, walk

Field = tuple[str, ...]


def cross_faults(content: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what does not hold. `rules` are the compiled JsonLogic rules by pointer."""
    schema = content["form"]["schema"]
    yield from _outside(schema)
    fields = dict(_fields(schema, schema, (), "/form/schema"))
    yield from _unlabelled(schema, fields)
    yield from _unfit_formats(schema)
    yield from _scopes(content["form"]["ui"], fields)
    yield from _reads(rules, fields)
    yield from _shown(content.get("outcome") or {}, fields)
    yield from _twice(content.get("requirements", []))


def _outside(schema: Any) -> Iterator[Fault]:
    for pointer, value in walk(schema, "/form/schema"):
        if pointer.endswith("/$ref") and isinstance(value, str) and not value.startswith("#"):
            yield Fault(pointer, f"{value!r} lies outside the definition", "Refer to `#/...` only")
        if pointer.endswith("/$id"):
            yield Fault(pointer, "a form has no address of its own", "Remove `$id`")


def _fields(root: Any, node: Any, steps: Field, pointer: str, depth: int = 0) -> Iterator[tuple[Field, str]]:
    """Yield each field with the pointer of its schema; a form that contains itself ends at twelve levels."""
    node = resolved(root, node)
    properties = node.get("properties")
    if depth > 12 or not isinstance(properties, Mapping):
        return
    for name, inner in properties.items():
        place = f"{pointer}/properties{pointer_of([name])}"
        yield (*steps, name), place
        yield from _fields(root, inner, (*steps, name), place, depth + 1)


def _unlabelled(schema: Any, fields: Mapping[Field, str]) -> Iterator[Fault]:
    for steps, pointer in fields.items():
        node = schema
        for step in steps:
            node = resolved(schema, node)["properties"][step]
        label = resolved(schema, node).get("x-label")
        if not isinstance(label, Mapping) or not all(isinstance(label.get(each), str) for each in ("id", "en")):
            yield Fault(pointer, "the field has no name in both languages", "Add `x-label: {id: ..., en: ...}`")


def _unfit_formats(schema: Any) -> Iterator[Fault]:
    known = FORMATS.keys() | STANDARD_FORMATS
    for pointer, value in walk(schema, "/form/schema"):
        if isinstance(value, Mapping) and isinstance(value.get("format"), str) and value["format"] not in known:
            yield Fault(
                f"{pointer}/format", f"there is no format {value['format']!r}", f"Choose one of: {_list(known)}"
            )


def _scopes(ui: Mapping[str, Any], fields: Mapping[Field, str]) -> Iterator[Fault]:
    shown: set[Field] = set()
    for pointer, element in elements_of(ui, "/form/ui"):
        for place, scope in _scopes_of(pointer, element):
            if fields_of(scope) not in fields:
                yield Fault(place, f"there is no field {scope!r}", "Name a field as #/properties/<name>")
        if "scope" in element:
            shown.add(fields_of(element["scope"]))
    for steps, pointer in fields.items():
        within = any(steps[: len(each)] == each for each in shown)
        around = any(each[: len(steps)] == steps for each in shown)
        if not within and not around:
            yield Fault(pointer, "no step of the form shows this field", "Add a Control for it, or remove the field")


def _scopes_of(pointer: str, element: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "scope" in element:
        yield f"{pointer}/scope", element["scope"]
    if "rule" in element:
        yield f"{pointer}/rule/condition/scope", element["rule"]["condition"]["scope"]


def _reads(rules: Mapping[str, Any], fields: Mapping[Field, str]) -> Iterator[Fault]:
    groups = {steps[:length] for steps in fields for length in range(1, len(steps))}
    leaves = fields.keys() - groups
    for pointer, rule in rules.items():
        for read in rule.facts()["reads"]:
            # Below a leaf lie the items of a list, which have no names.
            if tuple(read) not in fields and not any(tuple(read)[: len(each)] == each for each in leaves):
                yield Fault(pointer, f"the rule reads {'.'.join(read)!r}, which is no field", "Mend the name")


def _shown(outcome: Mapping[str, Any], fields: Mapping[Field, str]) -> Iterator[Fault]:
    for key in ("shows", "verify_shows"):
        for place, pointer in enumerate(outcome.get(key, [])):
            if tuple(steps_of(pointer)) not in fields:
                yield Fault(f"/outcome/{key}/{place}", f"there is no field {pointer!r}", "Name a field as /group/name")


def _twice(requirements: list[Mapping[str, Any]]) -> Iterator[Fault]:
    seen = set()
    for place, each in enumerate(requirements):
        if each["id"] in seen:
            yield Fault(f"/requirements/{place}/id", f"{each['id']!r} comes twice", "Give each document its own id")
        seen.add(each["id"])


def _list(names: Any) -> str:
    return ", ".join(sorted(names))
