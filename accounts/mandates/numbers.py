"""By what the number of a child is known again, without being kept."""

import hashlib
import hmac

from django.conf import settings


def nik_index(nik: str) -> str:
    """Return by what a NIK is known again: HMAC-SHA-256 (hex) under the hashing key."""
    return hmac.new(settings.HASHING_KEY.encode(), b"dependant-nik:" + nik.encode(), hashlib.sha256).hexdigest()
