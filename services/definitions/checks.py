"""What must hold between the parts of a definition, beyond the shape of each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.definitions.document_types import type_faults
from services.definitions.facts import prefill_faults
from services.definitions.faults import Fault
from services.definitions.fields import MOST_DEPTH, MOST_FIELDS, Field, fields_of_form
from services.definitions.kinds import kind_faults, kind_of
from services.definitions.logic import Logic
from services.definitions.ordering import order_faults
from services.definitions.rules import elements_of, fields_of, watched_by_rule
from services.definitions.schemas import nodes_of
from services.definitions.steps import FACTS
from services.definitions.values import pointer_of, steps_of, value_at
from services.definitions.watching import ALL

_MOST_MONTHS = 1200
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,59}")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}|(/([A-Za-z][A-Za-z0-9_]{0,59}|\*)){1,24}")
Steps = tuple[str, ...]


def cross_faults(content: Mapping[str, Any], rules: Mapping[str, Logic]) -> Iterator[Fault]:
    """Yield what does not hold. `rules` are the compiled JsonLogic rules by pointer; the schemas are sound."""
    form = content["form"]
    schema = form["schema"]
    found = fields_of_form(schema)
    if excess := too_much(found):
        yield excess
        return
    fields = {field.steps: field.place for field in found if not field.repeats}
    yield from _unnamed(found)
    yield from _same_ids(found)
    yield from order_faults(schema, "/form/schema")
    yield from kind_faults(found, content.get("requirements", []))
    yield from _unlabelled(found)
    yield from _unlabelled_choices(schema)
    yield from _never_given(schema)
    yield from _required_but_computed(schema)
    yield from _scopes(form["ui"], fields)
    yield from _layouts_of_items(form["ui"])
    yield from _reads(rules, fields)
    yield from _misplaced(form.get("checks", []), fields)
    yield from prefill_faults(form.get("prefill", {}), found)
    yield from _shown(content.get("outcome") or {}, fields)
    yield from _never_issued(content)
    yield from _unfit_months(content, fields)
    yield from _twice(content.get("requirements", []))
    yield from type_faults(content.get("requirements", []))


def too_much(found: list[Field]) -> Fault | None:
    """Return that a form has more fields, or deeper ones, than a person would fill in."""
    for field in found:
        if len(field.steps) > MOST_DEPTH:
            message = f"the field lies more than {MOST_DEPTH} groups deep"
            hint = "Flatten the form; perhaps a `$ref` leads back to what holds it"
            return Fault(field.place, message, hint, harms=True)
    if len(found) > MOST_FIELDS:
        message = f"the form has more than {MOST_FIELDS} fields"
        return Fault("/form/schema", message, "Ask less, or split the service", harms=True)
    return None


def _unnamed(found: list[Field]) -> Iterator[Fault]:
    """Yield keys that rules and programs could not name, or that look like another key."""
    for field in found:
        if not _KEY.fullmatch(field.steps[-1]):
            shown = field.steps[-1][:40].encode("ascii", "backslashreplace").decode()
            hint = "Write a letter, then letters, digits and `_`, all of a to z; what a person reads is `x-label`"
            yield Fault(field.place, f"'{shown}' is no key of a field", hint)


def _same_ids(found: list[Field]) -> Iterator[Fault]:
    """Yield ids that no field could be known by, and those that two fields claim."""
    taken: dict[str, Field] = {}
    for field in found:
        if not isinstance(field.written.get("x-id", ""), str) or not _ID.fullmatch(field.id):
            if "x-id" in field.written:
                hint = (
                    "Write a name of a to z, 0 to 9, `_`, `.` and `-`, or the path that the field had, as /group/name"
                )
                yield Fault(f"{field.place}/x-id", "this is no id of a field", hint)
            continue
        other = taken.setdefault(field.id, field)
        if other is not field:
            hint = "Give one of them another `x-id`; it keeps it for ever"
            yield Fault(field.place, f"{field.id!r} is the id of {other.path}, too", hint)


def _unlabelled(found: list[Field]) -> Iterator[Fault]:
    points = {field.steps for field in found if kind_of(field.node) == "map-point"}
    for field in found:
        if field.steps[:-1] in points:
            continue  # latitude and longitude, which no person types
        if not _in_both_languages(field.label):
            yield Fault(field.place, "the field has no name in both languages", "Add `x-label: {id: ..., en: ...}`")
        if not _in_both_languages(field.help or {"id": "-", "en": "-"}):
            yield Fault(f"{field.place}/x-help", "the help is not in both languages", "Write `{id: ..., en: ...}`")


def _unlabelled_choices(schema: Any) -> Iterator[Fault]:
    """Yield choices that have no name for a resident."""
    for pointer, node in nodes_of(schema, "/form/schema"):
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


def _required_but_computed(schema: Any) -> Iterator[Fault]:
    for pointer, node in nodes_of(schema, "/form/schema"):
        for place, name in enumerate(node.get("required", [])):
            inner = node.get("properties", {}).get(name)
            if isinstance(inner, Mapping) and "x-computed" in inner:
                hint = "Remove it here; require the fields that it is worked out from"
                yield Fault(f"{pointer}/required/{place}", f"{name!r} is computed, nobody can fill it in", hint)


def _misplaced(checks: list[Mapping[str, Any]], fields: Mapping[Steps, str]) -> Iterator[Fault]:
    for place, check in enumerate(checks):
        if tuple(steps_of(check["field"])) not in fields:
            hint = "Name a field as /group/name"
            yield Fault(f"/form/checks/{place}/field", f"there is no field {check['field'][:80]!r}", hint)


def _scopes(ui: Mapping[str, Any], fields: Mapping[Steps, str]) -> Iterator[Fault]:
    shown: set[Steps] = set()
    for pointer, element in elements_of(ui, "/form/ui"):
        for place, scope in _scopes_of(pointer, element):
            if scope != ALL and fields_of(scope) not in fields:
                yield Fault(place, f"there is no field {scope!r}", "Name a field as #/properties/<name>")
        for read in watched_by_rule(element["rule"]["condition"]) if "rule" in element else ():
            if element["rule"]["condition"]["scope"] == ALL and read and read not in fields:
                place = f"{pointer}/rule/condition/schema"
                yield Fault(place, f"there is no field {pointer_of([*read])[:80]!r}", "Mend the name")
        if "scope" in element:
            shown.add(fields_of(element["scope"]))
    around = {each[:length] for each in shown for length in range(1, len(each))}
    for steps, pointer in fields.items():
        within = any(steps[:length] in shown for length in range(1, len(steps) + 1))
        if not within and steps not in around:
            yield Fault(pointer, "no step of the form shows this field", "Add a Control for it, or remove the field")


def _layouts_of_items(ui: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield layouts of a list's items, whose rules would be heeded by no engine."""
    for pointer, element in elements_of(ui, "/form/ui"):
        if isinstance(element.get("options", {}).get("detail"), Mapping):
            hint = (
                "Remove it. Fields stand in the order of `x-order`; what hangs on an answer of the same item is asked "
                "by `if` and `then` in `items`"
            )
            yield Fault(
                f"{pointer}/options/detail", "the items of a list have no layout and no rules of their own", hint
            )


