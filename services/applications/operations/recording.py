"""The one place where a submitted application's state changes and its history grows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.applications.history import FIRST, event_hash
from services.applications.models import Application, Event
from services.events.operations import publish

CHECKS_OWED = "checks.owed"


def record(
    application: Application,
    *,
    type: str,
    actor_id: UUID | None,
    actor_role: str,
    now: datetime,
    action: str = "",
    to_state: str | None = None,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Write one event and its outbox row for `application`, whose row the caller has locked.

    The caller saves the application itself in the same transaction.
    """
    latest = application.events.order_by("-sequence").values_list("sequence", "hash").first()
    sequence, previous = (latest[0] + 1, latest[1]) if latest else (1, FIRST)
    facts: dict[str, Any] = {
        "sequence": sequence,
        "type": type,
        "action": action,
        "from_state": application.state,
        "to_state": to_state or application.state,
        "actor_id": actor_id,
        "actor_role": actor_role,
        "reason": reason,
        "data": data or {},
        "at": now,
    }
    event = Event.objects.create(
        application=application,
        previous_hash=previous,
        hash=event_hash(previous=previous, application_id=application.id, **facts),
        **facts,
    )
    publish(
        topic=f"application.{type}",
        key=application.id,
        body=outbox_body(event, application),
        now=now,
        event_id=event.id,
    )
    return event


def owe(event: Event, *, hooks: Sequence[str], now: datetime) -> None:
    """Have the worker ask the agency's module again what it was asked in vain for `event`."""
    publish(topic=CHECKS_OWED, key=event.application_id, body=owed_body(event.sequence, hooks), now=now)


def owed_body(sequence: int, hooks: Sequence[str]) -> dict[str, Any]:
    """Return what is owed for one event of an application."""
    return {"sequence": sequence, "hooks": list(hooks)}


def outbox_body(event: Event, application: Application) -> dict[str, Any]:
    """Return what consumers are told: identifiers and plain facts, no answers."""
    return {
        "application": str(application.id),
        "sequence": event.sequence,
        "type": event.type,
        "action": event.action,
        "from_state": event.from_state,
        "to_state": event.to_state,
        "reason": event.reason,
    }
