"""What happened to an application."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from services.applications.city_time import moment
from services.applications.models import Event
from services.applications.queries.action_files import given_with
from services.applications.queries.detail import state_label
from services.applications.queries.grounds import Told
from services.applications.queries.unchecked import note_of
from services.catalogue.queries import local
from services.catalogue.versions import Version

_LABELS = {
    "submitted": {"id": "Permohonan diajukan", "en": "Application submitted"},
    "law_changed": {"id": "Aturan layanan berubah menurut hukum", "en": "The law changed the service's rules"},
    "correction_asked": {"id": "Diminta perbaikan", "en": "Correction asked"},
    "correction_sent": {"id": "Perbaikan dikirim", "en": "Correction sent"},
    "correction_cancelled": {"id": "Permintaan perbaikan dibatalkan", "en": "Correction taken back"},
    "correction_lapsed": {"id": "Perbaikan tidak dikirim sampai batas waktu", "en": "No correction came in time"},
    "deadline_moved": {
        "id": "Tenggat dihitung ulang",
        "en": "Due date counted anew",
    },
    "answer_by_moved": {
        "id": "Tanggal yang diminta antarbagian dihitung ulang",
        "en": "The day on which offices await it counted anew",
    },
    "escalated_officer": {"id": "Tenggat lewat; petugas diingatkan", "en": "Overdue; the officer was told"},
    "escalated_head": {"id": "Tenggat lewat; kepala instansi diberi tahu", "en": "Overdue; the agency's head was told"},
    "escalated_inspectorate": {
        "id": "Tenggat lewat; Inspektorat diberi tahu",
        "en": "Overdue; the Inspektorat was told",
    },
    "deemed_granted": {"id": "Dianggap dikabulkan menurut hukum", "en": "Deemed granted by law"},
    "checked_again": {"id": "Diperiksa lagi oleh sistem instansi", "en": "Checked again by the agency's system"},
    "objection_filed": {"id": "Keberatan diajukan", "en": "Objection filed"},
    "overturned": {"id": "Putusan ini batal dalam banding", "en": "Overturned on appeal"},
    "taken_over": {"id": "Kini diurus sendiri oleh pemohon", "en": "Now in the applicant's own hands"},
    "reopened": {"id": "Permohonan dibuka kembali", "en": "Application opened again"},
    "appointment_booked": {"id": "Janji temu dipesan", "en": "Appointment booked"},
    "appointment_planned": {"id": "Kunjungan dijadwalkan", "en": "Visit planned"},
    "appointment_moved": {"id": "Janji temu diubah", "en": "Appointment moved"},
    "appointment_cancelled": {"id": "Janji temu dibatalkan", "en": "Appointment cancelled"},
    "appointment_displaced": {"id": "Kantor tutup: pilih jam lain", "en": "Office closed: choose another hour"},
    "appointment_attended": {"id": "Pemohon datang", "en": "The applicant came"},
    "appointment_missed": {"id": "Pemohon tidak datang", "en": "The applicant did not come"},
    "document_issued": {"id": "Dokumen diterbitkan", "en": "Document issued"},
    "claimed": {"id": "Ditangani petugas", "en": "An officer took it in hand"},
    "assigned": {"id": "Diserahkan kepada petugas", "en": "Given to an officer"},
    "released": {"id": "Menunggu petugas lain", "en": "Waiting for another officer"},
    "unassigned": {
        "id": "Petugasnya tidak lagi bertugas; menunggu petugas lain",
        "en": "Its officer left; waiting for another",
    },
}
_MOVES = {
    "handed_over": {"id": "Diteruskan ke {to}", "en": "Passed on to {to}"},
    "handed_back": {"id": "Dikembalikan ke {to}", "en": "Sent back to {to}"},
    "recalled": {"id": "Diambil kembali oleh {to}", "en": "Called back by {to}"},
}


def move_in_words(event: Event, language: str) -> str:
    """Return where an application went, as its resident reads it."""
    place = event.data["to"]
    to = f"{place['unit']}, {place['name']}" if place["unit"] else place["name"]
    return local(_MOVES[event.type], language).format(to=to)


def timeline(
    application_id: UUID, version: Version, language: str, *, below: str = "", staff: bool = False
) -> list[dict[str, Any]]:
    """Return the history of an application, oldest first. The caller has checked who asks.

    `below` is the application's address, under which files given with an action are downloaded.
    """
    return told_timeline(events_of(application_id), version, language, below=below, staff=staff)


def events_of(application_id: UUID) -> list[Event]:
    """Return the history of an application with who acted, oldest first. One query."""
    return histories_of([application_id])[application_id]


def histories_of(application_ids: Sequence[UUID]) -> dict[UUID, list[Event]]:
    """Return the same of several applications, by their ids. One query."""
    events = Event.objects.filter(application_id__in=application_ids).order_by("application_id", "sequence")
    found: dict[UUID, list[Event]] = {id: [] for id in application_ids}
    for event in events.select_related("actor", "application__applicant"):
        found[event.application_id].append(event)
    return found


def told_timeline(
    events: Iterable[Event], version: Version, language: str, *, below: str = "", staff: bool = False
) -> list[dict[str, Any]]:
    """Return a history that was read, as `timeline` does."""
    return [
        _line(event, version, language) | {"documents": given_with(event, language, staff=staff, below=below)}
        for event in events
    ]


def _line(event: Event, version: Version, language: str) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "type": event.type,
        "label": label_of(event, version, language),
        "state": event.to_state,
        "state_label": state_label(version, event.to_state, language),
        "by": event.actor_role,
        "on_behalf": _on_behalf(event, language),
        "reason": reason_of(event, version, language) or None,
        "basis": basis_of(event, version) or None,
        "note": note_of(event, version, language) or None,
        "at": moment(event.at),
        "hash": event.hash,
    }


def _on_behalf(event: Event, language: str) -> dict[str, str] | None:
    """Return who acted for the applicant, by which mandate, and that in words."""
    trace: dict[str, str] | None = event.data.get("on_behalf_of")
    if trace is None or event.actor is None:
        return None
    actor, applicant = event.actor.full_name, event.application.applicant.full_name
    words = f"{actor} for {applicant}" if language == "en" else f"{actor} untuk {applicant}"
    return {"actor": actor, "applicant": applicant, "text": words, "mandate": trace["mandate"], "kind": trace["kind"]}


def reason_of(event: Event, version: Version, language: str) -> str:
    """Return the reason that the resident reads: the one that was chosen, then the words that were added."""
    return _told(event).reason(version, language)


def basis_of(event: Event, version: Version) -> str:
    """Return the laws on which an event stands that decides, empty for any other."""
    return _told(event).basis(version)


def _told(event: Event) -> Told:
    return Told(event.action, event.from_state, event.reason, event.data)


def label_of(event: Event, version: Version, language: str) -> str:
    """Return what an event is called."""
    if event.type in _MOVES:
        return move_in_words(event, language)
    if event.type in _LABELS and not event.action:
        return local(_LABELS[event.type], language)
    transition = version.definition.workflow.transition(event.action, event.from_state)
    return local(transition.label, language) if transition else event.type
