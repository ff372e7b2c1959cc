"""Reading notes and messages of an application. The caller has checked who asks."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from services.applications.city_time import moment
from services.applications.models import Message, Note
from superapp.http.pagination import Key, rows_of


def notes_of(
    application_id: UUID, agency_ids: Collection[UUID], *, limit: int, after: Key | None, before: Key | None
) -> list[Note]:
    """Return up to `limit` notes that these agencies wrote, the latest first."""
    notes = Note.objects.filter(application_id=application_id, agency_id__in=agency_ids).select_related("author")
    return rows_of(notes, "at", limit=limit, after=after, before=before)


def messages_of(application_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[Message]:
    """Return up to `limit` messages, the latest first."""
    messages = Message.objects.filter(application_id=application_id).select_related("agency", "author")
    return rows_of(messages, "at", limit=limit, after=after, before=before)


def unread_by(application_id: UUID, *, office: bool) -> int:
    """Return how many messages one side has not read: few, for who writes waits for a reader."""
    return Message.objects.filter(application_id=application_id, from_office=not office, read_at=None).count()


def note_line(note: Note) -> dict[str, Any]:
    """Return a note as colleagues read it."""
    return {
        "id": str(note.pk),
        "author": {"id": str(note.author_id), "name": note.author.full_name},
        "text": note.text,
        "mentions": note.mentions,
        "at": moment(note.at),
    }


def message_line(message: Message) -> dict[str, Any]:
    """Return a message as both sides read it."""
    return {
        "id": str(message.pk),
        "from": "office" if message.from_office else "resident",
        "agency": {"code": message.agency.code, "name": message.agency.name},
        "author": message.author.full_name,
        "text": message.text,
        "at": moment(message.at),
        "read_at": moment(message.read_at),
    }
