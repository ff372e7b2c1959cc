"""One application in full, read by one query, told in one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from services.applications.city_time import city_day, moment
from services.applications.life_events import life_events
from services.applications.models import DRAFT, Application, ApplicationFile, CorrectionFile
from services.applications.queries.clock import target_of
from services.applications.queries.file_offers import reused_file_lines
from services.applications.queries.grounds import Told, remedy_of
from services.applications.queries.moved import moved_from, must_answer_again, set_aside
from services.applications.queries.reused import reused_lines
from services.catalogue.queries import local
from services.catalogue.versions import Version, version_of
from superapp.http.sql import fetch_all, fetch_one

_MONTHS = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_DRAFT_LABEL = {"id": "Draf", "en": "Draft"}

_SELECT = """
SELECT a.id, a.version_id, a.number, a.state, a."end", a.answers, a.revision, a.fee_amount, a.created_at, a.updated_at,
       a.submitted_at, a.due_on, a.closed_at, a.applicant_id, u.full_name,
       (SELECT COALESCE(json_agg(json_build_object('id', f.id, 'requirement', f.requirement, 'name', s.name,
                   'media_type', s.media_type, 'size', s.size, 'sha256', s.sha256) ORDER BY f.requirement), '[]'::json)
        FROM applications_applicationfile f JOIN documents_storedfile s ON s.id = f.file_id
        WHERE f.application_id = a.id),
       a.moved, a.must_apply_id, c.current_id, l.cut_off_at, a.paused_on, a.reused,
       a.agency_id, g.code, g.name, n.code, n.name, a.assignee_id, w.full_name,
       (SELECT json_build_object('action', e.action, 'from_state', e.from_state, 'reason', e.reason, 'data', e.data,
                                 'at', e.at)
        FROM applications_event e
        WHERE a."end" IN ('granted', 'rejected') AND e.application_id = a.id AND e.to_state = a.state
          AND e.from_state <> e.to_state
        ORDER BY e.sequence DESC LIMIT 1),
       d.code, d.number, d.title, d.issued_at, d.valid_until, d.sha256, d.revoked_at, a.objects_to_id, o.number,
       a.reused_files, b.id, b.event
FROM applications_application a
JOIN accounts_user u ON u.id = a.applicant_id
JOIN catalogue_service c ON c.id = a.service_id
JOIN agencies_agency g ON g.id = a.agency_id
LEFT JOIN agencies_unit n ON n.id = a.unit_id
LEFT JOIN accounts_user w ON w.id = a.assignee_id
LEFT JOIN catalogue_versionlife l ON l.version_id = a.version_id
LEFT JOIN documents_issueddocument d ON d.id = a.document_id
LEFT JOIN applications_application o ON o.id = a.objects_to_id
LEFT JOIN applications_bundlepart p ON p.application_id = a.id
LEFT JOIN applications_lifebundle b ON b.id = p.bundle_id
"""
_MINE = _SELECT + "WHERE a.id = %s AND a.applicant_id = %s"
_MINE_OF = _SELECT + "WHERE a.id = ANY(%s) AND a.applicant_id = %s"
_OFFICE = _SELECT + "WHERE a.id = %s AND a.state <> 'draft' AND a.erased_at IS NULL AND a.agency_id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Document:
    """The issued document of a granted application."""

    code: str
    number: str
    title: dict[str, str]
    issued_at: datetime
    valid_until: date | None
    sha256: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """At which agency an application lies, in which of its units if in one, and with whom if with somebody."""

    agency_id: UUID
    agency_code: str
    agency_name: str
    unit_code: str | None
    unit_name: str | None
    assignee_id: UUID | None
    assignee_name: str | None


@dataclass(frozen=True, slots=True)
class Row:
    """An application as read. `files`: id, requirement, name, media_type, size (bytes), sha256 of each.

    `current_id` is the version that new applications are made under, `cut_off_at` the end for drafts under this one.
    `decided` are action, from_state, reason, data and at of the event that granted or rejected it.
    """

    id: UUID
    version: Version
    number: str | None
    state: str
    end: str
    answers: dict[str, Any]
    revision: int
    fee_amount: int | None
    created_at: datetime | None
    updated_at: datetime
    submitted_at: datetime | None
    due_on: date | None
    closed_at: datetime | None
    files: list[dict[str, Any]]
    document: Document | None
    applicant_id: UUID | None = None
    applicant_name: str = ""
    moved: dict[str, Any] | None = None
    must_apply_id: UUID | None = None
    current_id: UUID | None = None
    cut_off_at: datetime | None = None
    paused_on: date | None = None
    reused: dict[str, Any] | None = None
    reused_files: dict[str, Any] | None = None
    decided: dict[str, Any] | None = None
    place: Place | None = None
    objects_to_id: UUID | None = None
    objects_to_number: str | None = None
    bundle_id: UUID | None = None
    life_event: str | None = None

    @property
    def agency_id(self) -> UUID:
        """Return the agency at which it lies now."""
        return self.place.agency_id if self.place else self.version.agency_id


def get_row(application_id: UUID, *, applicant_id: UUID) -> Row:
    """Return this person's application.

    :raises Application.DoesNotExist: when there is none, or it is another's.
    """
    return _row(fetch_one(_MINE, [application_id, applicant_id]))


def get_rows(application_ids: Sequence[UUID], *, applicant_id: UUID) -> list[Row]:
    """Return those of these applications that are this person's, in the given order."""
    if not application_ids:
        return []
    rows = [_row(each) for each in fetch_all(_MINE_OF, [list(application_ids), applicant_id])]
    place = {id: number for number, id in enumerate(application_ids)}
    return sorted(rows, key=lambda row: place[row.id])


