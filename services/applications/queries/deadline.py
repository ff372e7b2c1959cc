"""Why the answer is owed by that day: every day counted and not, by which rule and calendar, and what comes then."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.agencies.queries import calendar, calendar_now, mark_of
from services.applications.city_time import city_day
from services.applications.models import Event
from services.applications.queries.clock import Clock, Step, clock_from, steps_in, steps_of, target_on
from services.applications.queries.detail import Row, clock_state, day_in_words, state_label
from services.applications.queries.lapse import lapse_sentence, levels_of
from services.catalogue.queries import usual_for
from services.definitions import DueDate


def explain(row: Row, language: str, *, events: Sequence[Event] | None = None) -> dict[str, Any]:
    """Return the due date of a submitted application with each day from receipt on.

    The days are counted anew with today's calendar. What is decided keeps the date that it had; where a decree has
    moved a holiday since, the explanation says so. `events` is the history, where it was read already.
    """
    assert row.submitted_at is not None  # noqa: S101 - the caller shows only submitted applications
    version, holidays = row.version, calendar()
    steps = steps_of(row.id) if events is None else steps_in(events)
    content = version.definition.content["deadline"]
    clock = clock_from(steps, version, city_day(row.submitted_at))
    rule, counted = clock.rule, clock.counted(holidays)
    if not row.end and counted.due_on not in (None, row.due_on):
        # It was counted anew by a calendar that this process does not know yet.
        holidays = calendar_now()
        counted = clock.counted(holidays)
    due_on = row.due_on if row.end else counted.due_on
    return {
        "due_on": due_on.isoformat() if due_on else None,
        "received_on": city_day(row.submitted_at).isoformat(),
        "started_on": clock.start.isoformat() if clock.complete else None,
        "working_days": rule.days if rule.working else None,
        "calendar_days": None if rule.working else rule.days,
        "basis": rule.basis,
        "clock": clock_state(row),
        "paused_on": row.paused_on.isoformat() if row.paused_on else None,
        "days_left": counted.left if counted.due_on is None else None,
        "explanation": "".join(_sentences(clock, counted, row, language)),
        "days": [
            {"date": day.date.isoformat(), "counted": day.counted, "why": day.why, "name": day.name or None}
            for day in counted.days
        ],
        "rule": {"version": version.number, "sha256": version.definition.sha256, "counted_from": content["from"]},
        "calendar": {"now": mark_of(holidays), "at_submission": _calendar_then(row, events)},
        "target": _target(row, steps, holidays, language),
        "on_lapse": content.get("on_lapse"),
        "escalation": levels_of(version, steps, due_on, holidays, language),
        "usual": usual_for(version.slug, language) if not row.end else None,
    }


def _calendar_then(row: Row, events: Sequence[Event] | None) -> str | None:
    if events is None:
        told = Event.objects.filter(application_id=row.id, sequence=1).values_list("data", flat=True)[0]
    else:
        told = events[0].data
    mark: str | None = told.get("calendar")
    return mark


def _target(row: Row, steps: list[Step], holidays: Mapping[date, str], language: str) -> dict[str, Any] | None:
    """Return by when the state that it is in should be left, and where that is written."""
    state = row.version.definition.workflow.states[row.state]
    if state.target is None:
        return None
    on = target_on(steps, row.version, holidays)
    return {
        "state": row.state,
        "state_label": state_label(row.version, row.state, language),
        "working_days": state.target.working_days,
        "basis": state.target.basis,
        "on": on.isoformat() if on else None,
    }


def _sentences(clock: Clock, counted: DueDate, row: Row, language: str) -> list[str]:
    due_on = row.due_on if row.end else counted.due_on
    if not clock.complete:
        return [_incomplete(clock, row, language)]
    return [
        _received(clock, due_on, language),
        *(_extended(each.days, each.basis, language) for each in clock.extensions),
        *(_paused(each.began_on, each.ended_on, counted.left, language) for each in clock.pauses),
        _moved(counted.due_on, row, language),
        "" if row.end else lapse_sentence(row.version, due_on, language),
    ]


def _incomplete(clock: Clock, row: Row, language: str) -> str:
    """Return what holds before the days begin to count."""
    received, state = day_in_words(clock.start, language), state_label(row.version, row.state, language)
    number, working = clock.rule.days, clock.rule.working
    if language == "en":
        unit = "working day(s)" if working else "calendar day(s)"
        rest = f"{number} {unit} from the day after it is complete."
        return f"Received on {received}. No day counts yet ({state}); {rest}"
    unit = "hari kerja" if working else "hari kalender"
    return f"Diterima {received}. Hari belum dihitung ({state}); {number} {unit} mulai sehari sesudah lengkap."


def _received(clock: Clock, due_on: date | None, language: str) -> str:
    number, working, received = clock.rule.days, clock.rule.working, day_in_words(clock.start, language)
    if language == "en":
        due = f"; an answer is due by {day_in_words(due_on, language)}" if due_on else ""
        unit = "working day(s)" if working else "calendar day(s)"
        closed = " Weekends, public holidays and joint leave days are not counted." if working else ""
        began = "Opened again on" if clock.again else "Received on"
        return f"{began} {received}; {number} {unit} from the day after{due}.{closed}"
    due = f"; jawaban paling lambat {day_in_words(due_on, language)}" if due_on else ""
    unit = "hari kerja" if working else "hari kalender"
    closed = " Akhir pekan, hari libur nasional, dan cuti bersama tidak dihitung." if working else ""
    began = "Dibuka kembali" if clock.again else "Diterima"
    return f"{began} {received}; {number} {unit} mulai hari berikutnya{due}.{closed}"


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
