"""Noting that staff read an application, where its resident sees it."""

from datetime import datetime
from uuid import UUID

from accounts.privacy.operations.access import note_access
from services.applications.queries.detail import state_label
from services.catalogue.versions import Version

MAX_WHY = 300


def note_reading(
    *,
    application_id: UUID,
    applicant_id: UUID,
    number: str,
    agency_code: str,
    agency_name: str,
    reader_id: UUID,
    reader_name: str,
    roles: frozenset[str],
    what: str,
    why: str,
    now: datetime,
) -> None:
    """Record that somebody with `roles` where the application lies read `what` of it: one insert, nothing read."""
    note_access(
        person_id=applicant_id,
        reader_id=reader_id,
        reader_name=reader_name,
        reader_role=highest(roles),
        agency_code=agency_code,
        agency_name=agency_name,
        what=what,
        why=why,
        about=application_id,
        number=number,
        now=now,
    )


def highest(roles: frozenset[str]) -> str:
    """Return the role that the resident is told: of several, the one that decides."""
    return next(role for role in ("approver", "officer", "admin", *sorted(roles)) if role in roles)


def step_of(version: Version, state: str) -> str:
    """Return why staff read an application when they do not say so: the service, and the step at which it is."""
    return f"{version.text('title', 'id')}: {state_label(version, state, 'id')}"[:MAX_WHY]
