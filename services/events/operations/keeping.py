"""The outbox's upkeep: telling again what was parked, forgetting what was told."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction

from services.events.models import Delivery
from services.events.operations.waking import wake

_PRUNE = """
WITH old AS (
    SELECT id FROM events_outboxevent
    WHERE created_at < %(before)s AND fanned_out_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM events_delivery WHERE event_id = events_outboxevent.id AND done_at IS NULL
    )
    LIMIT %(limit)s FOR UPDATE SKIP LOCKED
), told AS (
    DELETE FROM events_delivery USING old WHERE event_id = old.id
)
DELETE FROM events_outboxevent USING old WHERE events_outboxevent.id = old.id
"""


def replay(*, delivery_ids: Iterable[int], now: datetime) -> int:
    """Make parked deliveries due now, with all their tries before them. Return how many."""
    with transaction.atomic():
        changed = Delivery.objects.filter(id__in=list(delivery_ids), parked_at__isnull=False, done_at=None).update(
            parked_at=None, attempts=0, due_at=now
        )
        transaction.on_commit(wake)
    return changed


def replay_parked(*, now: datetime) -> int:
    """Make every parked delivery due now. Return how many."""
    return replay(delivery_ids=Delivery.objects.filter(parked_at__isnull=False).values_list("id", flat=True), now=now)


def prune(*, now: datetime, keep: timedelta = timedelta(days=30), batch: int = 1000) -> int:
    """Forget up to `batch` events, older than `keep`, that every consumer has heard. Return how many.

    What is waiting or parked stays, however old.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PRUNE, {"before": now - keep, "limit": batch})
        return int(cursor.rowcount)
