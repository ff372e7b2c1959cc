"""Why the answer is owed by that day: every day counted and not."""

from datetime import date
from typing import Any

from django.utils.timezone import localdate

from services.agencies.queries import calendar
from services.applications.models import Event
from services.applications.queries.detail import Row, day_in_words
from services.definitions import Deadline, due_date


def explain(row: Row, language: str) -> dict[str, Any]:
    """Return the due date of a submitted application with each day from receipt on.

    The date is the one told at submission; the days are counted anew with today's calendar, and where a decree has
    moved a holiday since, the explanation says so.
    """
    assert row.submitted_at is not None  # noqa: S101 - the caller shows only submitted applications
    rule = row.version.definition.content["deadline"]
    start = localdate(row.submitted_at)
    counted = due_date(row.version.definition.deadline, start=start, holidays=calendar())
    days, due_on, longer = list(counted.days), counted.due_on, ""
    for extension in _extensions(row):
        more = due_date(extension, start=due_on, holidays=calendar())
        days, due_on = [*days, *more.days[1:]], more.due_on
        longer += _extended(extension, language)
    return {
        "due_on": row.due_on.isoformat() if row.due_on else None,
        "started_on": start.isoformat(),
        "working_days": rule.get("working_days"),
        "calendar_days": rule.get("calendar_days"),
        "basis": rule.get("basis", ""),
        "explanation": _sentence(rule, start, row.due_on, language) + longer + _moved(due_on, row.due_on, language),
        "days": [
            {"date": day.date.isoformat(), "counted": day.counted, "why": day.why, "name": day.name or None}
            for day in days
        ],
    }


def _extensions(row: Row) -> list[Deadline]:
    """Return by how much the deadline was extended, in the order in which it was."""
    workflow = row.version.definition.workflow
    extending = {each.action: each.extends for each in workflow.transitions if each.extends}
    if not extending:
        return []
    taken = Event.objects.filter(application_id=row.id, action__in=extending).order_by("sequence")
    found = [extending[action] for action in taken.values_list("action", flat=True)]
    return [Deadline(each.working_days, working=True, basis=each.basis) for each in found]


def _extended(extension: Deadline, language: str) -> str:
    if language == "en":
        return f" Extended by {extension.days} working days ({extension.basis})."
    return f" Diperpanjang {extension.days} hari kerja ({extension.basis})."


def _sentence(rule: dict[str, Any], start: date, due_on: date | None, language: str) -> str:
    number = rule.get("working_days") or rule.get("calendar_days")
    working = "working_days" in rule
    received, due = day_in_words(start, language), day_in_words(due_on or start, language)
    if language == "en":
        unit = "working day(s)" if working else "calendar day(s)"
        closed = " Weekends, public holidays and joint leave days are not counted." if working else ""
        return f"Received on {received}; {number} {unit} from the day after; an answer is due by {due}.{closed}"
    unit = "hari kerja" if working else "hari kalender"
    closed = " Akhir pekan, hari libur nasional, dan cuti bersama tidak dihitung." if working else ""
    return f"Diterima {received}; {number} {unit} mulai hari berikutnya; jawaban paling lambat {due}.{closed}"


def _moved(counted: date, told: date | None, language: str) -> str:
    """Return what to say when today's calendar leads to another day than the one that was promised."""
    if counted == told:
        return ""
    day = day_in_words(counted, language)
    if language == "en":
        return f" The calendar was changed since and would give {day}; the date told at submission stands."
    return f" Kalender berubah sesudahnya dan kini menghasilkan {day}; tanggal saat pengajuan tetap berlaku."
