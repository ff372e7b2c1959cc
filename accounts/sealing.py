"""Encryption at rest under keys that can be replaced: AES-256-GCM (NIST SP 800-38D), each value naming its key."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.exceptions import ImproperlyConfigured

__all__ = ["Keyring", "Unreadable", "key_of"]

_VERSION = "s1"
_NONCE_BYTES = 12
_KEY_BYTES = 32


class Unreadable(Exception):
    """A sealed value that none of the keys opens: damaged, sealed for another place, or its key is gone."""


class Keyring:
    """Keys by id, the newest first: the newest seals, each opens what it sealed.

    A sealed value is text: `s1.<key id>.<nonce and ciphertext, base64url>`. To rotate, put a new key before the
    others, seal again whatever `is_current` says is not, then take the old key away.
    """

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ImproperlyConfigured("A key ring needs at least one key.")
        for key_id, key in keys.items():
            if not key_id or "." in key_id or len(key) != _KEY_BYTES:
                raise ImproperlyConfigured(f"Key {key_id!r}: an id without dots and {_KEY_BYTES} bytes are needed.")
        self._keys = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current_id = next(iter(keys))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read `<id>:<32 bytes, base64url>`, several separated by commas or white space, the newest first.

        :raises ImproperlyConfigured: for anything else, without repeating the keys.
        """
        keys: dict[str, bytes] = {}
        for number, entry in enumerate(text.replace(",", " ").split(), 1):
            key_id, _, encoded = entry.partition(":")
            if key_id in keys:
                raise ImproperlyConfigured(f"Key {number} of a key ring: {key_id!r} is there twice.")
            try:
                keys[key_id] = _decode(encoded)
            except ValueError as error:
                raise ImproperlyConfigured(f"Key {number} of a key ring is not <id>:<base64url>.") from error
        return cls(keys)

    def seal(self, plain: bytes, *, context: str) -> str:
        """Return `plain` sealed under the newest key.

        `context` says where the value stands (a table, a column, whose it is): moved elsewhere it does not open.
        """
        nonce = os.urandom(_NONCE_BYTES)
        body = nonce + self._keys[self.current_id].encrypt(nonce, plain, _bound(self.current_id, context))
        return f"{_VERSION}.{self.current_id}.{urlsafe_b64encode(body).decode().rstrip('=')}"

    def open(self, sealed: str, *, context: str) -> bytes:
        """Return what was sealed for this `context`.

        :raises Unreadable: when no key opens it.
        """
        version, _, rest = sealed.partition(".")
        key_id, _, encoded = rest.partition(".")
        key = self._keys.get(key_id)
        if version != _VERSION or key is None:
            raise Unreadable("It names no key of this ring.")
        try:
            body = _decode(encoded)
            return key.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], _bound(key_id, context))
        except (InvalidTag, ValueError) as error:
            raise Unreadable("It is damaged, or was sealed for another place.") from error

    def is_current(self, sealed: str) -> bool:
        """Return whether the newest key sealed this."""
        return sealed.startswith(f"{_VERSION}.{self.current_id}.")


def key_of(text: str) -> str:
    """Return the id of the key that sealed `text`; empty for what is not sealed."""
    version, _, rest = text.partition(".")
    key_id, _, encoded = rest.partition(".")
    return key_id if version == _VERSION and encoded else ""


def _bound(key_id: str, context: str) -> bytes:
    return f"{_VERSION}.{key_id}.{context}".encode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
