"""The copy of a person's data: how far it is, and its bytes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.timezone import localtime

from accounts.privacy.models import Export


def latest_export(person_id: UUID) -> Export | None:
    """Return the copy that the person asked for last, None when they never did."""
    return Export.objects.filter(person_id=person_id).order_by("-asked_at", "-pk").first()


def export_to_download(export_id: UUID, *, person_id: UUID, now: datetime) -> Export:
    """Return a copy that may still be downloaded.

    :raises Export.DoesNotExist: when it is not theirs, not ready, or kept no longer.
    """
    return Export.objects.get(pk=export_id, person_id=person_id, state=Export.State.READY, expires_at__gt=now)


def open_export(export: Export) -> "File[bytes]":
    """Open the archive.

    :raises FileNotFoundError: when the storage has lost it.
    """
    return default_storage.open(export.storage_key)


def export_body(export: Export, language: str) -> dict[str, Any]:
    """Return the state of a copy as its owner sees it. `contents`: lines of each section; `missing`: in words."""
    return {
        "id": str(export.pk),
        "state": export.state,
        "asked_at": localtime(export.asked_at).isoformat(),
        "ready_at": localtime(export.ready_at).isoformat() if export.ready_at else None,
        "expires_at": localtime(export.expires_at).isoformat() if export.expires_at else None,
        "size": export.size,
        "sha256": export.sha256 or None,
        "contents": export.contents,
        "missing": [each[language] for each in export.missing],
    }
