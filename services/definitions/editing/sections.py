"""The sections of a form: steps that a resident goes through one after the other."""

from collections.abc import Mapping
from typing import Any

from services.definitions.editing.conditions import Conditions, rule_of
from services.definitions.editing.form import Content, Gone, copied, element_at, elements_in, sections_of
from services.definitions.values import steps_of, value_at


def add_section(content: Mapping[str, Any], label: Mapping[str, str]) -> Content:
    """Return the content with one section more, the last; a form without sections becomes one with two."""
    changed = copied(content)
    ui = changed["form"]["ui"]
    new = {"type": "Category", "label": dict(label), "elements": []}
    if ui.get("type") != "Categorization":
        kept = elements_in(ui)
        first = {"type": "Category", "label": {"id": "Permohonan", "en": "Application"}, "elements": kept}
        changed["form"]["ui"] = {"type": "Categorization", "elements": [first] if kept else []}
    changed["form"]["ui"]["elements"].append(new)
    return changed


def alter_section(
    content: Mapping[str, Any],
    place: str,
    label: Mapping[str, str],
    condition: Conditions | None,
    *,
    keep_rule: bool = False,
) -> Content:
    """Return the content with a section named, and shown only under a condition.

    :raises Gone: where the section is not there any more.
    """
    changed = copied(content)
    element = element_at(changed, place)
    element["label"] = dict(label)
    if not keep_rule:
        element.pop("rule", None)
        if condition:
            element["rule"] = rule_of(condition)
    return changed


def move_section(content: Mapping[str, Any], place: str, by: int) -> Content:
    """Return the content with a section moved up (-1) or down (1).

    :raises Gone: where the section is not there any more.
    """
    changed = copied(content)
    element_at(changed, place)
    outer, number = _around(changed, place)
    if 0 <= number + by < len(outer):
        outer.insert(number + by, outer.pop(number))
    return changed


def remove_section(content: Mapping[str, Any], place: str) -> Content:
    """Return the content without a section that holds nothing.

    :raises Gone: where the section is not there any more, or still holds a field.
    """
    changed = copied(content)
    if any(each.place.startswith(place) and each.lines for each in sections_of(changed)):
        raise Gone(place)
    element_at(changed, place)
    outer, number = _around(changed, place)
    del outer[number]
    return changed


def _around(content: Content, place: str) -> tuple[list[Any], int]:
    *outer, number = steps_of(place)
    found = value_at(content, outer)
    if not isinstance(found, list) or not number.isdigit():
        raise Gone(place)
    return found, int(number)
