"""The chain of an application's history: each event holds the hash of the one before; and that of the days' roots."""

import hashlib
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.definitions import canonical_json

FIRST = "0" * 64


def exact_moment(at: datetime) -> str:
    """Return a time as hashes hold it: RFC 3339 in UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def event_hash(
    *,
    previous: str,
    application_id: UUID,
    sequence: int,
    type: str,
    action: str,
    from_state: str,
    to_state: str,
    actor_id: UUID | None,
    actor_role: str,
    reason: str,
    data: dict[str, Any],
    at: datetime,
) -> str:
    """Return the SHA-256 (hex) of an event's canonical JSON, times in UTC to the microsecond."""
    return hashlib.sha256(
        canonical_json(
            {
                "previous": previous,
                "application": str(application_id),
                "sequence": sequence,
                "type": type,
                "action": action,
                "from": from_state,
                "to": to_state,
                "actor": str(actor_id) if actor_id else None,
                "role": actor_role,
                "reason": reason,
                "data": data,
                "at": exact_moment(at),
            }
        )
    ).hexdigest()


def root_hash(
    *, previous: str, number: int, since: date, day: date, events: int, root: str, sealed_at: datetime
) -> str:
    """Return the SHA-256 (hex) of a day's root as it is published: canonical JSON of what stands there."""
    return hashlib.sha256(
        canonical_json(
            {
                "previous": previous,
                "number": number,
                "since": since.isoformat(),
                "day": day.isoformat(),
                "events": events,
                "root": root,
                "sealed_at": exact_moment(sealed_at),
            }
        )
    ).hexdigest()