def get_office_row(application_id: UUID, *, agency_ids: list[UUID]) -> Row:
    """Return a submitted application of one of these agencies.

    :raises Application.DoesNotExist: when there is none, it is a draft, or it is another agency's.
    """
    return _row(fetch_one(_OFFICE, [application_id, agency_ids]))


def _row(found: tuple[Any, ...] | None) -> Row:
    if found is None:
        raise Application.DoesNotExist
    code, number, title, issued_at, valid_until, sha256, revoked_at = found[30:37]
    return Row(
        id=found[0],
        version=version_of(found[1]),
        number=found[2],
        state=found[3],
        end=found[4],
        answers=decoded(found[5]),
        revision=found[6],
        fee_amount=found[7],
        created_at=found[8],
        updated_at=found[9],
        submitted_at=found[10],
        due_on=found[11],
        closed_at=found[12],
        applicant_id=found[13],
        applicant_name=found[14],
        files=decoded(found[15]),
        moved=decoded(found[16]),
        must_apply_id=found[17],
        current_id=found[18],
        cut_off_at=found[19],
        paused_on=found[20],
        reused=decoded(found[21]),
        place=Place(*found[22:29]),
        decided=decoded(found[29]),
        document=Document(code, number, decoded(title), issued_at, valid_until, sha256, revoked_at) if code else None,
        objects_to_id=found[37],
        objects_to_number=found[38],
        reused_files=decoded(found[39]),
        bundle_id=found[40],
        life_event=found[41],
    )


def decoded(value: Any) -> Any:
    """Return a JSON column as a value: Django's connections hand jsonb over undecoded."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def clock_state(row: Row) -> str | None:
    """Return whether the clock is running, paused or stopped; None for a draft."""
    return clock_word(row.version, row.state, row.paused_on)


def clock_word(version: Version, state: str, paused_on: date | None) -> str | None:
    """Return the same of a row that is not read in full."""
    if state == DRAFT:
        return None
    return "paused" if needs_correction(version, state, paused_on) else version.definition.workflow.states[state].clock


def needs_correction(version: Version, state: str, paused_on: date | None) -> bool:
    """Return whether a round of correction is open: the clock stands though the workflow's own runs."""
    return state != DRAFT and paused_on is not None and version.definition.workflow.states[state].clock == "running"


def told_due(due_on: date | None, paused_on: date | None) -> date | None:
    """Return the due date to tell: none while the clock stands, unless it had passed by then."""
    return None if paused_on is not None and due_on is not None and due_on > paused_on else due_on


def state_label(version: Version, state: str, language: str) -> str:
    """Return the resident's wording of a state."""
    if state == DRAFT:
        return local(_DRAFT_LABEL, language)
    return local(version.definition.workflow.states[state].label, language)


def body_of(row: Row, language: str) -> dict[str, Any]:
    """Return the application as its owner sees it."""
    asked = {each.id for each in row.version.definition.requirements}
    return _shared(row, language) | {
        "moved": moved_from(row.moved, language),
        "must_answer_again": must_answer_again(row.moved, language) if row.state == DRAFT else [],
        "set_aside": set_aside(row.moved, row.files, asked, language),
        "bundle": _bundle(row, language),
    }


def _bundle(row: Row, language: str) -> dict[str, str] | None:
    if row.bundle_id is None or row.life_event is None:
        return None
    title = local(dict(life_events()[row.life_event].title), language)
    return {"id": str(row.bundle_id), "life_event": row.life_event, "title": title}


