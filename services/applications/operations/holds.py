"""A legal hold: nothing of an application is destroyed while one stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from services.applications.models import Application, LegalHold
from superapp.http.problems import Problem


def hold_lifted() -> Problem:
    """Return 409: somebody lifted it before."""
    detail = {"id": "Penahanan ini sudah dicabut.", "en": "This hold was lifted before."}
    return Problem(status=409, code="hold_lifted", detail=detail)


@transaction.atomic
def place_hold(*, application_id: UUID, reason: str, actor_id: UUID, now: datetime) -> LegalHold:
    """Place a hold; an erasure that is under way is waited for.

    :raises Application.DoesNotExist: when nothing is left to hold.
    """
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id, erased_at=None)
    return LegalHold.objects.create(application=application, reason=reason, placed_by_id=actor_id, placed_at=now)


@transaction.atomic
def lift_hold(*, application_id: UUID, hold_id: UUID, reason: str, actor_id: UUID, now: datetime) -> LegalHold:
    """Lift a hold.

    :raises LegalHold.DoesNotExist: when the application has no such hold. :raises Problem: 409 when it was lifted.
    """
    hold = LegalHold.objects.select_for_update().get(id=hold_id, application_id=application_id)
    if hold.lifted_at is not None:
        raise hold_lifted()
    hold.lift_reason, hold.lifted_by_id, hold.lifted_at = reason, actor_id, now
    hold.save(update_fields=["lift_reason", "lifted_by", "lifted_at"])
    return hold
