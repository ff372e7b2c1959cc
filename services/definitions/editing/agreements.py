"""What must agree between answers, as an admin says it: a field compared with another, with today, with a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from services.definitions.logic import TODAY
from services.definitions.values import pointer_of, steps_of

COMPARING: Final = ("<=", "<", ">=", ">", "==", "!=")
DAY: Final = f"/{TODAY}"


@dataclass(frozen=True, slots=True)
class Compared:
    """The field at `left` is, by `word`, as it must be to `right`: a value, or with `is_field` a pointer, or `DAY`."""

    left: str
    word: str
    right: Any
    is_field: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """Comparisons that must all hold, or any of them; where not, `message` is told at `field`."""

    compared: tuple[Compared, ...]
    field: str
    message: Mapping[str, str]
    any: bool = False


def check_of(said: Agreement, standing: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return it as a check of a definition; what `standing` says beside (its code) stays."""
    written = [{each.word: [_read(each.left), _read(each.right) if each.is_field else each.right]}
               for each in said.compared]  # fmt: skip
    rule = {"or" if said.any else "and": written} if len(written) > 1 else written[0]
    return dict(standing or {}) | {"rule": rule, "field": said.field, "message": dict(said.message)}


def agreement_of(check: Mapping[str, Any]) -> Agreement | None:
    """Return what a check says, None for one that is written in another way."""
    rule = check.get("rule")
    several = rule.get("and", rule.get("or")) if isinstance(rule, Mapping) and len(rule) == 1 else None
    parts = several if isinstance(several, list) else [rule]
    found = [each for each in map(_compared, parts) if each]
    if len(found) != len(parts) or not isinstance(rule, Mapping):
        return None
    return Agreement(tuple(found), str(check.get("field", "")), check.get("message") or {}, "or" in rule)


def _read(pointer: str) -> dict[str, str]:
    return {"var": ".".join(steps_of(pointer))}


def _compared(rule: Any) -> Compared | None:
    try:
        ((word, (left, right)),) = rule.items()
        from_ = _pointer(left)
        to = _pointer(right) if isinstance(right, Mapping) else None
    except (AttributeError, TypeError, ValueError):
        return None
    if word not in COMPARING or from_ is None or isinstance(right, list) or (isinstance(right, Mapping) and not to):
        return None
    return Compared(from_, word, to or right, to is not None)


def _pointer(node: Any) -> str | None:
    ((var, name),) = node.items()
    return pointer_of(name.split(".")) if var == "var" and isinstance(name, str) and name else None
