"""Reading what officers keep of the queue: views, and lists taken out."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Q

from services.agencies.models import Membership
from services.applications.city_time import moment
from services.applications.models import QueueExport, SavedView
from superapp.http.pagination import Key, rows_of


def views_for(person_id: UUID, agency_ids: Collection[UUID]) -> list[SavedView]:
    """Return a person's views at their agencies, and those that colleagues share with them, by name."""
    units = Membership.objects.filter(user_id=person_id, agency_id__in=agency_ids, unit__isnull=False).values("unit_id")
    seen = Q(owner_id=person_id) | Q(shared=True, unit=None) | Q(shared=True, unit_id__in=units)
    found = SavedView.objects.filter(seen, agency_id__in=agency_ids).select_related("agency", "owner")
    return list(found.order_by("name", "pk")[:500])


def view_line(view: SavedView, person_id: UUID) -> dict[str, Any]:
    """Return a view as its reader sees it."""
    return {
        "id": str(view.pk),
        "name": view.name,
        "agency": {"code": view.agency.code, "name": view.agency.name},
        "filters": view.filters,
        "shared": view.shared,
        "mine": view.owner_id == person_id,
        "owner": view.owner.full_name,
    }


def exports_for(
    person_id: UUID,
    administered: Collection[UUID],
    *,
    limit: int,
    after: Key | None,
    before: Key | None,
) -> list[QueueExport]:
    """Return lists that a person asked for, and all of the agencies whose admin they are; the latest first."""
    found = QueueExport.objects.filter(Q(asked_by_id=person_id) | Q(agency_id__in=administered))
    return rows_of(found.select_related("agency", "asked_by"), "asked_at", limit=limit, after=after, before=before)


def own_export(export_id: UUID, person_id: UUID, agency_ids: Collection[UUID]) -> QueueExport:
    """Return a list that a person asked for, at an agency where they still work.

    :raises QueueExport.DoesNotExist: when there is none such.
    """
    found = QueueExport.objects.select_related("agency", "asked_by")
    return found.get(pk=export_id, asked_by_id=person_id, agency_id__in=agency_ids)


def open_list(export: QueueExport, now: datetime) -> "File[bytes]":
    """Open the file of a list.

    :raises QueueExport.DoesNotExist: when it is not ready, or kept no longer. :raises OSError: when it is lost.
    """
    if export.state != QueueExport.State.READY or export.expires_at is None or export.expires_at <= now:
        raise QueueExport.DoesNotExist
    return default_storage.open(export.storage_key)


def export_line(export: QueueExport) -> dict[str, Any]:
    """Return a list as who asked, and their agency's admin, see it."""
    return {
        "id": str(export.pk),
        "agency": {"code": export.agency.code, "name": export.agency.name},
        "asked_by": export.asked_by.full_name,
        "reason": export.reason,
        "filters": export.filters,
        "columns": export.columns,
        "format": export.format,
        "state": export.state,
        "asked_at": moment(export.asked_at),
        "ready_at": moment(export.ready_at),
        "expires_at": moment(export.expires_at),
        "rows": export.rows,
        "capped": export.capped,
        "size": export.size,
    }
