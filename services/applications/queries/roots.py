"""The days' roots as anybody may read them, the proof that an event is in one, and whether the events still are."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.applications.history import FIRST, exact_moment, root_hash
from services.applications.merkle import CHUNK, chunk_hashes, path_of, root_of
from services.applications.models import Event, HistoryLeaf, HistoryRoot
from superapp.http.sql import fetch_all

Fault = tuple[UUID | None, int, str]  # application, sequence (0 for none), what

_MISSING = """
SELECT l.application_id, l.sequence, e.hash IS NULL FROM applications_historyleaf l
LEFT JOIN applications_event e ON e.id = l.event_id
WHERE e.id IS NULL OR e.hash <> l.hash OR e.application_id <> l.application_id OR e.sequence <> l.sequence
ORDER BY l.application_id, l.sequence
"""
_UNKNOWN = """
SELECT e.application_id, e.sequence FROM applications_event e
WHERE NOT EXISTS (SELECT FROM applications_historyleaf l WHERE l.event_id = e.id)
ORDER BY e.application_id, e.sequence
"""


def root_line(root: HistoryRoot) -> dict[str, Any]:
    """Return a root as it is published: what its hash is made of, character for character."""
    return {
        "number": root.number,
        "since": root.since.isoformat(),
        "day": root.day.isoformat(),
        "events": root.events,
        "root": root.root,
        "previous": root.previous_hash,
        "hash": root.hash,
        "sealed_at": exact_moment(root.sealed_at),
    }


def root_of_day(day: date) -> HistoryRoot | None:
    """Return the root that stands for a day, None before it is sealed."""
    return HistoryRoot.objects.filter(day__gte=day, since__lte=day).order_by("number").first()


def latest_roots(*, below: int | None, above: int | None, limit: int) -> list[HistoryRoot]:
    """Return roots by number, the latest first: below a number, or the nearest above one, or the latest of all."""
    roots = HistoryRoot.objects.defer("chunks")
    if above is not None:
        return list(roots.filter(number__gt=above).order_by("number")[:limit])[::-1]
    if below is not None:
        roots = roots.filter(number__lt=below)
    return list(roots.order_by("-number")[:limit])


def proof_of(application_id: UUID, sequence: int) -> dict[str, Any] | None:
    """Return the way from an event to its day's root; None before the day is sealed.

    :raises Event.DoesNotExist: when the application has no such event.
    """
    event = Event.objects.only("id", "hash").get(application_id=application_id, sequence=sequence)
    leaf = HistoryLeaf.objects.get(event_id=event.id)
    if leaf.root is None or leaf.place is None:
        return None
    root = HistoryRoot.objects.get(number=leaf.root)
    start = leaf.place - leaf.place % CHUNK
    around = HistoryLeaf.objects.filter(root=leaf.root, place__gte=start, place__lt=start + CHUNK).order_by("place")
    chunk = [each.encode() for each in around.values_list("hash", flat=True)]
    path = path_of(leaf.place, chunk, [bytes.fromhex(each) for each in root.chunks])
    return {
        "sequence": sequence,
        "hash": leaf.hash,
        "place": leaf.place,
        "path": [{"side": side, "hash": each.hex()} for side, each in path],
        "root": root_line(root),
    }


def unlike_the_roots(published: Mapping[int, str]) -> Iterator[Fault]:
    """Yield where events are not as they were written, and roots not as they were made, or not as in `published`.

    `published` are hashes of a copy by number. Reads each event once, as the rest of the proof does.
    """
    latest: HistoryRoot | None = None
    for root in HistoryRoot.objects.order_by("number").iterator(chunk_size=100):
        yield from _root_faults(root, latest, published.get(root.number))
        latest = root
    known = latest.number if latest else 0
    for number in sorted(each for each in published if each > known):
        yield None, 0, f"root {number} was published and is missing"
    if HistoryLeaf.objects.filter(root__gt=known).exists():
        yield None, 0, "events were sealed under a root that is missing"
    for application_id, sequence, gone in fetch_all(_MISSING):
        yield application_id, sequence, "missing event: it was written" if gone else "the event is not as written"
    for application_id, sequence in fetch_all(_UNKNOWN):
        yield application_id, sequence, "an event that the platform did not write"


def _root_faults(root: HistoryRoot, before: HistoryRoot | None, published: str | None) -> Iterator[Fault]:
    name = f"root {root.number} of {root.day}"
    number, previous = (before.number + 1, before.hash) if before else (1, FIRST)
    if (root.number, root.previous_hash) != (number, previous):
        yield None, 0, f"{name} does not follow the root before"
    own = root_hash(
        previous=root.previous_hash,
        number=root.number,
        since=root.since,
        day=root.day,
        events=root.events,
        root=root.root,
        sealed_at=root.sealed_at,
    )
    if own != root.hash:
        yield None, 0, f"{name} was changed"
    if published is not None and published != root.hash:
        yield None, 0, f"{name} is not the one that was published"
    leaves = HistoryLeaf.objects.filter(root=root.number).order_by("place").values_list("hash", flat=True)
    chunks = chunk_hashes(each.encode() for each in leaves.iterator(chunk_size=5000))
    if root_of(chunks).hex() != root.root or [each.hex() for each in chunks] != root.chunks:
        yield None, 0, f"{name} is not that of its events"
