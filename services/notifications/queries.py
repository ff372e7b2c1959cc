"""Reading the inbox: columns by keyset, no counts."""

from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.utils import timezone

from superapp.http.sql import Row, fetch_all

__all__ = ["Row", "inbox", "line_of", "page_of_notice"]

_COLUMNS = (
    "SELECT id, kind, title::text, body::text, application_id, created_at, read_at, below "
    "FROM notifications_notice "
    "WHERE recipient_id = %s "
)
_UNREAD = "AND read_at IS NULL "
_AFTER = "AND (created_at, id) < (%s, %s) "
_BEFORE = "AND (created_at, id) > (%s, %s) "
_NEWEST_FIRST = "ORDER BY created_at DESC, id DESC LIMIT %s"
_OLDEST_FIRST = "ORDER BY created_at, id LIMIT %s"


def inbox(
    recipient_id: UUID,
    *,
    unread: bool = False,
    limit: int,
    after: tuple[Any, ...] | None = None,
    before: tuple[Any, ...] | None = None,
) -> list[Row]:
    """Return up to `limit` of a person's notices, newest first.

    `after` and `before` are the key (created_at, id) of a neighbouring page's edge; one of them at most.
    """
    query = _COLUMNS + (_UNREAD if unread else "")
    if before:
        return list(reversed(fetch_all(query + _BEFORE + _OLDEST_FIRST, [recipient_id, *before, limit])))
    if after:
        return fetch_all(query + _AFTER + _NEWEST_FIRST, [recipient_id, *after, limit])
    return fetch_all(query + _NEWEST_FIRST, [recipient_id, limit])


def line_of(row: Row, language: str) -> dict[str, Any]:
    """Return a notice as the API shows it, in `language`."""
    notice_id, kind, title, body, application_id, created_at, read_at, below = row
    return {
        "id": str(notice_id),
        "kind": kind,
        "title": _local(title, language),
        "body": _local(body, language),
        "application_id": str(application_id) if application_id else None,
        "created_at": timezone.localtime(created_at).isoformat(),
        "read_at": timezone.localtime(read_at).isoformat() if read_at else None,
        "url": page_of_notice(application_id, below) if application_id else None,
    }


def page_of_notice(application_id: UUID | None, below: str) -> str:
    """Return the page to which a notice leads: its application's, or what stands there, such as a field to correct."""
    path = f"/permohonan/{application_id}/{below}" if application_id else "/"
    return f"{settings.BASE_URL}{path}"


def _local(texts: str, language: str) -> str:
    both: dict[str, str] = orjson.loads(texts)
    return both.get(language) or both.get("id", "")
