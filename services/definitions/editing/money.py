"""Fees by a simple rule: so much for each, or so much by what was chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.definitions.values import pointer_of, steps_of


@dataclass(frozen=True, slots=True)
class PerUnit:
    """`base` rupiah, and `amount` for each of what the field at `field` counts."""

    field: str
    amount: int
    base: int = 0


@dataclass(frozen=True, slots=True)
class PerChoice:
    """So many rupiah by the choice made at `field`; `otherwise` for one that is not named."""

    field: str
    amounts: Mapping[str, int]
    otherwise: int = 0


def fee_rule(fee: PerUnit | PerChoice) -> dict[str, Any]:
    """Return the fee as JsonLogic. What is not answered counts as nothing; a part of a rupiah is rounded up."""
    name = ".".join(steps_of(fee.field))
    if isinstance(fee, PerUnit):
        units: dict[str, Any] = {"ceil": [{"*": [{"var": [name, 0]}, fee.amount]}]}
        return {"+": [fee.base, units]} if fee.base else units
    cases: list[Any] = []
    for code, amount in fee.amounts.items():
        cases += [{"==": [{"var": [name, ""]}, code]}, amount]
    return {"if": [*cases, fee.otherwise]}


def read_fee_rule(rule: Any) -> PerUnit | PerChoice | None:
    """Return the simple fee that a rule means, None for one of another kind."""
    try:
        found = _per_choice(rule["if"]) if "if" in rule else _per_unit(rule)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
    return found if fee_rule(found) == rule else None


def _per_unit(rule: Mapping[str, Any]) -> PerUnit:
    base, units = rule.get("+", (0, rule))
    reading, amount = units["ceil"][0]["*"]
    return PerUnit(pointer_of(reading["var"][0].split(".")), amount, base)


def _per_choice(cases: list[Any]) -> PerChoice:
    *pairs, otherwise = cases
    name = pairs[0]["=="][0]["var"][0]
    amounts = {case["=="][1]: amount for case, amount in zip(pairs[::2], pairs[1::2], strict=True)}
    return PerChoice(pointer_of(name.split(".")), amounts, otherwise)
