"""The vault's keys: sealing, opening and finding NIK and KK. They come from the environment, never the database.

`VAULT_KEYS` seal (AES-256-GCM), `VAULT_INDEX_KEY` marks (HMAC-SHA-256). Both may hold several keys, newest first.
The space of NIK can be walked through, so a digest without a key would hide nothing.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from accounts.sealing import Keyring


def seal(text: str, *, person_id: UUID, kind: str) -> tuple[str, str]:
    """Return the id of the newest key, and `text` sealed under it for this person and kind."""
    ring = keyring()
    return ring.current_id, ring.seal(text.encode(), context=_context(person_id, kind))


def unseal(value: str, *, person_id: UUID, kind: str) -> str:
    """Return what was sealed for this person and kind.

    :raises Unreadable: when no key opens it there.
    """
    return keyring().open(value, context=_context(person_id, kind)).decode()


def digests(number: str, *, kind: str) -> dict[str, str]:
    """Return the marks of a number by the id of the index key, newest first."""
    said = f"{kind}:{number}".encode()
    return {
        key_id: hmac.new(key, said, hashlib.sha256).hexdigest()
        for key_id, key in index_keys(settings.VAULT_INDEX_KEY).items()
    }


def digest(text: str, *, kind: str) -> str:
    """Return the mark of a text under the newest index key."""
    return next(iter(digests(text, kind=kind).values()))


def keyring() -> Keyring:
    """Return the keys that seal."""
    return _ring(settings.VAULT_KEYS)


@lru_cache(maxsize=4)
def _ring(text: str) -> Keyring:
    return Keyring.from_text(text)


@lru_cache(maxsize=4)
def index_keys(text: str) -> dict[str, bytes]:
    """Return the index keys of `<id>:<32 bytes, base64url>`, several separated by commas, newest first.

    :raises ImproperlyConfigured: for anything else, without repeating it.
    """
    Keyring.from_text(text)  # the same shape
    keys = {}
    for entry in text.replace(",", " ").split():
        key_id, _colon, encoded = entry.partition(":")
        keys[key_id] = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    if set(keys.values()) & _sealing_keys():
        raise ImproperlyConfigured("VAULT_INDEX_KEY: a key that also seals. The two must differ.")
    return keys


def _sealing_keys() -> set[bytes]:
    entries = settings.VAULT_KEYS.replace(",", " ").split()
    return {urlsafe_b64decode((text := entry.partition(":")[2]) + "=" * (-len(text) % 4)) for entry in entries}


def _context(person_id: UUID, kind: str) -> str:
    return f"accounts_proofing.sealed:{kind}:{person_id}"


def index_key_ids() -> list[str]:
    """Return the ids of the index keys, newest first."""
    return list(index_keys(settings.VAULT_INDEX_KEY))
