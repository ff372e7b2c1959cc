"""Erasure of an account: what would become of each kind of data, and how far a request is."""

from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from accounts.privacy import holds
from accounts.privacy.models import Deletion


def latest_deletion(person_id: UUID) -> Deletion | None:
    """Return what the person asked for last, None when they never did."""
    return Deletion.objects.filter(person_id=person_id).order_by("-asked_at", "-pk").first()


def deletion_body(deletion: Deletion | None, language: str) -> dict[str, Any]:
    """Return the state of erasure; `state` is null while none was asked for."""
    return {
        "state": deletion.state if deletion else None,
        "asked_at": localtime(deletion.asked_at).isoformat() if deletion else None,
        "due_at": localtime(deletion.due_at).isoformat() if deletion else None,
        "kinds": holds.explain(language),
    }
