"""Claiming, releasing, assigning: one officer has an application in hand, or nobody."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction

from accounts.models import User
from services.agencies.queries import roles_at, unit_of
from services.applications.models import Application
from services.applications.operations.handling.steps import Doer, held_by_another, locked, step
from services.applications.operations.transitions import action_forbidden
from services.applications.queries.behalf import involved
from services.events.operations import publish
from superapp.http.problems import unfit

_unfit = partial(unfit, "cannot_be_assigned", "/assignee")

WORKERS = frozenset({"officer", "approver"})


@transaction.atomic
def claim(*, application_id: UUID, doer: Doer, now: datetime) -> Application:
    """Take an application in hand that nobody has. Taken before by the same person, it stays as it is.

    :raises Problem: 409 `held_by_another`, naming who was first; 403 for who is no officer there; see `steps.locked`.
    """
    application = locked(application_id, doer)
    if application.assignee_id == doer.id:
        return application
    if application.assignee_id is not None:
        raise held_by_another(application)
    if doer.roles[application.agency_id].isdisjoint(WORKERS):
        raise action_forbidden("claim")
    application.assignee_id = doer.id
    step(application, "claimed", doer=doer, now=now)
    return application


@transaction.atomic
def release(*, application_id: UUID, doer: Doer, now: datetime) -> Application:
    """Give an application back to nobody. Nobody's already, it stays as it is.

    :raises Problem: 409 when it is another's, and the doer does not share out the work; see `steps.locked`.
    """
    application = locked(application_id, doer)
    if application.assignee_id is None:
        return application
    if not doer.may_share_out(application):
        raise held_by_another(application)
    application.assignee = None
    step(application, "released", doer=doer, now=now)
    return application


@transaction.atomic
def assign(*, application_id: UUID, assignee_id: UUID, doer: Doer, now: datetime) -> Application:
    """Put an application into somebody's hands who works where it lies. They are told.

    :raises Problem: 422 naming why it cannot be this person; 409 when it is another's, and the doer does not share out
        the work; see `steps.locked`.
    """
    application = locked(application_id, doer)
    if application.assignee_id == assignee_id:
        return application
    if not doer.may_share_out(application):
        raise held_by_another(application)
    _require_fit(application, assignee_id)
    application.assignee = User.objects.get(pk=assignee_id)
    event = step(application, "assigned", doer=doer, now=now, data={"assignee": str(assignee_id)})
    if assignee_id != doer.id:
        body = {"person": str(assignee_id), "event": str(event.id)}
        publish(topic="handling.assigned", key=application.id, body=body, now=now)
    return application


def _require_fit(application: Application, assignee_id: UUID) -> None:
    """Refuse who does not work there, works in another unit, or applied for it."""
    if roles_at(assignee_id, application.agency_id).isdisjoint(WORKERS):
        raise _unfit("not_staff", "Orang ini bukan petugas OPD tersebut.", "This is no officer of that agency.")
    unit_id = unit_of(assignee_id, application.agency_id)
    if application.unit_id is not None and unit_id not in (None, application.unit_id):
        raise _unfit("other_unit", "Petugas ini bekerja di unit lain.", "This officer works in another unit.")
    if involved(application, assignee_id):
        raise _unfit("own", "Petugas ini sendiri yang mengajukan.", "This officer applied for it.")


def take_from(application_id: UUID, *, person_id: UUID, agency_id: UUID, now: datetime) -> bool:
    """Give back what an officer had in hand who works there no more; return whether there was anything to do."""
    with transaction.atomic():
        held = Application.objects.filter(id=application_id, assignee_id=person_id, agency_id=agency_id, end="")
        application = held.select_for_update().first()
        if application is None or not roles_at(person_id, agency_id).isdisjoint(WORKERS):
            return False
        application.assignee = None
        step(application, "unassigned", doer=None, now=now, data={"assignee": str(person_id)})
    return True
