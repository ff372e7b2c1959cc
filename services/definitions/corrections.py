"""What a definition says of rounds of correction: how many, how long, and what silence means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

# Why something must be put right. `other` says too little by itself, so that words are owed.
REASONS: Mapping[str, Mapping[str, str]] = {
    "unreadable": {"id": "Tidak terbaca", "en": "Unreadable"},
    "incomplete": {"id": "Belum lengkap", "en": "Incomplete"},
    "incorrect": {"id": "Tidak sesuai", "en": "Not correct"},
    "expired": {"id": "Sudah tidak berlaku", "en": "No longer valid"},
    "wrong_document": {"id": "Dokumen keliru", "en": "The wrong document"},
    "other": {"id": "Alasan lain", "en": "Another reason"},
}


@dataclass(frozen=True, slots=True)
class Corrections:
    """At most `rounds`, each answered within `working_days`; `on_silence` says what happens then.

    `remind` leaves it open; `reject` ends the application, by what `basis` names.
    """

    rounds: int = 3
    working_days: int = 14
    on_silence: Literal["remind", "reject"] = "remind"
    basis: str = ""

    @classmethod
    def of(cls, content: Mapping[str, Any] | None) -> "Corrections":
        """Read a definition's `corrections`; the usual where it says nothing."""
        return cls(**(content or {}))
