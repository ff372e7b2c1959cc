"""Proving the history: every event's hash anew, every link to the one before, and that the tables say what it says.

A history rewritten whole, every hash made anew, shows against the days' roots (queries.roots), and those against a copy
of them as they were published.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Subquery
from django.db.models.fields.json import KT

from services.applications.destroying import line_hash
from services.applications.history import FIRST, event_hash
from services.applications.models import DRAFT, Application, Destruction, Event, Submission
from services.catalogue.versions import version_of
from services.definitions import canonical_json

_HANDED_IN = ("submitted", "correction_sent")


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the history does not hold. `sequence` 0 stands for the application itself."""

    application_id: UUID
    sequence: int
    what: str


def broken_links() -> Iterator[Break]:
    """Yield every place where an event was changed, removed or inserted, or a table does not match its history."""
    latest: Event | None = None
    owner: UUID | None = None
    proved = Destruction.objects.filter(application_id=OuterRef("application_id"))
    events = Event.objects.annotate(emptied=Exists(proved), applicant=F("application__applicant_id"))
    for event in events.order_by("application_id", "sequence").iterator(chunk_size=2000):
        if latest is None or latest.application_id != event.application_id:
            yield from _unlike_owner(latest, owner)
            expected, previous, owner = 1, FIRST, None
        else:
            expected, previous = latest.sequence + 1, latest.hash
        if event.sequence != expected:
            yield Break(event.application_id, expected, "missing event")
        elif event.previous_hash != previous:
            yield Break(event.application_id, event.sequence, "does not follow the event before")
        if not event.emptied and event.hash != _hash_of(event):
            yield Break(event.application_id, event.sequence, "changed event")
        if not event.emptied:
            told, then = _owner_told(event)
            if owner and told and told != owner:
                yield Break(event.application_id, event.sequence, "it was done for somebody else than before")
            owner = then or owner
        latest = event
    yield from _unlike_owner(latest, owner)
    yield from _applications()
    yield from _submissions()
    yield from _given_files()
    yield from _destructions()


def _owner_told(event: Event) -> tuple[UUID | None, UUID | None]:
    """Return whose an application was and whose it is then, as an event tells it; None where it does not.

    The resident who acted for themselves; for whom somebody acted (older histories name the mandate alone); who took
    over, of age, what was done in their name.
    """
    if event.type == "taken_over" and not event.action:
        return _id_in(event.data, "from"), _id_in(event.data, "to")
    if event.actor_role != "resident":
        return None, None
    whose = event.actor_id
    if "on_behalf_of" in event.data:
        whose = _id_in(event.data["on_behalf_of"], "principal")
    return whose, whose


def _id_in(told: Any, key: str) -> UUID | None:
    """Return an id that an event tells; None where there is none: that it was put in later, its hash shows."""
    try:
        return UUID(told[key])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _unlike_owner(latest: Any, owner: UUID | None) -> Iterator[Break]:
    """Yield where an application is not his whose its history, ending with this event, says that it is."""
    if latest is not None and owner is not None and latest.applicant != owner:
        yield Break(latest.application_id, latest.sequence, "the applicant is not whose it is by its history")


def _destructions() -> Iterator[Break]:
    """Yield lines of the register that do not hold, and histories that are not the ones that they speak of."""
    history = Event.objects.filter(application=OuterRef("application_id")).order_by("-sequence")
    lines = Destruction.objects.annotate(
        last=Subquery(history.values("hash")[:1]), length=Subquery(history.values("sequence")[:1])
    )
    previous, expected = FIRST, 1
    for line in lines.order_by("number").iterator(chunk_size=2000):
        if (line.number, line.previous_hash) != (expected, previous) or line.hash != line_hash(line):
            yield Break(line.application_id, 0, "the proof of its destruction was changed, or one before it is missing")
        if (line.last, line.length) != (line.head, line.events):
            yield Break(line.application_id, line.events, "not the history whose destruction was proved")
        previous, expected = line.hash, line.number + 1
    proved = Destruction.objects.filter(application_id=OuterRef("id"))
    for id in Application.objects.filter(~Exists(proved), erased_at__isnull=False).values_list("id", flat=True):
        yield Break(id, 0, "erased without a proof")


def _hash_of(event: Event) -> str:
    return event_hash(
        previous=event.previous_hash,
        application_id=event.application_id,
        sequence=event.sequence,
        type=event.type,
        action=event.action,
        from_state=event.from_state,
        to_state=event.to_state,
        actor_id=event.actor_id,
        actor_role=event.actor_role,
        reason=event.reason,
        data=event.data,
        at=event.at,
    )


