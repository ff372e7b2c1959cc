"""Messages between a resident and the agency that has their application."""

from typing import Any

from django.utils import timezone

from services.applications.operations.talk import mark_read
from services.applications.queries.detail import Row
from services.applications.queries.talk import message_line, messages_of

_MOST = 20


def talk_of(row: Row) -> dict[str, Any]:
    """Return the latest messages, the first of them first, and whether one may be written; what is shown is read."""
    if row.submitted_at is None:
        return {}
    rows = messages_of(row.id, limit=_MOST, after=None, before=None)
    if any(each.from_office and each.read_at is None for each in rows):
        mark_read(application_id=row.id, by_office=False, now=timezone.now())
    return {"talk": [message_line(each) for each in reversed(rows)], "may_write": not row.end}
