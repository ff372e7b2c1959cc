"""Noting who of the staff read a resident's application, where the resident sees it."""

from datetime import datetime
from uuid import UUID

from services.applications.models import Access


def note_access(*, application_id: UUID, reader_id: UUID, what: str, now: datetime) -> None:
    """Record that `reader_id` read `what`: application, timeline, file, document, decision."""
    Access.objects.create(application_id=application_id, reader_id=reader_id, what=what, at=now)
