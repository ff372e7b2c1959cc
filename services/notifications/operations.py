"""Putting messages into a person's inbox, and marking them read."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import transaction

from services.events.operations import publish
from services.notifications.models import Notice
from services.notifications.queries import Row
from superapp.http.sql import fetch_one
from superapp.identifiers import uuid7

_INSERT = """
INSERT INTO notifications_notice (id, recipient_id, event_id, kind, title, body, application_id, below, created_at)
VALUES (%s, %s, %s, %s, %s::jsonb, %s::jsonb, %s, %s, %s)
ON CONFLICT (recipient_id, event_id) DO NOTHING RETURNING id
"""
_MARK_READ = """
UPDATE notifications_notice SET read_at = coalesce(read_at, %s) WHERE id = %s AND recipient_id = %s
RETURNING id, kind, title::text, body::text, application_id, created_at, read_at, below
"""

Texts = dict[str, str]


@transaction.atomic
def notify(
    *,
    recipient_id: UUID,
    event_id: UUID,
    kind: str,
    title: Texts,
    body: Texts,
    application_id: UUID | None,
    at: datetime,
    now: datetime,
    below: str = "",
) -> None:
    """Put a message into a person's inbox, and publish `notice.created` so that it also goes out by e-mail.

    One event makes one notice for one person: told again, nothing happens. `at` is when it happened; the inbox is
    ordered by it, whatever order the events are told in. `below` is where its link leads, below the
    application's page.
    """
    params: list[Any] = [uuid7(), recipient_id, event_id, kind]
    params += [orjson.dumps(title).decode(), orjson.dumps(body).decode(), application_id, below, at]
    row = fetch_one(_INSERT, params)
    if row is None:
        return
    publish(topic="notice.created", key=row[0], body={"notice": str(row[0]), "kind": kind}, now=now)


def mark_read(*, notice_id: UUID, recipient_id: UUID, now: datetime) -> Row:
    """Mark a person's notice as read and return its row; read before, it keeps the time of the first reading.

    :raises Notice.DoesNotExist: when it is not theirs.
    """
    row = fetch_one(_MARK_READ, [now, notice_id, recipient_id])
    if row is None:
        raise Notice.DoesNotExist
    return row


def forget_notices(application_id: UUID) -> int:
    """Delete what was told about an application that is not kept any more. Return how many."""
    return Notice.objects.filter(application_id=application_id).delete()[0]
