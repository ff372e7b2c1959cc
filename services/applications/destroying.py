"""The hash of a line of the register of what was destroyed."""

import hashlib
from datetime import UTC, datetime
from typing import Any, Final

from services.definitions import canonical_json

# What a line says, each of it in its hash.
FIELDS: Final = (
    "number", "application_id", "reference", "agency_code", "service", "version", "then", "months", "basis",
    "closed_at", "warned_at", "delivered_at", "files", "events", "head", "at", "previous_hash",
)  # fmt: skip


def line_hash(line: Any) -> str:
    """Return the SHA-256 (hex) of a line's canonical JSON (a Destruction), times in UTC to the microsecond."""
    return hashlib.sha256(canonical_json({name: _told(getattr(line, name)) for name in FIELDS})).hexdigest()


def _told(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value if isinstance(value, int | None) else str(value)
