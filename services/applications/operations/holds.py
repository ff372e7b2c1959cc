"""A legal hold: nothing of an application is destroyed while one stands. Who answers for its archive places it."""

from collections.abc import Mapping, Set
from datetime import datetime
from uuid import UUID

from django.db import transaction

from services.applications.models import Application, LegalHold
from services.applications.queries.holds import keeps
from services.catalogue.versions import version_of
from superapp.http.problems import Problem


def hold_lifted() -> Problem:
    """Return 409: somebody lifted it before."""
    detail = {"id": "Penahanan ini sudah dicabut.", "en": "This hold was lifted before."}
    return Problem(status=409, code="hold_lifted", detail=detail)


def not_keeper() -> Problem:
    """Return the refusal of staff who answer for no archive."""
    detail = {"id": "Hanya kepala dan admin perangkat daerah.", "en": "Only for the head and the admins of the agency."}
    return Problem(status=403, code="not_keeper", detail=detail)


@transaction.atomic
def place_hold(
    *, application_id: UUID, reason: str, actor_id: UUID, roles: Mapping[UUID, Set[str]], now: datetime
) -> LegalHold:
    """Place a hold; an erasure that is under way is waited for. `roles` are the actor's, by agency.

    :raises Application.DoesNotExist: when nothing is left to hold. :raises Problem: 403 `not_keeper`.
    """
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id, erased_at=None)
    _require_keeper(application, roles)
    return LegalHold.objects.create(application=application, reason=reason, placed_by_id=actor_id, placed_at=now)


@transaction.atomic
def lift_hold(
    *, application_id: UUID, hold_id: UUID, reason: str, actor_id: UUID, roles: Mapping[UUID, Set[str]], now: datetime
) -> LegalHold:
    """Lift a hold. `roles` are the actor's, by agency.

    :raises LegalHold.DoesNotExist: when the application has no such hold. :raises Problem: 409 when it was lifted,
        403 `not_keeper`.
    """
    found = LegalHold.objects.select_for_update(of=("self",)).select_related("application")
    hold = found.get(id=hold_id, application_id=application_id)
    _require_keeper(hold.application, roles)
    if hold.lifted_at is not None:
        raise hold_lifted()
    hold.lift_reason, hold.lifted_by_id, hold.lifted_at = reason, actor_id, now
    hold.save(update_fields=["lift_reason", "lifted_by", "lifted_at"])
    return hold


def _require_keeper(application: Application, roles: Mapping[UUID, Set[str]]) -> None:
    if not keeps(version_of(application.version_id), roles):
        raise not_keeper()