def _scopes_of(pointer: str, element: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "scope" in element:
        yield f"{pointer}/scope", element["scope"]
    if "rule" in element:
        yield f"{pointer}/rule/condition/scope", element["rule"]["condition"]["scope"]


def _reads(rules: Mapping[str, Logic], fields: Mapping[Steps, str]) -> Iterator[Fault]:
    groups = {steps[:length] for steps in fields for length in range(1, len(steps))}
    leaves = fields.keys() - groups
    for pointer, rule in rules.items():
        guards = pointer.startswith("/workflow/")
        for read in sorted(rule.reads):
            if guards and read[0] != "answers":
                yield from _fact(pointer, read)
                continue
            read = read[1:] if guards else read
            # Below a leaf lie the items of a list, which have no names.
            if read not in fields and not any(read[:length] in leaves for length in range(1, len(read))):
                yield Fault(pointer, f"the rule reads {'.'.join(read)[:80]!r}, which is no field", "Mend the name")


def _fact(pointer: str, read: Sequence[str]) -> Iterator[Fault]:
    """Yield what a guard reads and nobody tells it."""
    if len(read) != 2 or read[0] != "facts" or read[1] not in FACTS:
        known = ", ".join(f"facts.{each}" for each in sorted(FACTS))
        hint = f"Read answers as `answers.group.name`, facts as one of: {known}"
        yield Fault(pointer, f"the guard reads {'.'.join(map(str, read))!r}, which it is not told", hint)


def _shown(outcome: Mapping[str, Any], fields: Mapping[Steps, str]) -> Iterator[Fault]:
    for key in ("shows", "verify_shows"):
        for place, pointer in enumerate(outcome.get(key, [])):
            if tuple(steps_of(pointer)) not in fields:
                yield Fault(f"/outcome/{key}/{place}", f"there is no field {pointer!r}", "Name a field as /group/name")


def _never_issued(content: Mapping[str, Any]) -> Iterator[Fault]:
    states = content["workflow"]["states"] if isinstance(content["workflow"], Mapping) else {}
    if "outcome" in content and states and not any(each.get("end") == "granted" for each in states.values()):
        hint = "Add one with `end: granted`, or remove `outcome`"
        yield Fault("/outcome", "no state of the workflow grants it", hint)


def _unfit_months(content: Mapping[str, Any], fields: Mapping[Steps, str]) -> Iterator[Fault]:
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
