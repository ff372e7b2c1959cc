"""Noting who of the city read a person's data, where that person sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from django.db import connection

from accounts.privacy.models import DataAccess
from superapp.identifiers import uuid7


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


@dataclass(frozen=True, slots=True)
class Reading:
    """One of many readings at once: of whom, in which role, at which agency, about which application."""

    person_id: UUID
    reader_role: str
    agency_code: str
    agency_name: str
    about: UUID
    number: str
    id: UUID = field(default_factory=uuid7)


_NOTE_ALL = """
INSERT INTO accounts_privacy_dataaccess (id, person_id, reader_id, reader_name, reader_role, agency_code, agency_name,
  what, why, about, number, at)
SELECT r.id, r.person_id, %s, %s, r.reader_role, r.agency_code, r.agency_name, %s, %s, r.about, r.number, %s
FROM json_to_recordset(%s::json) AS r (id uuid, person_id uuid, reader_role text, agency_code text, agency_name text,
  about uuid, number text)
"""


def note_accesses(
    readings: Sequence[Reading], *, reader_id: UUID, reader_name: str, what: str, why: str, now: datetime
) -> None:
    """Record what somebody read of many people at once, each where that person sees it: one insert, nothing read."""
    if readings:
        told = orjson.dumps(readings).decode()
        with connection.cursor() as cursor:
            cursor.execute(_NOTE_ALL, [reader_id, reader_name, what, why, now, told])


def hand_over(*, from_id: UUID, to_id: UUID, now: datetime) -> None:  # noqa: ARG001 - every part is told when
    """Let a person see who read their data while others acted for them."""
    DataAccess.objects.filter(person_id=from_id).update(person_id=to_id)


def forget_accesses(*, person_id: UUID, about: UUID) -> int:
    """Delete who read a person's application that is not kept any more: the record stays as long as what was read.

    Return how many.
    """
    return DataAccess.objects.filter(person_id=person_id, about=about).delete()[0]
