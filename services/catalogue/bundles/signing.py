"""Who made a bundle: an environment signs with its own Ed25519 key and believes those that its operator trusts."""

import json
from base64 import urlsafe_b64decode
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from jwcrypto.common import JWException  # type: ignore[import-untyped]
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from jwcrypto.jws import JWS  # type: ignore[import-untyped]

ALGORITHM: Final = "EdDSA"
_KEY_BYTES: Final = 32


class UnknownSigner(Exception):
    """A signature by a key that nobody here trusts; holds the key's id, empty where none can be read."""


class BadSignature(Exception):
    """A signature that does not belong to what it stands beside."""


@dataclass(frozen=True, slots=True)
class Signer:
    """An environment, by the name that is known here, and the id of its key (its thumbprint, RFC 7638)."""

    name: str
    key_id: str


def sign(payload: bytes) -> str:
    """Return this environment's signature of `payload`. The same bytes give the same signature."""
    key = _own(settings.BUNDLE_SIGNING_KEY)
    token = JWS(payload)
    header = json.dumps({"alg": ALGORITHM, "kid": key.thumbprint()}, separators=(",", ":"))
    token.add_signature(key, protected=header)
    token.detach_payload()
    return str(token.serialize(compact=True))


def signer_of(signature: str, payload: bytes) -> Signer:
    """Return who signed `payload`.

    :raises UnknownSigner: for a key that is neither this environment's nor trusted by its operator.
    :raises BadSignature: where the signature is of something else.
    """
    try:
        token = JWS()
        token.allowed_algs = [ALGORITHM]
        token.deserialize(signature)
        key_id = token.jose_header.get("kid")
    except (JWException, ValueError, TypeError, AttributeError) as error:
        raise BadSignature from error
    signer, key = _trusted().get(str(key_id), (None, None))
    if signer is None:
        raise UnknownSigner(str(key_id)[:64])
    try:
        token.verify(key, detached_payload=payload)
    except (JWException, ValueError) as error:
        raise BadSignature from error
    return signer


def own_name() -> str:
    """Return by which name this environment is told: the host of its address."""
    return str(urlsplit(settings.BASE_URL).netloc)


def own_line() -> str:
    """Return this environment's public key as another's `BUNDLE_TRUSTED_KEYS` takes it: `<name>:<key, base64url>`."""
    return f"{own_name()}:{_own(settings.BUNDLE_SIGNING_KEY).export_public(as_dict=True)['x']}"


def _trusted() -> dict[str, tuple[Signer, JWK]]:
    """Return whom this environment believes, itself first, by the ids of their keys."""
    own = _own(settings.BUNDLE_SIGNING_KEY)
    return _read(settings.BUNDLE_TRUSTED_KEYS) | {own.thumbprint(): (Signer(own_name(), own.thumbprint()), own)}


@cache
def _own(pem: str) -> JWK:
    return JWK.from_pem(pem.encode())


@cache
def _read(text: str) -> dict[str, tuple[Signer, JWK]]:
    """Read `<name>:<32 bytes, base64url>`, several separated by commas or white space.

    :raises ImproperlyConfigured: for anything else.
    """
    found = {}
    for number, entry in enumerate(text.replace(",", " ").split(), 1):
        name, _, encoded = entry.rpartition(":")
        try:
            fits = len(urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))) == _KEY_BYTES
        except ValueError:
            fits = False
        if not name or not fits:
            raise ImproperlyConfigured(f"Key {number} of BUNDLE_TRUSTED_KEYS is not <name>:<base64url>.")
        key = JWK(kty="OKP", crv="Ed25519", x=encoded.rstrip("="))
        found[key.thumbprint()] = (Signer(name, key.thumbprint()), key)
    return found
