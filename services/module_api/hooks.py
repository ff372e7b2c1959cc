"""The hooks of the contract: what each is given, what it may answer, and what else must hold of an answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.module_api.answers import (
    Ack,
    Allow,
    Check,
    Deny,
    DocumentSpec,
    Event,
    Fact,
    FeeLine,
    Park,
    Person,
    Problem,
    Retry,
    Snapshot,
)

_LONGEST_WORDS = 2000
_MOST_LINES = 100


def _anything(_value: Any) -> None:
    """Take what has the right type."""


@dataclass(frozen=True, slots=True)
class Hook:
    """One hook. `arguments` are names and types; `answers` the types of which an answer is one, by name.

    `check` raises TypeError when an answer of the right type lies.
    """

    arguments: Mapping[str, Any]
    answers: Mapping[str, Any]
    check: Callable[[Any], None] = field(default=_anything)

    @property
    def takes(self) -> tuple[Any, ...]:
        """Return the types of its arguments, in order."""
        return tuple(self.arguments.values())


def _problems(value: list[Problem]) -> None:
    _few(value)
    for each in value:
        _words(each.detail, "Problem.detail")


def _facts(value: dict[str, Fact]) -> None:
    _few(value)
    for each in value.values():
        _words(each.source, "Fact.source")
        if not isinstance(each.value, str | int | float | bool):
            raise TypeError("Fact.value is one text, number or truth")
        if each.asserted_at.tzinfo is None:
            raise TypeError("Fact.asserted_at has an offset")


def _fees(value: list[FeeLine]) -> None:
    _few(value)
    for each in value:
        _words(each.title, "FeeLine.title")
        if not 0 <= each.amount < 10**12:
            raise TypeError("FeeLine.amount is whole rupiah, not negative")


def _verdict(value: Allow | Deny) -> None:
    if isinstance(value, Deny):
        _words(value.reason, "Deny.reason")


def _document(value: DocumentSpec | None) -> None:
    if value is None:
        return
    _few([*value.rows, *value.public_rows])
    for row in (*value.rows, *value.public_rows):
        _words(row.label, "DocumentRow.label")
        if not row.value or len(row.value) > _LONGEST_WORDS:
            raise TypeError(f"DocumentRow.value has 1 to {_LONGEST_WORDS} characters")


def _heard(value: Ack | Retry | Park | None) -> None:
    if isinstance(value, Retry) and not 0 <= value.seconds <= 7 * 24 * 3600:
        raise TypeError("Retry.seconds lies between 0 and a week")


def _few(lines: Any) -> None:
    if len(lines) > _MOST_LINES:
        raise TypeError(f"at most {_MOST_LINES} lines are taken")


def _words(texts: Mapping[str, str], place: str) -> None:
    if set(texts) != {"id", "en"}:
        raise TypeError(f'{place} is {{"id": ..., "en": ...}}')
    if any(len(text) > _LONGEST_WORDS for text in texts.values()):
        raise TypeError(f"{place} has at most {_LONGEST_WORDS} characters")


_NOTHING = {"NoneType": type(None)}
HOOKS: dict[str, Hook] = {
    "validate": Hook({"snapshot": Snapshot}, {"list": list[Problem]}, _problems),
    "prefill": Hook({"person": Person, "wanted": tuple[str, ...]}, {"dict": dict[str, Fact]}, _facts),
    "fees": Hook({"snapshot": Snapshot}, {"list": list[FeeLine]}, _fees),
    "guard": Hook({"snapshot": Snapshot, "action": str}, {"Allow": Allow, "Deny": Deny}, _verdict),
    "document": Hook({"snapshot": Snapshot}, _NOTHING | {"DocumentSpec": DocumentSpec}, _document),
    "on_event": Hook({"event": Event}, _NOTHING | {"Ack": Ack, "Retry": Retry, "Park": Park}, _heard),
    "check": Hook({}, {"list": list[Check]}, _few),
}
