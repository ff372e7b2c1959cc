"""A refresh asked for twice is answered alike.

On a bad network an app loses the answer to its refresh and asks again with the token that it still has. That is not
theft, and must not sign the person out: for some seconds the second request gets the first's answer. Later, a used
token means that two hold it, and ends the family.
"""

import base64
import hashlib
import json
from typing import Any, Final

from cryptography.fernet import Fernet
from django.core.cache import cache

SECONDS: Final = 30


class AlreadyAnswered(Exception):
    """This very refresh was answered some seconds ago. `tokens` is that answer."""

    def __init__(self, tokens: dict[str, Any]) -> None:
        super().__init__("already answered")
        self.tokens = tokens


def keep_answer(tokens: dict[str, Any], *, refresh_token: str, client_id: str) -> None:
    """Keep the answer to a refresh, readable only with the token that asked for it."""
    sealed = _cipher(refresh_token).encrypt(json.dumps(tokens).encode())
    cache.set(_name(refresh_token, client_id), sealed, SECONDS)


def kept_answer(*, refresh_token: str, client_id: str) -> dict[str, Any] | None:
    """Return the answer that this client got for this token some seconds ago, or None."""
    sealed = cache.get(_name(refresh_token, client_id))
    return None if sealed is None else json.loads(_cipher(refresh_token).decrypt(sealed))


def _name(refresh_token: str, client_id: str) -> str:
    return "refreshed:" + hashlib.sha256(f"name\0{client_id}\0{refresh_token}".encode()).hexdigest()


def _cipher(refresh_token: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"cipher\0{refresh_token}".encode()).digest()))
