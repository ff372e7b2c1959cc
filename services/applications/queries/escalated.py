"""What was escalated: for the head of an agency, and for the Inspektorat of all agencies."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from services.agencies.queries import calendar
from services.applications.city_time import moment
from services.applications.queries.lists import Key, line_of
from services.definitions import LEVELS, is_working
from superapp.http.sql import Row, fetch_all

_SELECT = """
SELECT a.id, a.version_id, a.number, a.state, a."end", a.due_on, a.submitted_at, a.updated_at, a.paused_on,
       w.step, w.told_at, w.due_on
FROM applications_watch w JOIN applications_application a ON a.id = w.application_id
WHERE a."end" = '' AND ({whose}){edge} ORDER BY w.due_on{order}, w.application_id{order} LIMIT %s
"""
_HEADS = "w.step >= 2 AND w.agency_id = ANY(%s)"
_ALL = "w.step >= 3"


def escalated(
    *, heads: Collection[UUID], inspects: bool, limit: int, after: Key | None, before: Key | None
) -> list[Row]:
    """Return up to `limit` open applications that were escalated to this person, the longest overdue first.

    `heads` are the agencies that they head; who `inspects` sees what came to the Inspektorat of every agency. `after`
    and `before` are the key (due_on, id) of a neighbouring page's edge.
    """
    whose, params = [], list[Any]()
    if heads:
        whose.append(_HEADS)
        params.append(list(heads))
    if inspects:
        whose.append(_ALL)
    if not whose:
        return []
    edge = ""
    if key := after or before:
        edge = f" AND (w.due_on, w.application_id) {'>' if after else '<'} (%s, %s)"
        params.extend(key)
    statement = _SELECT.format(whose=" OR ".join(whose), edge=edge, order=" DESC" if before else "")
    rows = fetch_all(statement, [*params, limit])
    return rows[::-1] if before else rows


def escalated_line(row: Row, language: str, today: date) -> dict[str, Any]:
    """Return one as the list shows it. `days_late` are working days, 0 where more time was given since."""
    step, told_at, _key = row[9:]
    return line_of(row[:9], language) | {
        "escalated_to": LEVELS[step - 1],
        "escalated_at": moment(told_at),
        "days_late": _days_late(row[5], today),
    }


def _days_late(due_on: date, today: date) -> int:
    holidays = calendar()
    days = (date.fromordinal(each) for each in range(due_on.toordinal() + 1, today.toordinal() + 1))
    return sum(is_working(day, holidays) for day in days)
