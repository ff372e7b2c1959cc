"""What a change of a service means: every difference between two definitions in words, and how much each weighs."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from services.definitions.changes.carrying import SetAside
from services.definitions.changes.change import (
    CHANGE_CLASSES,
    Change,
    ChangeClass,
    is_milder,
    strictest,
)
from services.definitions.changes.effects import EFFECT_KINDS, Comparison, Effect, EffectKind, amount_of
from services.definitions.changes.flows import workflow_changes
from services.definitions.changes.forms import form_changes
from services.definitions.changes.parts import (
    access_changes,
    deadline_changes,
    fee_changes,
    requirement_changes,
    whole_change,
)
from services.definitions.changes.upgrading import AskedAgain, HandedIn, Upgrade, upgrade
from services.definitions.service import Definition
from services.definitions.values import canonical_json

__all__ = [
    "CHANGE_CLASSES",
    "EFFECT_KINDS",
    "AskedAgain",
    "Change",
    "ChangeClass",
    "Comparison",
    "Effect",
    "EffectKind",
    "HandedIn",
    "SetAside",
    "Upgrade",
    "amount_of",
    "changes_between",
    "class_of",
    "is_milder",
    "strictest",
    "upgrade",
]

_PARTS: Mapping[str, Callable[[Any, Any], Iterator[Change]]] = {
    "access": access_changes,
    "requirements": requirement_changes,
    "form": form_changes,
    "fee": fee_changes,
    "workflow": workflow_changes,
    "deadline": deadline_changes,
}


def changes_between(old: Definition, new: Definition) -> list[Change]:
    """Return every change from `old` to `new`, in the order of the definition's parts; empty when they say the same.

    A field is the same one as long as it keeps its `x-id`, whatever its name and place. Any difference of content is
    told by one change at least.
    """
    was, now = old.content, new.content
    parts = [*now, *(part for part in was if part not in now)]
    return [change for part in parts for change in _of_part(part, was.get(part), now.get(part))]


def class_of(changes: Iterable[Change]) -> ChangeClass:
    """Return the class of a version with these changes: the strictest of theirs."""
    return strictest(change.change_class for change in changes)


def _of_part(part: str, old: Any, new: Any) -> list[Change]:
    if canonical_json(old) == canonical_json(new):
        return []
    if part == "requirements":
        old, new = old or [], new or []
    compare = _PARTS.get(part)
    found = list(compare(old, new)) if compare and old is not None and new is not None else []
    return found or [whole_change(part, old, new)]
