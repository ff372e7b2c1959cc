"""Sealing the history: shortly after midnight in the city, one root over all events since the last."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction

from services.applications.city_time import city_day
from services.applications.history import FIRST, root_hash
from services.applications.merkle import chunk_hashes, root_of
from services.applications.models import HistoryLeaf, HistoryRoot

_ONE_AT_A_TIME = 0x6A656A616B  # the advisory lock under which a day is sealed
# One statement sees one moment: what commits later has no place yet, and is the next root's.
_PLACE = """
WITH fresh AS (
    SELECT event_id, row_number() OVER (ORDER BY application_id, sequence) - 1 AS place
    FROM applications_historyleaf WHERE root IS NULL
)
UPDATE applications_historyleaf leaf SET root = %s, place = fresh.place FROM fresh
WHERE leaf.event_id = fresh.event_id AND leaf.root IS NULL
"""


@transaction.atomic
def seal_day(*, now: datetime) -> HistoryRoot | None:
    """Seal what came since the last root, when yesterday has none yet; return the root that was made.

    Costs what is new, however long the history is. Safe to call at any time, by any number of workers at once.
    """
    day = city_day(now) - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])
        if not cursor.fetchone()[0]:
            return None
    latest = HistoryRoot.objects.order_by("-number").first()
    if latest is not None and latest.day >= day:
        return None
    number, previous = (latest.number + 1, latest.hash) if latest else (1, FIRST)
    since = latest.day + timedelta(days=1) if latest else day
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, [number])
        events = cursor.rowcount
    chunks = chunk_hashes(entries_of(number))
    root = root_of(chunks).hex()
    return HistoryRoot.objects.create(
        number=number,
        since=since,
        day=day,
        events=events,
        root=root,
        chunks=[each.hex() for each in chunks],
        previous_hash=previous,
        hash=root_hash(previous=previous, number=number, since=since, day=day, events=events, root=root, sealed_at=now),
        sealed_at=now,
    )


def entries_of(number: int) -> Iterator[bytes]:
    """Yield the hashes of a root's events, as they are written, in their places."""
    leaves = HistoryLeaf.objects.filter(root=number).order_by("place").values_list("hash", flat=True)
    for each in leaves.iterator(chunk_size=5000):
        yield each.encode()
