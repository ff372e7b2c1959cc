"""A person's applications as part of what is held of them: handed over on request, erased where the law lets."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.privacy.portable import Attachment, Part, Section
from services.applications.models import (
    DRAFT,
    ActionFile,
    Application,
    ApplicationFile,
    Appointment,
    CorrectionFile,
    CorrectionRound,
    Event,
    LifeBundle,
    ReadMark,
    Satisfaction,
    Tombstone,
)
from services.applications.operations.drafts import discard_draft
from services.applications.operations.given_files import forget_staged
from services.applications.queries.file_offers import told_receipts
from services.applications.queries.reused import still_reused
from services.documents.operations import open_document, open_file

_CHUNK = 100
_SATISFACTION_COLUMNS = ("scores", "words", "answered_at", "changed_at")
_HOUR_COLUMNS = ("id", "kind", "application_id", "agency__code", "place", "starts_at", "ends_at", "state")
_ROUND_COLUMNS = ("number", "state", "asked_at", "answer_by", "message", "items", "answers", "closed_at")
_MESSAGE_COLUMNS = ("from_office", "agency__code", "author__full_name", "text", "at", "read_at")
_HOP_COLUMNS = ("number", "kind", "from_agency__code", "to_agency__code", "to_unit__name", "reason", "at", "answer_by")
_GIVEN_COLUMNS = ("action", "document", "internal", "file__name", "file__sha256", "staged_at")
_COLUMNS = ("sequence", "type", "from_state", "to_state", "actor_role", "reason", "at", "hash")


def export(person_id: UUID) -> Iterator[Part]:
    """Yield the person's applications with their history, then the files and issued documents."""
    yield Section("applications", {"id": "Permohonan dan riwayatnya", "en": "Applications, history"}, _lines(person_id))
    yield Section("appointments", {"id": "Janji temu", "en": "Appointments"}, _appointments(person_id))
    bundles = LifeBundle.objects.filter(applicant_id=person_id).order_by("created_at", "pk")
    yield Section(
        "life_events",
        {"id": "Peristiwa hidup", "en": "Life events"},
        bundles.values("id", "event", "answers", "created_at", "submitted_at").iterator(chunk_size=_CHUNK),
    )
    files = ApplicationFile.objects.filter(application__applicant_id=person_id).order_by("application_id", "pk")
    for each in files.select_related("file", "application").iterator(chunk_size=_CHUNK):
        folder = each.application.number or f"draft-{each.application_id}"
        yield Attachment(f"{folder}/{each.requirement}-{each.file.name}", partial(open_file, each.file))
    corrected = CorrectionFile.objects.filter(round__application__applicant_id=person_id, file__isnull=False)
    for one in corrected.select_related("file", "round__application").order_by("pk").iterator(chunk_size=_CHUNK):
        stored = one.file
        assert stored is not None  # noqa: S101 - the filter says so
        name = f"{one.round.application.number}/{one.requirement}-round-{one.round.number}-{stored.name}"
        yield Attachment(name, partial(open_file, stored))
    # What is for staff alone is named in the history, not handed over.
    given = ActionFile.objects.filter(application__applicant_id=person_id, internal=False)
    for file in given.select_related("file", "application").order_by("pk").iterator(chunk_size=_CHUNK):
        name = (
            f"{file.application.number}/{file.action}-{file.staged_at:%Y%m%d-%H%M%S}-{file.document}-{file.file.name}"
        )
        yield Attachment(name, partial(open_file, file.file))
    issued = Application.objects.filter(applicant_id=person_id, document__isnull=False).order_by("pk")
    for application in issued.select_related("document").iterator(chunk_size=_CHUNK):
        document = application.document
        assert document is not None  # noqa: S101 - the filter says so
        name = f"{application.number}/{document.kind}-{document.code}.pdf"
        yield Attachment(name, partial(open_document, document))


