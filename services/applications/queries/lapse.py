"""What comes around a due date, as the applicant is told: who hears of it when it passes, or that silence grants."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from services.applications.city_time import moment
from services.applications.queries.clock import Step
from services.applications.queries.detail import day_in_words
from services.catalogue.versions import Version
from services.definitions import LEVELS, SUPERVISION, TACIT

_WHO: Final = {
    "officer": {"id": "petugas yang menangani", "en": "the officer in charge"},
    "head": {"id": "kepala instansi", "en": "the head of the agency"},
    "inspectorate": {"id": "Inspektorat", "en": "the Inspektorat"},
}


def levels_of(
    version: Version, steps: Sequence[Step], due_on: date | None, holidays: Mapping[date, str], language: str
) -> list[dict[str, Any]]:
    """Return who is told that the answer is late, on which day, and when they were; empty where nobody is.

    A day stands only while a due date does.
    """
    lapse = version.definition.lapse
    if lapse.rule != "escalate":
        return []
    told = {each.type.removeprefix("escalated_"): each.at for each in steps if each.type.startswith("escalated_")}
    return [
        {
            "level": level,
            "who": _WHO[level][language],
            "on": lapse.told_on(level, due_on, holidays).isoformat() if due_on else None,
            "told_at": moment(told.get(level)),
        }
        for level in LEVELS
    ]


def lapse_sentence(version: Version, due_on: date | None, language: str) -> str:
    """Return what it means when the date passes; nothing where the definition says nothing."""
    rule = version.definition.lapse.rule
    if rule == "granted":
        day = day_in_words(due_on, language) if due_on else ""
        if language == "en":
            return f" Without a decision {f'by {day}' if day else 'by then'} it is deemed granted by law ({TACIT})."
        until = f"sampai {day}" if day else "sampai saat itu"
        return f" Tanpa keputusan {until}, permohonan dianggap dikabulkan menurut hukum ({TACIT})."
    if rule == "escalate":
        if language == "en":
            return f" If it passes, the officer, the head of the agency and the Inspektorat are told ({SUPERVISION})."
        return f" Bila lewat, petugas, kepala instansi, lalu Inspektorat diberi tahu ({SUPERVISION})."
    return ""
