"""Keeping filters under a name."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from services.agencies.queries import unit_of
from services.applications.models import SavedView
from superapp.http.problems import FieldError, Missing, Problem

MOST = 50


@transaction.atomic
def keep_view(
    *, owner_id: UUID, agency_id: UUID, name: str, filters: Mapping[str, Any], shared: bool
) -> tuple[SavedView, bool]:
    """Keep filters under a name, in place of those that bore it. Return the view, and whether it is new.

    :raises Problem: 409 when the owner keeps too many.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=owner_id)  # two at once take turns
    kept = SavedView.objects.filter(owner_id=owner_id, agency_id=agency_id)
    if not kept.filter(name=name).exists() and kept.count() >= MOST:
        detail = {"id": f"Paling banyak {MOST} tampilan.", "en": f"At most {MOST} views."}
        raise Problem(
            status=409, code="too_many_views", detail=detail, errors=[FieldError("/name", "too_many", detail)]
        )
    values = {"filters": dict(filters), "shared": shared, "unit_id": unit_of(owner_id, agency_id) if shared else None}
    return SavedView.objects.update_or_create(owner_id=owner_id, agency_id=agency_id, name=name, defaults=values)


def remove_view(*, view_id: UUID, owner_id: UUID) -> None:
    """Keep a view of one's own no longer.

    :raises Missing: when it is another's, or gone.
    """
    gone, _each = SavedView.objects.filter(pk=view_id, owner_id=owner_id).delete()
    if not gone:
        raise Missing
