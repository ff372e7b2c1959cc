"""One simple condition, as an admin chooses it, and the two ways in which a definition writes it.

A field's rule is a JSON Forms rule over one field; a document's `when` is JsonLogic. What is written otherwise is none
of these: it is told as None, kept, and left to who writes the definition itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from services.definitions.values import pointer_of, steps_of

Test = Literal["is", "is_not", "least", "most"]
_LOGIC: Final[Mapping[str, Test]] = {"==": "is", "!=": "is_not", ">=": "least", "<=": "most"}
_BOUNDS: Final[Mapping[str, Test]] = {"minimum": "least", "maximum": "most"}


@dataclass(frozen=True, slots=True)
class Condition:
    """`field` (a pointer into the answers) is, is not, is at least or is at most `value`."""

    field: str
    test: Test
    value: Any


def scope_of(pointer: str) -> str:
    """Return the scope of a UI element for the field at `pointer`."""
    return "#" + "".join(pointer_of(["properties", step]) for step in steps_of(pointer))


def rule_of(condition: Condition) -> dict[str, Any]:
    """Return the rule of a UI element that shows only under the condition."""
    schema = {"is": "const", "is_not": "const", "least": "minimum", "most": "maximum"}[condition.test]
    return {
        "effect": "HIDE" if condition.test == "is_not" else "SHOW",
        "condition": {"scope": scope_of(condition.field), "schema": {schema: condition.value}},
    }


def condition_of(rule: Any) -> Condition | None:
    """Return the condition that a rule of a UI element means, None for one of another kind."""
    try:
        ((word, value),) = rule["condition"]["schema"].items()
        field, shows = pointer_of(steps_of(rule["condition"]["scope"])[1::2]), rule["effect"] == "SHOW"
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    if word == "const":
        return Condition(field, "is" if shows else "is_not", value)
    return Condition(field, _BOUNDS[word], value) if shows and word in _BOUNDS else None


def logic_of(condition: Condition) -> dict[str, Any]:
    """Return the condition as JsonLogic over the answers."""
    word = next(word for word, test in _LOGIC.items() if test == condition.test)
    return {word: [{"var": ".".join(steps_of(condition.field))}, condition.value]}


def watched_by(logic: Any) -> Condition | None:
    """Return the condition that a JsonLogic rule means, None for one of another kind."""
    try:
        ((word, (reading, value)),) = logic.items()
        ((_var, name),) = reading.items()
    except (AttributeError, TypeError, ValueError):
        return None
    if word not in _LOGIC or _var != "var" or not isinstance(name, str) or isinstance(value, dict | list):
        return None
    return Condition(pointer_of(list(name.split("."))), _LOGIC[word], value)
