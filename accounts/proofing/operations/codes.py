"""The code that goes to the contact of a recovery: what it is, and how many are sent."""

import hashlib
import hmac
import math
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings

from accounts.proofing.models import Recovery
from superapp.http.problems import Problem

_HOUR: Final = timedelta(hours=1)


def code_of(recovery_id: UUID) -> str:
    """Return the six digits of a recovery.

    They are made of its id under `HASHING_KEY`: they stand nowhere, and however often it is tried to send them, they
    are the same.
    """
    made = hmac.new(settings.HASHING_KEY.encode(), b"recovery\0" + recovery_id.bytes, hashlib.sha256).digest()
    return f"{int.from_bytes(made[:8]) % 10**6:06}"


def too_many_codes(seconds: int) -> Problem:
    """Return the refusal to send one more code, to one account's contacts or by one officer."""
    detail = {
        "id": "Terlalu banyak kode dikirim dalam satu jam. Coba lagi nanti.",
        "en": "Too many codes were sent within an hour. Try again later.",
    }
    return Problem(status=429, code="too_many_codes", detail=detail, headers={"Retry-After": str(seconds)})


def refuse_too_many(*, person_id: UUID, officer_id: UUID, now: datetime) -> None:
    """Refuse one more code where `RECOVERY_CODES_AN_HOUR` were sent, one for each recovery that was begun.

    The caller holds the rows of both people, so that two at once are counted one after the other.

    :raises Problem: 429, with the seconds until it may be tried again.
    """
    limits: dict[str, int] = settings.RECOVERY_CODES_AN_HOUR
    of = {"account": {"person_id": person_id}, "officer": {"first_id": officer_id}}
    for who, most in limits.items():
        sent = Recovery.objects.filter(**of[who], started_at__gt=now - _HOUR).order_by("-started_at", "-pk")
        if oldest := sent.values_list("started_at", flat=True)[most - 1 : most].first():
            raise too_many_codes(math.ceil((oldest + _HOUR - now).total_seconds()))
