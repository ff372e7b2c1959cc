"""One change of a service, in words, and how much it means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

ChangeClass = Literal["cosmetic", "compatible", "breaking", "legal"]
CHANGE_CLASSES: tuple[ChangeClass, ...] = get_args(ChangeClass)  # from the mildest to the strictest


@dataclass(frozen=True, slots=True)
class Change:
    """One change between two definitions.

    `pointer` leads into the new definition, into the old one for what was removed. `field` is the id of the form's
    field that changed, empty for other parts; `document` that of the required document. `text` is it in words; the name
    of what changed stands between asterisks. `change_class` is `cosmetic` (nothing else is asked), `compatible` (all
    that was answered still fits) or `breaking` (somebody must answer again, pay or hand in more, or what they gave is
    dropped); `legal` is never worked out.
    """

    pointer: str
    code: str
    text: Mapping[str, str]
    change_class: ChangeClass
    field: str = ""
    document: str = ""


def strictest(classes: Iterable[ChangeClass]) -> ChangeClass:
    """Return the strictest of these classes; `cosmetic` where there is none."""
    return max(classes, key=CHANGE_CLASSES.index, default="cosmetic")


def is_milder(one: ChangeClass, other: ChangeClass) -> bool:
    """Return whether `one` takes a change more lightly than `other`: an admin may only be stricter than the system."""
    return CHANGE_CLASSES.index(one) < CHANGE_CLASSES.index(other)


def words(label: Mapping[str, str], id: str, en: str) -> dict[str, str]:
    """Return a sentence in both languages that begins with the name of what changed."""
    return {"id": f"*{label['id']}* {id}", "en": f"*{label['en']}* {en}"}


def shown(value: Any) -> str:
    """Return a value as a sentence names it, cut where it is long."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
