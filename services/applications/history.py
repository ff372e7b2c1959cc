"""The chain of an application's history: each event holds the hash of the one before."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from services.definitions import canonical_json

FIRST = "0" * 64


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
                "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            }
        )
    ).hexdigest()