def _shared(row: Row, language: str) -> dict[str, Any]:
    version = row.version
    return {
        "id": str(row.id),
        "number": row.number,
        "kind": version.definition.kind,
        "objects_to": {"id": str(row.objects_to_id), "number": row.objects_to_number} if row.objects_to_id else None,
        "service": {"slug": version.slug, "title": version.text("title", language)},
        "agency": {"code": version.agency_code, "name": version.agency_name},
        "version": version.number,
        "state": row.state,
        "state_label": state_label(version, row.state, language),
        "end": row.end or None,
        "answers": row.answers,
        "files": row.files,
        "fee": None if row.fee_amount is None else {"amount": row.fee_amount, "currency": "IDR"},
        "revision": row.revision,
        "updated_at": moment(row.updated_at),
        "submitted_at": moment(row.submitted_at),
        "due_on": due.isoformat() if (due := told_due(row.due_on, row.paused_on)) else None,
        "target_on": target.isoformat() if (target := target_of(row, version, row.state)) else None,
        "clock": clock_state(row),
        "needs_correction": needs_correction(version, row.state, row.paused_on),
        "closed_at": moment(row.closed_at),
        "decision": _decision(row, language),
        "document": _document(row.document, language),
        "law_changed": _law_changed(row),
        "reused": reused_lines(row.reused, row.answers, language),
        "reused_files": reused_file_lines(row.reused_files, {each["requirement"] for each in row.files}, language),
    }


def _decision(row: Row, language: str) -> dict[str, Any] | None:
    if row.decided is None:
        return None
    told = Told(row.decided["action"], row.decided["from_state"], row.decided["reason"], row.decided["data"])
    decided_at = datetime.fromisoformat(row.decided["at"])
    remedy = remedy_of(row.version, city_day(decided_at)) if row.end == "rejected" else None
    return {
        "reason": told.reason(row.version, language) or None,
        "basis": told.basis(row.version) or None,
        "decided_at": moment(decided_at),
        "objection": {"until": remedy.until.isoformat(), "basis": remedy.basis} if remedy else None,
    }


def _law_changed(row: Row) -> dict[str, Any] | None:
    """Return which later version the law asks of this application, too, and on which basis."""
    if row.must_apply_id is None:
        return None
    version = version_of(row.must_apply_id)
    return {"version": version.number, "basis": version.definition.content["legal_basis"][0]}


def office_body_of(row: Row, language: str) -> dict[str, Any]:
    """Return the application as staff see it: with the applicant's name, and where it lies."""
    return _shared(row, language) | {
        "applicant": {"id": str(row.applicant_id), "name": row.applicant_name},
        "place": _place(row.place),
    }


def _place(place: Place | None) -> dict[str, Any]:
    assert place is not None  # noqa: S101 - the office reads it
    return {
        "agency": {"code": place.agency_code, "name": place.agency_name},
        "unit": {"code": place.unit_code, "name": place.unit_name} if place.unit_code else None,
        "assignee": {"id": str(place.assignee_id), "name": place.assignee_name} if place.assignee_id else None,
    }


def _document(document: Document | None, language: str) -> dict[str, Any] | None:
    if document is None:
        return None
    return {
        "code": document.code,
        "number": document.number,
        "title": local(document.title, language),
        "issued_at": moment(document.issued_at),
        "valid_until": document.valid_until.isoformat() if document.valid_until else None,
        "sha256": document.sha256,
        "revoked": document.revoked_at is not None,
    }


def files_in_words(row: Row, language: str) -> list[dict[str, Any]]:
    """Return the files with the `title` of what each was asked for, and `lent`: the receipt where it was taken over."""
    titles = {each.id: local(each.title, language) for each in row.version.definition.requirements}
    lines = reused_file_lines(row.reused_files, {each["requirement"] for each in row.files}, language)
    lent = {each["requirement"]: each for each in lines}
    return [
        file | {"title": titles.get(file["requirement"], file["requirement"]), "lent": lent.get(file["requirement"])}
        for file in row.files
    ]


def day_in_words(day: date, language: str) -> str:
    """Return a date as people say it, such as `24 November 2026`."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def file_line(file: ApplicationFile | CorrectionFile) -> dict[str, Any]:
    """Return a file as `files` of the application shows it. `file.file` is loaded."""
    stored = file.file
    assert stored is not None  # noqa: S101 - only a round that gave a file in has none
    return {
        "id": str(file.id),
        "requirement": file.requirement,
        "name": stored.name,
        "media_type": stored.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
    }