def _applications() -> Iterator[Break]:
    """Yield the applications that are not as their history left them."""
    history = Event.objects.filter(application=OuterRef("id")).order_by("-sequence")
    issued = history.filter(type="document_issued")
    rows = Application.objects.annotate(
        latest=Subquery(history.values("sequence")[:1]),
        told_state=Subquery(history.values("to_state")[:1]),
        told=Subquery(history.filter(type="submitted", action="").values("data")[:1]),
        told_at=Subquery(history.filter(type="submitted", action="").values("at")[:1]),
        told_fee=Subquery(history.filter(type__in=_HANDED_IN, action="").values("data__fee")[:1]),
        told_due=Subquery(history.filter(data__has_key="due_on").values("data__due_on")[:1]),
        told_code=Subquery(issued.values("data__code")[:1]),
        told_sha256=Subquery(issued.values("data__sha256")[:1]),
    ).select_related("document", "version")
    # A draft that nothing happened to yet has no history.
    for row in rows.filter(erased_at=None).exclude(state=DRAFT, latest=None).order_by("id").iterator(chunk_size=2000):
        if row.latest is None:
            yield Break(row.id, 0, "submitted, yet without history")
            continue
        if row.state != row.told_state:
            yield Break(row.id, row.latest, "the application's state is not the latest event's")
        elif row.end != (version_of(row.version_id).definition.workflow.states[row.state].end or ""):
            yield Break(row.id, row.latest, "it has not ended as its state says")
        yield from (Break(row.id, 1, what) for what in _unlike_submission(row, row.told or {}))
        if row.told_fee is not None and row.fee_amount != row.told_fee:  # older histories do not tell it
            yield Break(row.id, row.latest, "the fee is not as told latest")
        if str(row.due_on) != row.told_due:
            yield Break(row.id, row.latest, "the due date is not as told latest")
        document = (row.document.code, row.document.sha256) if row.document else (None, None)
        if document != (row.told_code, row.told_sha256):
            yield Break(row.id, row.latest, "the document is not the one that was issued")


def _unlike_submission(row: Any, told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of an application is not as its first submission told it."""
    if (row.number, row.version.number) != (told.get("number"), told.get("version")):
        yield "number or version is not as told at submission"
    if row.submitted_at != row.told_at:
        yield "the moment of its submission is not as told"


def _submissions() -> Iterator[Break]:
    """Yield the submissions that are not as they were handed in, or not what the office is shown."""
    handed_in = Event.objects.filter(type__in=_HANDED_IN, action="", application__erased_at=None).annotate(
        digest=KT("data__sha256")
    )
    told = handed_in.filter(application=OuterRef("application"), digest=OuterRef("sha256"))
    latest = Submission.objects.filter(application=OuterRef("application")).order_by("-number").values("number")
    rows = Submission.objects.annotate(told=Exists(told), latest=Subquery(latest[:1])).select_related("application")
    for row in rows.prefetch_related("application__files__file").order_by("id").iterator(chunk_size=500):
        digest = sha256(canonical_json({"answers": row.answers, "files": row.files})).hexdigest()
        if digest != row.sha256 or not row.told:
            yield Break(row.application_id, 0, "what was submitted was changed")
        elif row.number == row.latest and row.answers != row.application.answers:
            yield Break(row.application_id, 0, "the answers shown are not those submitted")
        if row.number == row.latest and {
            each.requirement: each.file.sha256 for each in row.application.files.all()
        } != {requirement: file["sha256"] for requirement, file in row.files.items()}:
            yield Break(row.application_id, 0, "the files shown are not those submitted")
    kept = Submission.objects.filter(application=OuterRef("application"), sha256=OuterRef("digest"))
    for lost in handed_in.filter(~Exists(kept)).order_by("id").iterator():
        yield Break(lost.application_id, lost.sequence, "what was submitted is missing")


def _given_files() -> Iterator[Break]:
    """Yield events whose files are not those that were given with them."""
    told = Event.objects.filter(data__has_key="documents").prefetch_related("files__file").order_by("id")
    for event in told.iterator(chunk_size=500):
        kept = {str(each.id): each.file.sha256 for each in event.files.all()}
        if kept != {each["id"]: each["sha256"] for each in event.data["documents"]}:
            yield Break(event.application_id, event.sequence, "the files shown are not those given")