def _lines(person_id: UUID) -> Iterator[dict[str, Any]]:
    mine = Application.objects.filter(applicant_id=person_id).order_by("created_at", "pk")
    for each in mine.select_related("agency", "version", "document", "objects_to").iterator(chunk_size=_CHUNK):
        yield {
            "id": each.pk,
            "number": each.number,
            "service": each.version.content["service"],
            "objects_to": each.objects_to.number if each.objects_to else None,
            "version": each.version.number,
            "agency": each.agency.code,
            "state": each.state,
            "end": each.end or None,
            "answers": each.answers,
            "set_aside": (each.moved or {}).get("set_aside", []),
            "reused": still_reused(each.reused, each.answers),
            "reused_files": told_receipts(each.reused_files, each.reused_files or ()),
            "fee_amount": each.fee_amount,
            "created_at": each.created_at,
            "submitted_at": each.submitted_at,
            "due_on": each.due_on,
            "closed_at": each.closed_at,
            "submissions": list(
                each.submissions.order_by("number").values("number", "answers", "files", "submitted_at", "receipt")
            ),
            "history": [_event(one) for one in each.events.order_by("sequence").select_related("actor")],
            "messages": [_message(one) for one in each.messages.order_by("at", "pk").values(*_MESSAGE_COLUMNS)],
            # What staff write for each other is a memorandum within an agency (UU 14/2008 Pasal 17 huruf i): that
            # there is one is told here; who wants its words asks, and a person weighs it (decision 27).
            "internal_notes": each.notes.count(),
            "hops": list(each.hops.order_by("number").values(*_HOP_COLUMNS)),
            "corrections": [_round(one) for one in each.rounds.order_by("number").prefetch_related("files")],
            "given": list(each.action_files.filter(event__isnull=False).order_by("pk").values(*_GIVEN_COLUMNS)),
            "document": _document(each),
            "satisfaction": Satisfaction.objects.filter(application=each).values(*_SATISFACTION_COLUMNS).first(),
        }


def _event(event: Event) -> dict[str, Any]:
    """Return a line of the history; who acted for the person, with the mandate, where somebody did."""
    line: dict[str, Any] = {name: getattr(event, name) for name in _COLUMNS}
    behalf = event.data.get("on_behalf_of")
    if behalf is None or event.actor is None:
        return line | {"acted_for_you": None}
    by = {"actor": event.actor.full_name, "mandate": behalf["mandate"], "kind": behalf["kind"]}
    return line | {"acted_for_you": by}


def _message(line: dict[str, Any]) -> dict[str, Any]:
    """Return a message; who wrote it, where the office did not: perhaps somebody who acted for the person."""
    author = line.pop("author__full_name")
    return line | {"author": None if line["from_office"] else author}


def _round(round_: CorrectionRound) -> dict[str, Any]:
    files = sorted(each.requirement for each in round_.files.all())
    return {name: getattr(round_, name) for name in _ROUND_COLUMNS} | {"files": files}


def _document(application: Application) -> dict[str, Any] | None:
    document = application.document
    if document is None:
        return None
    return {
        "code": document.code,
        "kind": document.kind,
        "title": document.title,
        "number": document.number,
        "issued_at": document.issued_at,
        "valid_until": document.valid_until,
        "revoked_at": document.revoked_at,
        "sha256": document.sha256,
    }


def _appointments(person_id: UUID) -> Iterator[dict[str, Any]]:
    mine = Appointment.objects.filter(person_id=person_id).order_by("starts_at", "pk")
    yield from mine.values(*_HOUR_COLUMNS).iterator(chunk_size=_CHUNK)


def erase(person_id: UUID, _now: datetime) -> list[dict[str, object]]:
    """Delete drafts with their files, and hours booked without an application.

    What was submitted stays, as the law on archives orders.
    """
    drafts = list(Application.objects.select_for_update().filter(applicant_id=person_id, state=DRAFT))
    for draft in drafts:
        discard_draft(application=draft)
    forget_staged(person_id)
    Satisfaction.objects.filter(application__applicant_id=person_id).delete()  # what it added up to names nobody
    LifeBundle.objects.filter(applicant_id=person_id).delete()  # its applications say themselves what they are
    ReadMark.objects.filter(Q(person_id=person_id) | Q(application__applicant_id=person_id)).delete()
    Tombstone.objects.filter(applicant_id=person_id).delete()
    hours, _each = Appointment.objects.filter(person_id=person_id, application=None).delete()
    kept = Application.objects.filter(applicant_id=person_id).exclude(state=DRAFT)
    documents = kept.filter(document__isnull=False).count()
    return [
        {"kind": "drafts", "erased": len(drafts), "kept": 0},
        {"kind": "appointments", "erased": hours, "kept": 0},
        {"kind": "applications", "erased": 0, "kept": kept.count()},
        {"kind": "documents", "erased": 0, "kept": documents},
    ]
