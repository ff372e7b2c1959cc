"""Noting who of the city read a person's data, where that person sees it."""

from datetime import datetime
from uuid import UUID

from accounts.privacy.models import DataAccess


def note_access(
    *,
    person_id: UUID,
    reader_id: UUID,
    reader_name: str,
    reader_role: str,
    what: str,
    now: datetime,
    agency_code: str = "",
    agency_name: str = "",
    why: str = "",
    about: UUID | None = None,
    number: str = "",
    impersonation_id: UUID | None = None,
) -> None:
    """Record that staff read `what` of a person: one insert, nothing read.

    `about` and `number` are the application's, if it was one.
    """
    DataAccess.objects.create(
        person_id=person_id,
        reader_id=reader_id,
        reader_name=reader_name,
        reader_role=reader_role,
        agency_code=agency_code,
        agency_name=agency_name,
        what=what,
        why=why,
        about=about,
        number=number,
        impersonation_id=impersonation_id,
        at=now,
    )


def hand_over(*, from_id: UUID, to_id: UUID) -> None:
    """Let a person see who read their data while others acted for them."""
    DataAccess.objects.filter(person_id=from_id).update(person_id=to_id)
