"""Conditions as an admin chooses them, one or several, and the two ways in which a definition writes them.

A field's rule is a JSON Forms rule: over its one field, or over all answers (`#`) where it watches several; a
document's `when` is JsonLogic. What is written otherwise is none of these: it is told as None, kept, and left to who
writes the definition itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.definitions.values import pointer_of, steps_of
from services.definitions.watching import ALL

Test = Literal["is", "is_not", "least", "most"]
_LOGIC: Final[Mapping[str, Test]] = {"==": "is", "!=": "is_not", ">=": "least", "<=": "most"}
_SCHEMA: Final[Mapping[str, str]] = {"is": "const", "is_not": "const", "least": "minimum", "most": "maximum"}
_BOUNDS: Final[Mapping[str, Test]] = {"const": "is", "minimum": "least", "maximum": "most"}


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` (a pointer into the answers) is, is not, is at least or is at most `value`."""

    field: str
    test: Test
    value: Any


@dataclass(frozen=True, slots=True)
class Conditions:
    """Conditions that must all hold, or any of them."""

    tests: tuple[Condition, ...]
    any: bool = False


def scope_of(pointer: str) -> str:
    """Return the scope of a UI element for the field at `pointer`."""
    return "#" + "".join(pointer_of(["properties", step]) for step in steps_of(pointer))


def rule_of(said: Conditions) -> dict[str, Any]:
    """Return the rule of a UI element that shows only under the conditions."""
    one, effect = said.tests[0], "SHOW"
    if len(said.tests) == 1:
        effect, schema = "HIDE" if one.test == "is_not" else "SHOW", {_SCHEMA[one.test]: one.value}
    elif said.any and {(each.field, each.test) for each in said.tests} == {(one.field, "is")}:
        schema = {"enum": [each.value for each in said.tests]}
    else:
        schema = {"anyOf" if said.any else "allOf": [_on_all(each) for each in said.tests]}
        return {"effect": effect, "condition": {"scope": ALL, "schema": schema}}
    return {"effect": effect, "condition": {"scope": scope_of(one.field), "schema": schema}}


def _on_all(said: Condition) -> dict[str, Any]:
    """Return a condition as a schema of all answers: what it looks at must be there, and fit."""
    schema: dict[str, Any] = {_SCHEMA[said.test]: said.value}
    for step in reversed(steps_of(said.field)):
        schema = {"required": [step], "properties": {step: schema}}
    return {"not": schema} if said.test == "is_not" else schema


def condition_of(rule: Any) -> Conditions | None:
    """Return the conditions that a rule of a UI element means, None for one of another kind."""
    try:
        found = _read_rule(rule)
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return found if found.tests and rule_of(found) == rule else None


def _read_rule(rule: Any) -> Conditions:
    ((word, value),) = rule["condition"]["schema"].items()
    scope, hides = rule["condition"]["scope"], rule["effect"] == "HIDE"
    if scope == ALL:
        return Conditions(tuple(_read_on_all(each) for each in value), word == "anyOf")
    field = pointer_of(steps_of(scope)[1::2])
    if word == "enum":
        return Conditions(tuple(Condition(field, "is", each) for each in value), any=True)
    return Conditions((Condition(field, "is_not" if hides else _BOUNDS[word], value),))


def _read_on_all(schema: Any) -> Condition:
    inner, steps = schema.get("not", schema), list[str]()
    while "properties" in inner:
        ((step, inner),) = inner["properties"].items()
        steps.append(step)
    ((word, value),) = inner.items()
    return Condition(pointer_of(steps), "is_not" if "not" in schema else _BOUNDS[word], value)


def logic_of(said: Conditions) -> dict[str, Any]:
    """Return the conditions as JsonLogic over the answers."""
    words = {test: word for word, test in _LOGIC.items()}
    written = [{words[each.test]: [{"var": ".".join(steps_of(each.field))}, each.value]} for each in said.tests]
    return {"or" if said.any else "and": written} if len(written) > 1 else written[0]


def watched_by(logic: Any) -> Conditions | None:
    """Return the conditions that a JsonLogic rule means, None for one of another kind."""
    several = logic.get("or", logic.get("and")) if isinstance(logic, Mapping) and len(logic) == 1 else None
    if not isinstance(several, list):
        one = _read_logic(logic)
        return Conditions((one,)) if one else None
    found = [each for each in map(_read_logic, several) if each]
    return Conditions(tuple(found), "or" in logic) if len(found) == len(several) > 1 else None


def _read_logic(logic: Any) -> Condition | None:
    try:
        ((word, (reading, value)),) = logic.items()
        ((_var, name),) = reading.items()
    except (AttributeError, TypeError, ValueError):
        return None
    if word not in _LOGIC or _var != "var" or not isinstance(name, str) or isinstance(value, dict | list):
        return None
    return Condition(pointer_of(list(name.split("."))), _LOGIC[word], value)
