"""What happened to an application, and who looked at it."""

from typing import Any
from uuid import UUID

from services.applications.models import Event
from services.applications.queries.detail import moment, state_label
from services.catalogue.queries import local
from services.catalogue.versions import Version
from superapp.http.sql import Row, fetch_all

Key = tuple[Any, ...]

_LABELS = {
    "submitted": {"id": "Permohonan diajukan", "en": "Application submitted"},
    "document_issued": {"id": "Dokumen diterbitkan", "en": "Document issued"},
}


def timeline(application_id: UUID, version: Version, language: str) -> list[dict[str, Any]]:
    """Return the history of an application, oldest first. The caller has checked who asks."""
    events = Event.objects.filter(application_id=application_id).order_by("sequence")
    return [_line(event, version, language) for event in events]


def _line(event: Event, version: Version, language: str) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "type": event.type,
        "label": _label(event, version, language),
        "state": event.to_state,
        "state_label": state_label(version, event.to_state, language),
        "by": event.actor_role,
        "reason": event.reason or None,
        "at": moment(event.at),
        "hash": event.hash,
    }


def _label(event: Event, version: Version, language: str) -> str:
    if event.type in _LABELS:
        return local(_LABELS[event.type], language)
    transition = version.definition.workflow.transition(event.action, event.from_state)
    return local(transition.label, language) if transition else event.type


_ACCESSES = """
SELECT e.id, e.application_id, a.number, g.code, g.name, e.what, e.at
FROM applications_access e
JOIN applications_application a ON a.id = e.application_id
JOIN agencies_agency g ON g.id = a.agency_id
WHERE a.applicant_id = %s
"""


def accesses_of(applicant_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[Row]:
    """Return up to `limit` readings of this person's applications by the city's staff, latest first.

    `after` and `before` are the key (at, id) of a neighbouring page's edge.
    """
    if before:
        query = _ACCESSES + "AND (e.at, e.id) > (%s, %s) ORDER BY e.at, e.id LIMIT %s"
        return fetch_all(query, [applicant_id, *before, limit])[::-1]
    edge = "AND (e.at, e.id) < (%s, %s) " if after else ""
    return fetch_all(_ACCESSES + edge + "ORDER BY e.at DESC, e.id DESC LIMIT %s", [applicant_id, *(after or ()), limit])


def access_line(row: Row) -> dict[str, Any]:
    """Return a reading as the resident sees it: which agency, what, when. Staff are not named."""
    id, application_id, number, code, name, what, at = row
    return {
        "id": str(id),
        "application": str(application_id),
        "number": number,
        "agency": {"code": code, "name": name},
        "what": what,
        "at": moment(at),
    }
