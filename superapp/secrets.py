"""Secrets come from the environment; a local run makes its own once and keeps them under `var/secrets/`."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from django.core.exceptions import ImproperlyConfigured


def secret(name: str, *, folder: Path | None, make: Callable[[], str]) -> str:
    """Return the environment's value of `name`, or, when `folder` is given, the one kept there (made at first use).

    :raises ImproperlyConfigured: without the variable and without a folder, as in production.
    """
    if value := os.environ.get(name):
        return value.replace("\\n", "\n")
    if folder is None:
        raise ImproperlyConfigured(f"Set the environment variable {name} (see .env.example).")
    return _kept(folder / name.lower(), make)


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Read `path`; make it first if need be, whole or not at all, so that two starting processes agree."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


def random_key() -> str:
    """Return 64 random URL-safe characters."""
    return secrets.token_urlsafe(48)


def key_ring() -> str:
    """Return a ring of one new AES-256 key, as `accounts.sealing.Keyring` reads it: `k1:<base64url>`."""
    return f"k1:{base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()}"


def rsa_key() -> str:
    """Return a new 2048-bit RSA private key as PEM (PKCS #8)."""
    return _pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


def ed25519_key() -> str:
    """Return a new Ed25519 private key as PEM (PKCS #8)."""
    return _pem(ed25519.Ed25519PrivateKey.generate())


def _pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
