"""Who of the platform's staff saw a person's account as that person."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localtime

from accounts.privacy.models import Impersonation

Key = tuple[Any, ...]


def impersonations_of(person_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[Impersonation]:
    """Return up to `limit`, latest first. The keys are (began_at, id) of a page's edge. One query."""
    theirs = Impersonation.objects.filter(person_id=person_id).select_related("staff")
    if before:
        newer = Q(began_at__gt=before[0]) | Q(began_at=before[0], pk__gt=before[1])
        return list(theirs.filter(newer).order_by("began_at", "pk")[:limit])[::-1]
    if after:
        theirs = theirs.filter(Q(began_at__lt=after[0]) | Q(began_at=after[0], pk__lt=after[1]))
    return list(theirs.order_by("-began_at", "-pk")[:limit])


def lasting(person_id: UUID, *, now: datetime) -> list[Impersonation]:
    """Return those that go on at this moment. One query."""
    return list(
        Impersonation.objects.filter(person_id=person_id, ended_at=None, expires_at__gt=now)
        .select_related("staff")
        .order_by("-began_at", "-pk")
    )


def impersonation_line(each: Impersonation, *, now: datetime) -> dict[str, Any]:
    """Return one as the person sees it."""
    return {
        "id": str(each.pk),
        "staff": each.staff.full_name,
        "reason": each.reason,
        "began_at": localtime(each.began_at).isoformat(),
        "expires_at": localtime(each.expires_at).isoformat(),
        "ended_at": localtime(each.ended_at).isoformat() if each.ended_at else None,
        "ending": each.ending or None,
        "lasts": each.ended_at is None and each.expires_at > now,
    }
