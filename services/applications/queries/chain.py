"""Proving the history: every event's hash anew, every link to the one before, every submission's content."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from services.applications.history import FIRST, event_hash
from services.applications.models import Application, Event, Submission
from services.definitions import canonical_json


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the history does not hold. `sequence` 0 stands for the application itself."""

    application_id: UUID
    sequence: int
    what: str


def broken_links() -> Iterator[Break]:
    """Yield every place where an event was changed, removed or inserted, or a submission or state does not match it."""
    events = (
        Event.objects.select_related("application").order_by("application_id", "sequence").iterator(chunk_size=2000)
    )
    latest: Event | None = None
    for event in events:
        if latest is None or latest.application_id != event.application_id:
            if latest is not None:
                yield from _end(latest)
            expected, previous = 1, FIRST
        else:
            expected, previous = latest.sequence + 1, latest.hash
        if event.sequence != expected:
            yield Break(event.application_id, expected, "missing event")
        elif event.previous_hash != previous:
            yield Break(event.application_id, event.sequence, "does not follow the event before")
        if event.hash != _hash_of(event):
            yield Break(event.application_id, event.sequence, "changed event")
        latest = event
    if latest is not None:
        yield from _end(latest)
    yield from _without_history()
    yield from _changed_submissions()


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


def _end(latest: Event) -> Iterator[Break]:
    if latest.application.state != latest.to_state:
        yield Break(latest.application_id, latest.sequence, "the application's state is not the latest event's")


def _without_history() -> Iterator[Break]:
    silent = Application.objects.exclude(state="draft").filter(events=None).values_list("id", flat=True)
    for application_id in silent.iterator():
        yield Break(application_id, 0, "submitted, yet without history")


def _changed_submissions() -> Iterator[Break]:
    for submission in Submission.objects.order_by("id").iterator(chunk_size=2000):
        digest = sha256(canonical_json({"answers": submission.answers, "files": submission.files})).hexdigest()
        if digest != submission.sha256:
            yield Break(submission.application_id, 0, "what was submitted was changed")
