"""Why the answer is owed by that day: every day counted and not."""

from datetime import date
from typing import Any

from services.agencies.queries import calendar
from services.applications.queries.clock import Clock, clock_of
from services.applications.queries.detail import Row, clock_state, day_in_words
from services.definitions import DueDate


def explain(row: Row, language: str) -> dict[str, Any]:
    """Return the due date of a submitted application with each day from receipt on.

    The days are counted anew with today's calendar. What is decided keeps the date that it had; where a decree has
    moved a holiday since, the explanation says so.
    """
    assert row.submitted_at is not None  # noqa: S101 - the caller shows only submitted applications
    rule = row.version.definition.content["deadline"]
    clock = clock_of(row, row.version)
    counted = clock.counted(calendar())
    due_on = row.due_on if row.end else counted.due_on
    return {
        "due_on": due_on.isoformat() if due_on else None,
        "started_on": clock.start.isoformat(),
        "working_days": rule.get("working_days"),
        "calendar_days": rule.get("calendar_days"),
        "basis": rule.get("basis", ""),
        "clock": clock_state(row),
        "paused_on": row.paused_on.isoformat() if row.paused_on else None,
        "days_left": counted.left if counted.due_on is None else None,
        "explanation": "".join(_sentences(clock, counted, row, language)),
        "days": [
            {"date": day.date.isoformat(), "counted": day.counted, "why": day.why, "name": day.name or None}
            for day in counted.days
        ],
    }


def _sentences(clock: Clock, counted: DueDate, row: Row, language: str) -> list[str]:
    return [
        _received(clock, row.due_on if row.end else counted.due_on, language),
        *(_extended(each.days, each.basis, language) for each in clock.extensions),
        *(_paused(each.began_on, each.ended_on, counted.left, language) for each in clock.pauses),
        _moved(counted.due_on, row, language),
    ]


def _received(clock: Clock, due_on: date | None, language: str) -> str:
    number, working, received = clock.rule.days, clock.rule.working, day_in_words(clock.start, language)
    if language == "en":
        due = f"; an answer is due by {day_in_words(due_on, language)}" if due_on else ""
        unit = "working day(s)" if working else "calendar day(s)"
        closed = " Weekends, public holidays and joint leave days are not counted." if working else ""
        return f"Received on {received}; {number} {unit} from the day after{due}.{closed}"
    due = f"; jawaban paling lambat {day_in_words(due_on, language)}" if due_on else ""
    unit = "hari kerja" if working else "hari kalender"
    closed = " Akhir pekan, hari libur nasional, dan cuti bersama tidak dihitung." if working else ""
    return f"Diterima {received}; {number} {unit} mulai hari berikutnya{due}.{closed}"


def _extended(days: int, basis: str, language: str) -> str:
    if language == "en":
        return f" Extended by {days} working days ({basis})."
    return f" Diperpanjang {days} hari kerja ({basis})."


def _paused(began_on: date, ended_on: date | None, left: int, language: str) -> str:
    began = day_in_words(began_on, language)
    if ended_on is None and left:
        if language == "en":
            return f" Not counted since {began}, while your reply is awaited; {left} day(s) count after it."
        return f" Tidak dihitung sejak {began} selama menunggu balasan Anda; sesudahnya tersisa {left} hari."
    if ended_on is None or ended_on == began_on:
        return ""
    ended = day_in_words(ended_on, language)
    if language == "en":
        return f" The days after {began} up to {ended} are not counted: your reply was awaited."
    return f" Hari-hari sesudah {began} sampai {ended} tidak dihitung: menunggu balasan Anda."


def _moved(counted: date | None, row: Row, language: str) -> str:
    """Return what to say when today's calendar leads to another day than the one that stood at the decision."""
    if counted is None or counted == row.due_on or not row.end:
        return ""
    day = day_in_words(counted, language)
    if language == "en":
        return f" The calendar was changed since and would give {day}; the date at the decision stands."
    return f" Kalender berubah sesudahnya dan kini menghasilkan {day}; tanggal saat keputusan tetap berlaku."
