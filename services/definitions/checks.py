"""What must hold between the parts of a definition, beyond the shape of each."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from services.definitions.faults import Fault
from services.definitions.rules import elements_of, fields_of
from services.definitions.schemas import nodes_of, resolved
from services.definitions.values import pointer_of, steps_of, value_at

MOST_DEPTH = 12
_MOST_FIELDS = 500
_MOST_MONTHS = 1200
Field = tuple[str, ...]


def cross_faults(content: Mapping[str, Any], rules: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what does not hold. `rules` are the compiled JsonLogic rules by pointer; the schemas are sound."""
    schema = content["form"]["schema"]
    found = list(islice(_fields(schema, schema, (), "/form/schema"), _MOST_FIELDS + 1))
    fields = dict(found)
    if too_much := _too_much(found):
        yield too_much
        return
    yield from _unlabelled(schema, fields)
    yield from _unlabelled_within(schema)
    yield from _never_given(schema)
    yield from _scopes(content["form"]["ui"], fields)
    yield from _reads(rules, fields)
    yield from _shown(content.get("outcome") or {}, fields)
    yield from _never_issued(content)
    yield from _unfit_months(content, fields)
    yield from _twice(content.get("requirements", []))


def _fields(root: Any, node: Any, steps: Field, pointer: str) -> Iterator[tuple[Field, str]]:
    """Yield each field with the pointer of its schema, one level deeper than a form may nest."""
    node = resolved(root, node)
    properties = node.get("properties")
    if len(steps) > MOST_DEPTH or not isinstance(properties, Mapping):
        return
    for name, inner in properties.items():
        place = f"{pointer}/properties{pointer_of([name])}"
        yield (*steps, name), place
        yield from _fields(root, inner, (*steps, name), place)


def _too_much(found: list[tuple[Field, str]]) -> Fault | None:
    for steps, pointer in found:
        if len(steps) > MOST_DEPTH:
            message = f"the field lies more than {MOST_DEPTH} groups deep"
            return Fault(pointer, message, "Flatten the form; perhaps a `$ref` leads back to what holds it")
    if len(found) > _MOST_FIELDS:
        return Fault("/form/schema", f"the form has more than {_MOST_FIELDS} fields", "Ask less, or split the service")
    return None


def _unlabelled(schema: Any, fields: Mapping[Field, str]) -> Iterator[Fault]:
    for steps, pointer in fields.items():
        node = schema
        for step in steps:
            node = resolved(schema, node)["properties"][step]
        if not _in_both_languages(resolved(schema, node).get("x-label")):
            yield Fault(pointer, "the field has no name in both languages", "Add `x-label: {id: ..., en: ...}`")


def _unlabelled_within(schema: Any) -> Iterator[Fault]:
    """Yield fields of list items, and choices, that have no name for a resident."""
    for pointer, node in nodes_of(schema, "/form/schema"):
        items = node.get("items")
        for name, inner in _properties(items).items():
            if not _in_both_languages(resolved(schema, inner).get("x-label")):
                within = f"{pointer}/items/properties{pointer_of([name])}"
                yield Fault(within, "the field has no name in both languages", "Add `x-label: {id: ..., en: ...}`")
        for place, choice in enumerate(node.get("oneOf", [])):
            if isinstance(choice, Mapping) and "const" in choice and not _in_both_languages(choice.get("x-label")):
                hint = "Add `x-label: {id: ..., en: ...}`"
                yield Fault(f"{pointer}/oneOf/{place}", "the choice has no name in both languages", hint)


def _in_both_languages(label: Any) -> bool:
    return isinstance(label, Mapping) and all(isinstance(label.get(each), str) and label[each] for each in ("id", "en"))


def _never_given(schema: Any) -> Iterator[Fault]:
    """Yield required names that are no fields: nobody could submit such a form."""
    for pointer, node in nodes_of(schema, "/form/schema"):
        if node.get("type") != "object" or not isinstance(node.get("properties"), Mapping):
            continue
        for place, name in enumerate(node.get("required", [])):
            if name not in node["properties"]:
                hint = "Choose one of: " + ", ".join(node["properties"])
                yield Fault(f"{pointer}/required/{place}", f"{name!r} is required but is no field", hint)


def _properties(node: Any) -> Mapping[str, Any]:
    inner = node.get("properties") if isinstance(node, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


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


def _never_issued(content: Mapping[str, Any]) -> Iterator[Fault]:
    states = content["workflow"]["states"] if isinstance(content["workflow"], Mapping) else {}
    if "outcome" in content and states and not any(each.get("end") == "granted" for each in states.values()):
        hint = "Add one with `end: granted`, or remove `outcome`"
        yield Fault("/outcome", "no state of the workflow grants it", hint)


def _unfit_months(content: Mapping[str, Any], fields: Mapping[Field, str]) -> Iterator[Fault]:
    months = content.get("outcome", {}).get("valid_months")
    if not isinstance(months, str):
        return
    node = value_at(content, steps_of(fields.get(tuple(steps_of(months)), "/")))
    if not isinstance(node, Mapping) or node.get("type") != "integer" or node.get("minimum", 0) < 1:
        hint = "Name a field `{type: integer, minimum: 1}` as /group/name, or write a number"
        yield Fault("/outcome/valid_months", f"{months!r} is no number of months", hint)
    elif node.get("maximum", 10**6) > _MOST_MONTHS:
        yield Fault(
            "/outcome/valid_months", f"{months!r} may be too large", f"Give it `maximum: {_MOST_MONTHS}` or less"
        )


def _twice(requirements: list[Mapping[str, Any]]) -> Iterator[Fault]:
    seen = set()
    for place, each in enumerate(requirements):
        if each["id"] in seen:
            yield Fault(f"/requirements/{place}/id", f"{each['id']!r} comes twice", "Give each document its own id")
        seen.add(each["id"])
