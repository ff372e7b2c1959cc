"""Lists of applications: columns by keyset, no counts, titles and labels from versions held in process."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.applications.city_time import moment
from services.applications.models import DRAFT, Application
from services.applications.queries.clock import targets_of
from services.applications.queries.detail import clock_word, needs_correction, state_label, told_due
from services.catalogue.versions import version_of
from superapp.http.sql import Row, fetch_all

_COLUMNS = """SELECT id, version_id, number, state, "end", due_on, submitted_at, updated_at, paused_on
FROM applications_application """

# With how much happened, and how much of it this person has not read: both are kept, none is counted.
_COLUMNS_OF_MINE = """SELECT id, version_id, number, state, "end", due_on, submitted_at, updated_at, paused_on,
  COALESCE((SELECT happened FROM applications_news n WHERE n.application_id = a.id), 0),
  COALESCE((SELECT read FROM applications_readmark m WHERE m.application_id = a.id AND m.person_id = %s), 0)
FROM applications_application a """
_MINE = _COLUMNS_OF_MINE + "WHERE applicant_id = %s ORDER BY updated_at DESC, id DESC LIMIT %s"
_MINE_AFTER = _COLUMNS_OF_MINE + (
    "WHERE applicant_id = %s AND (updated_at, id) < (%s, %s) ORDER BY updated_at DESC, id DESC LIMIT %s"
)
_MINE_BEFORE = _COLUMNS_OF_MINE + (
    "WHERE applicant_id = %s AND (updated_at, id) > (%s, %s) ORDER BY updated_at, id LIMIT %s"
)


Key = tuple[Any, ...]


def my_applications(
    applicant_id: UUID,
    *,
    reader_id: UUID,
    limit: int,
    after: Key | None,
    before: Key | None,
    services: list[UUID] | None = None,
) -> list[Row]:
    """Return up to `limit` of a person's applications, most recently changed first.

    `after` and `before` are the key (updated_at, id) of a neighbouring page's edge; one of them at most. `services`
    narrows to these (their ids): who acts for another sees what the mandate reaches. `reader_id` is whose marks tell
    what is unread.
    """
    if services is not None:
        return _reached([reader_id, applicant_id, services], limit, after, before)
    if after:
        return fetch_all(_MINE_AFTER, [reader_id, applicant_id, *after, limit])
    if before:
        return list(reversed(fetch_all(_MINE_BEFORE, [reader_id, applicant_id, *before, limit])))
    return fetch_all(_MINE, [reader_id, applicant_id, limit])


def _reached(whose: list[Any], limit: int, after: Key | None, before: Key | None) -> list[Row]:
    wanted = _COLUMNS_OF_MINE + "WHERE applicant_id = %s AND service_id = ANY(%s) "
    edge = f"AND (updated_at, id) {'<' if after else '>'} (%s, %s) " if after or before else ""
    order = "ORDER BY updated_at, id LIMIT %s" if before else "ORDER BY updated_at DESC, id DESC LIMIT %s"
    rows = fetch_all(wanted + edge + order, [*whose, *(after or before or ()), limit])
    return rows[::-1] if before else rows


def my_line_of(row: Row, language: str) -> dict[str, Any]:
    """Return an application as its applicant's list shows it: with what is new."""
    happened, read = row[9:]
    return line_of(row[:9], language) | {"news": happened, "unread": max(happened - read, 0)}


def line_of(row: Row, language: str) -> dict[str, Any]:
    """Return an application as lists show it."""
    id, version_id, number, state, end, due_on, submitted_at, updated_at, paused_on = row
    version = version_of(version_id)
    return {
        "id": str(id),
        "number": number,
        "kind": version.definition.kind,
        "service": {"slug": version.slug, "title": version.text("title", language)},
        "agency": {"code": version.agency_code, "name": version.agency_name},
        "state": state,
        "state_label": state_label(version, state, language),
        "end": end or None,
        "due_on": due.isoformat() if (due := told_due(due_on, paused_on)) else None,
        "clock": clock_word(version, state, paused_on),
        "needs_correction": needs_correction(version, state, paused_on),
        "submitted_at": moment(submitted_at),
        "updated_at": moment(updated_at),
    }


def queue_lines(rows: Sequence[Row], today: date, language: str) -> list[dict[str, Any]]:
    """Return rows of `queries.queue` as the office's lists show them. A query where states have targets, else none."""
    targets = targets_of([(row[0], version_of(row[1]), row[3]) for row in rows])
    return [queue_line_of(row, today, language, targets.get(row[0])) for row in rows]


def queue_line_of(row: Row, today: date, language: str, target_on: date | None = None) -> dict[str, Any]:
    """Return a row of `queries.queue` as the office's lists show it: nobody's name but the officer's."""
    due_on, paused_on, unit_id, assignee_id, must_apply_id = row[5], row[8], row[10], row[11], row[12]
    assignee_name, unit_code, unit_name, corrected = row[15:19]
    return line_of(row[:9], language) | {
        "unit": {"code": unit_code, "name": unit_name} if unit_id else None,
        "assignee": {"id": str(assignee_id), "name": assignee_name} if assignee_id else None,
        "target_on": target_on.isoformat() if target_on else None,
        "overdue": due_on < today and (paused_on is None or due_on <= paused_on),
        "law_changed": must_apply_id is not None,
        "corrected": bool(corrected) and not needs_correction(version_of(row[1]), row[3], paused_on),
    }


def drafts_of_service(service_id: UUID, agency_id: UUID, *, most: int = 1000) -> int:
    """Return how many applications of an agency's service are begun and not handed in; `most` where there are more."""
    found = Application.objects.filter(agency_id=agency_id, state=DRAFT, submitted_at=None, service_id=service_id)
    return len(found.order_by().values_list("pk")[:most])
