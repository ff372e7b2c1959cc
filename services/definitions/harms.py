"""What no draft is kept with, however unfinished it is: what costs more work than a form may, or reaches out of it.

Every part is looked at by itself, so that a missing title hides no bomb, and only as far as it has the shape for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

import jsonschema_rs

from services.definitions.checks import too_much
from services.definitions.faults import Fault
from services.definitions.fields import fields_of_form
from services.definitions.logic import compile_logic
from services.definitions.reading import MOST_BYTES, MOST_DEPTH, too_large
from services.definitions.rules import REGEX, elements_of, plan_of
from services.definitions.schemas import costs_of, limits_of, nodes_of
from services.definitions.values import HIDDEN_LETTERS, depth_of, keepable, pointer_of, walk, weighs_more_than

_MOST_FAULTS = 100
_MOST_ELEMENTS = 1000


def harms_in(content: Mapping[str, Any]) -> list[Fault]:
    """Return what is harmful in the content of a draft; nothing for what is merely unfinished or mistaken."""
    if faults := unkept_faults(content):
        return faults
    found = chain(_of_form(content.get("form")), _of_rules(content))
    return list(islice((fault for fault in found if fault.harms), _MOST_FAULTS))


def unkept_faults(content: Mapping[str, Any]) -> list[Fault]:
    """Return what no database and no phone would keep as it is written, or what is too much to be looked at."""
    if weighs_more_than(content, MOST_BYTES):
        return [too_large()]
    if depth_of(content, MOST_DEPTH) > MOST_DEPTH:
        return [Fault("", f"it nests more than {MOST_DEPTH} levels deep", "Flatten it", harms=True)]
    return list(islice(_unkept(content), _MOST_FAULTS))


def too_many_elements(ui: Mapping[str, Any]) -> list[Fault]:
    """Return that a form shows more than a person would scroll through."""
    if next(islice(elements_of(ui, ""), _MOST_ELEMENTS, None), None) is None:
        return []
    return [Fault("/form/ui", f"it has more than {_MOST_ELEMENTS} elements", "Show a group as one Control", harms=True)]


def _unkept(content: Mapping[str, Any]) -> Iterator[Fault]:
    for pointer, value in walk(content):
        keys: Iterable[Any] = value if isinstance(value, Mapping) else ()
        for each in (value, *keys):
            if not keepable(each) or (each is not value and not isinstance(each, str)):
                shown = str(each)[:40].encode("ascii", "backslashreplace").decode()
                hint = "Write a text without null or half characters, or a number of at most 15 digits"
                yield Fault(pointer, f"{shown!r} cannot be kept", hint, harms=True)
            elif isinstance(each, str) and HIDDEN_LETTERS.search(each):
                message = "it holds letters that nobody sees, or that turn the text around"
                hint = "Type it anew; it was perhaps copied from a word processor"
                yield Fault(pointer, message, hint, harms=True)


def _of_form(form: Any) -> Iterator[Fault]:
    if not isinstance(form, Mapping):
        return
    schema, ui = form.get("schema"), _well_formed(form.get("ui"))
    yield from too_many_elements(ui)
    for pointer, element in islice(elements_of(ui, "/form/ui"), _MOST_ELEMENTS):
        if "rule" in element:
            yield from _of_schema(element["rule"]["condition"]["schema"], f"{pointer}/rule/condition/schema")
    if not isinstance(schema, Mapping):
        return
    yield from (wrong := list(_of_schema(schema, "/form/schema")))
    if any(each.harms for each in wrong):
        return  # its fields may have no end
    fields = fields_of_form(schema)
    if found := too_much(fields):
        yield found
    else:
        yield from plan_of(ui, fields)[1]


def _of_schema(schema: Any, pointer: str) -> Iterator[Fault]:
    nodes = list(nodes_of(schema, pointer))
    yield from limits_of(schema, nodes)
    if costs := costs_of(schema, nodes, pointer):
        yield from costs
        return
    for place, node in nodes:
        if isinstance(node.get("pattern"), str):
            yield from _of_pattern(node["pattern"], f"{place}/pattern")
        named = node.get("patternProperties")
        for pattern in named if isinstance(named, Mapping) else ():
            yield from _of_pattern(pattern, f"{place}/patternProperties{pointer_of([pattern])}")


def _of_pattern(pattern: str, pointer: str) -> Iterator[Fault]:
    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern}, pattern_options=REGEX)
    except (jsonschema_rs.ValidationError, ValueError) as error:
        hint = "Write a regular expression without look-around, back references or huge repetitions"
        yield Fault(pointer, str(error).split("\n")[0][:200], hint, harms=True)


def _of_rules(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the JsonLogic that stands where rules stand."""
    form, fee, workflow = (_mapping(content.get(part)) for part in ("form", "fee", "workflow"))
    written = [("/fee/rule", fee.get("rule"))]
    written += [
        (f"/requirements/{place}/when", each.get("when")) for place, each in _listed(content.get("requirements"))
    ]
    written += [(f"/form/checks/{place}/rule", each.get("rule")) for place, each in _listed(form.get("checks"))]
    written += [
        (f"/workflow/transitions/{place}/guard/rule", _mapping(each.get("guard")).get("rule"))
        for place, each in _listed(workflow.get("transitions"))
    ]
    for pointer, rule in written:
        if isinstance(rule, Mapping | list):
            yield from compile_logic(rule, pointer)[1]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for place, each in enumerate(value if isinstance(value, list) else []):
        if isinstance(each, Mapping):
            yield place, each


def _well_formed(element: Any) -> dict[str, Any]:
    """Return of a UI element what has the shape of one; what has not is left out, and its place stays."""
    element, found = _mapping(element), dict[str, Any]()
    if isinstance(element.get("scope"), str):
        found["scope"] = element["scope"]
    rule = _mapping(element.get("rule"))
    condition = _mapping(rule.get("condition"))
    if isinstance(condition.get("scope"), str) and isinstance(condition.get("schema"), Mapping | bool):
        found["rule"] = {"effect": rule.get("effect"), "condition": condition}
    if isinstance(element.get("elements"), list):
        found["elements"] = [_well_formed(each) for each in element["elements"]]
    return found
