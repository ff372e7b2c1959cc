"""What happened to an application."""

from typing import Any
from uuid import UUID

from services.applications.models import Event
from services.applications.queries.detail import moment, state_label
from services.catalogue.queries import local
from services.catalogue.versions import Version

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
