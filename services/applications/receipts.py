"""Receipts: what a resident holds in hand of a submission, signed, so that nobody has to be believed about it.

A compact JWS (RFC 7515; EdDSA with Ed25519, RFC 8037) with a key of its own, checked with the published keys by any
JOSE library, without asking the platform.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from services.applications.city_time import moment
from services.catalogue.versions import Version
from services.definitions import canonical_json

ALGORITHM: Final = "EdDSA"
TYPE: Final = "receipt+jws"
MOST: Final = 8_000  # characters; a receipt has about a thousand


class NotGenuine(Exception):
    """What was presented is no receipt that this platform signed."""


def content_hash(answers: Mapping[str, Any], files: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of what is handed in. `files`: {requirement: {"id", "sha256", "name"}}."""
    return hashlib.sha256(canonical_json({"answers": answers, "files": files})).hexdigest()


def issue(
    *,
    submission_id: UUID,
    application_id: UUID,
    submission: int,
    number: str,
    version: Version,
    content_sha256: str,
    due_on: date | None,
    submitted_at: datetime,
    behalf: dict[str, Any],
) -> str:
    """Return the receipt of a submission; `submission` is 1 for the first, more for a correction that was sent.

    `due_on` is None while the clock stands. `behalf` tells by which mandate somebody acted (queries.behalf.trace_of).
    It holds no name and no answer.
    """
    deadline = version.definition.deadline
    claims = {
        "iss": settings.BASE_URL,
        "iat": int(submitted_at.timestamp()),
        "jti": str(submission_id),
        "application": str(application_id),
        "number": number,
        "submission": submission,
        "service": version.slug,
        "agency": version.agency_code,
        "version": version.number,
        "version_sha256": version.sha256,
        "content_sha256": content_sha256,
        "submitted_at": moment(submitted_at),
        "due_on": due_on.isoformat() if due_on else None,
        "deadline": {"days": deadline.days, "working": deadline.working, "basis": deadline.basis},
    } | behalf
    return _signed(settings.RECEIPT_SIGNING_KEY, orjson.dumps(claims))


def read(receipt: str) -> dict[str, Any]:
    """Return the claims of a receipt that this platform signed, with the key that signs or one that did.

    :raises NotGenuine: for anything else.
    """
    try:
        header, payload, signature = receipt.split(".")
        told = orjson.loads(_bytes(header))
        if told != {"alg": ALGORITHM, "typ": TYPE, "kid": told["kid"]}:
            raise NotGenuine
        _keys()[told["kid"]].verify(_bytes(signature), f"{header}.{payload}".encode("ascii"))
        claims: dict[str, Any] = orjson.loads(_bytes(payload))
    except (ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise NotGenuine from error
    return claims


def public_keys() -> list[dict[str, str]]:
    """Return the keys that receipts are checked with, as JWKs (RFC 7517): the one that signs, those that did."""
    return [
        {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": ALGORITHM, "kid": key_id, "x": _x(key)}
        for key_id, key in _keys().items()
    ]


def _signed(pem: str, payload: bytes) -> str:
    key, header = _signer(pem)
    signed = f"{header}.{_text(payload)}"
    return f"{signed}.{_text(key.sign(signed.encode()))}"


@cache
def _signer(pem: str) -> tuple[Ed25519PrivateKey, str]:
    """Return the key and the header, which is the same of every receipt."""
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ImproperlyConfigured("RECEIPT_SIGNING_KEY is not an Ed25519 key.")
    key_id = _thumbprint(key.public_key())
    return key, _text(orjson.dumps({"alg": ALGORITHM, "typ": TYPE, "kid": key_id}))


def _keys() -> dict[str, Ed25519PublicKey]:
    return _read(settings.RECEIPT_SIGNING_KEY, settings.RECEIPT_FORMER_KEYS)


@cache
def _read(pem: str, former: str) -> dict[str, Ed25519PublicKey]:
    """Read the keys, by their ids; `former` are public ones (32 bytes, base64url), several separated by commas.

    :raises ImproperlyConfigured: for anything else.
    """
    keys = [_signer(pem)[0].public_key()]
    for number, encoded in enumerate(former.replace(",", " ").split(), 1):
        try:
            keys.append(Ed25519PublicKey.from_public_bytes(_bytes(encoded)))
        except ValueError as error:
            raise ImproperlyConfigured(f"Key {number} of RECEIPT_FORMER_KEYS is not 32 bytes in base64url.") from error
    return {_thumbprint(key): key for key in keys}


def _thumbprint(key: Ed25519PublicKey) -> str:
    """Return the id of a key (RFC 7638)."""
    return _text(hashlib.sha256(orjson.dumps({"crv": "Ed25519", "kty": "OKP", "x": _x(key)})).digest())


def _x(key: Ed25519PublicKey) -> str:
    return _text(key.public_bytes_raw())


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
