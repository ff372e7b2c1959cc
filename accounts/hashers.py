"""How passwords and client secrets are kept."""

import hashlib
import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher
from django.utils.crypto import constant_time_compare


class Argon2Cheap(Argon2PasswordHasher):
    """Argon2id by OWASP's cheap profile: 19 MiB, two passes, one lane.

    Django's default (100 MiB, eight lanes) costs ten times the CPU per sign-in, so a few bots at the sign-in
    page could starve everybody else.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class KeyedHash(BasePasswordHasher):
    """HMAC-SHA-256 under `HASHING_KEY`, for secrets that a machine made.

    A client secret has over 500 random bits, so slowness adds nothing, while a slow hash at the token
    endpoint is a cheap way to bring it down.
    """

    algorithm = "hmac_sha256"

    def salt(self) -> str:
        """Return the fixed label: the key, not a salt, keeps two tables of hashes apart."""
        return "v1"

    def encode(self, password: str, salt: str) -> str:
        """Return `hmac_sha256$v1$<hex>`."""
        return f"{self.algorithm}${salt}${self._digest(password)}"

    def decode(self, encoded: str) -> dict[str, str]:
        """Split an encoded hash into its parts."""
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        """Return whether `password` is the one hashed."""
        return constant_time_compare(encoded, self.encode(password, self.decode(encoded)["salt"]))

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """Return what may be shown of a hash."""
        return {"algorithm": self.algorithm, "salt": self.decode(encoded)["salt"]}

    def must_update(self, encoded: str) -> bool:
        return False

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Do nothing: the work does not depend on the stored hash."""

    @staticmethod
    def _digest(secret: str) -> str:
        return hmac.new(settings.HASHING_KEY.encode(), secret.encode(), hashlib.sha256).hexdigest()
