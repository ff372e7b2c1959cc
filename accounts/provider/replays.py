"""A refresh asked for twice is answered alike.

On a bad network an app loses the answer to its refresh and asks again with the token that it still has. That is not
theft, and must not sign the person out: for some seconds the second request gets the first's answer, while the family
lasts. Later, a used token means that two hold it, and ends the family.
"""

import base64
import hashlib
import json
from datetime import datetime
from typing import Any, Final

from cryptography.fernet import Fernet

from accounts.provider.tokens import Used, checksum

SECONDS: Final = 30


class AlreadyAnswered(Exception):
    """This very refresh was answered some seconds ago. `tokens` is that answer."""

    def __init__(self, tokens: dict[str, Any]) -> None:
        super().__init__("already answered")
        self.tokens = tokens


def seal_answer(tokens: dict[str, Any], *, refresh_token: str) -> str:
    """Return the answer to a refresh, readable only with the token that asked for it."""
    return _cipher(refresh_token).encrypt(json.dumps(tokens).encode()).decode()


def answered_before(used: Used, *, refresh_token: str, now: datetime) -> dict[str, Any] | None:
    """Return what this token was answered some seconds ago, or None: it was used longer ago, or before another."""
    if not used.answer or used.answered_at is None or used.used_checksum != checksum(refresh_token):
        return None
    if (now - used.answered_at).total_seconds() >= SECONDS:
        return None
    return json.loads(_cipher(refresh_token).decrypt(used.answer.encode()))  # type: ignore[no-any-return]


def _cipher(refresh_token: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"cipher\0{refresh_token}".encode()).digest()))
