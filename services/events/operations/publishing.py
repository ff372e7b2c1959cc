"""Writing down what happened, in the transaction in which it happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from services.events.models import OutboxEvent
from services.events.operations.waking import wake
from superapp.identifiers import uuid7


def publish(*, topic: str, key: UUID, body: dict[str, Any], now: datetime, event_id: UUID | None = None) -> UUID:
    """Insert an event into the outbox, and hint at it once the caller's transaction commits. Return its id.

    `body` holds identifiers and plain facts that JSON can carry: no NIK, answers or files. `event_id` gives
    the event the id under which the caller already knows it.

    :raises TransactionManagementError: outside a transaction, where the event could outlive work that failed.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "publish() belongs in the transaction of the work that it tells of."
        )
    event = OutboxEvent(id=event_id or uuid7(), topic=topic, key=key, body=body, created_at=now)
    event.save(force_insert=True)
    transaction.on_commit(wake)
    return event.id
