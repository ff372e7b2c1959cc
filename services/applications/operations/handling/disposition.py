"""Disposition: an application goes to another unit or agency, comes back from there, or is called back.

The due date that the law sets runs on throughout: to the resident the city is one. Each hop has a clock beside it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from services.agencies.models import Agency, Unit
from services.agencies.queries import calendar
from services.applications.city_time import city_day
from services.applications.models import Application, Hop
from services.applications.operations.handling.steps import Doer, check, held_by_another, lock, locked, step
from services.applications.operations.reading import highest
from services.applications.queries.hops import sender_of
from services.catalogue.versions import version_of
from services.definitions import Deadline, last_day
from services.events.operations import publish
from superapp.http.problems import Missing, Problem, unfit

_nowhere = partial(unfit, "invalid_place")

Place = tuple[Agency, Unit | None]


@transaction.atomic
def hand_over(
    *,
    application_id: UUID,
    agency: str,
    unit: str,
    reason: str,
    answer_in: int | None,
    doer: Doer,
    now: datetime,
) -> Application:
    """Hand an application to another agency, or to a unit, with the reason that its resident reads.

    `agency` and `unit` are codes, empty for the same agency and for no unit; `answer_in` working days it is asked back.

    :raises Problem: 422 naming a place that there is not, is closed, or where it lies already; 409 when it is another's
        in hand; see `steps.locked`.
    """
    application = locked(application_id, doer)
    if not doer.may_share_out(application):
        raise held_by_another(application)
    place = _place(application, agency, unit)
    return _move(application, "forward", place, reason=reason, answer_in=answer_in, doer=doer, now=now)


@transaction.atomic
def give_back(*, application_id: UUID, reason: str, doer: Doer, now: datetime) -> Application:
    """Send an application back to where it came from, with the reason.

    :raises Problem: 409 when it came from nowhere, or is another's in hand; see `steps.locked`.
    """
    application = locked(application_id, doer)
    if not doer.may_share_out(application):
        raise held_by_another(application)
    place = sender_of(application.id)
    if place is None:
        detail = {"id": "Permohonan ini tidak diteruskan ke sini.", "en": "This was not handed over to here."}
        raise Problem(status=409, code="not_handed_over", detail=detail)
    return _move(application, "back", place, reason=reason, answer_in=None, doer=doer, now=now)


@transaction.atomic
def recall(*, application_id: UUID, reason: str, doer: Doer, now: datetime) -> Application:
    """Call an application of one's own service back from the agency that has it: who decides is never kept waiting.

    :raises Missing: for another's service. :raises Problem: 409 when it lies with its own agency, or see `steps.check`.
    """
    application = lock(application_id)
    if application is None:
        raise Missing
    own = version_of(application.version_id).agency_id
    if own not in doer.roles:
        raise Missing
    check(application, doer)
    if application.agency_id == own:
        detail = {"id": "Permohonan ini ada di OPD Anda.", "en": "This application lies at your agency."}
        raise Problem(status=409, code="not_handed_over", detail=detail)
    place = (Agency.objects.get(pk=own), None)
    return _move(application, "recall", place, reason=reason, answer_in=None, doer=doer, now=now)


def _place(application: Application, agency: str, unit: str) -> Place:
    """Return the place named.

    :raises Problem: 422 where there is none such, or it lies there.
    """
    to = Agency.objects.filter(code=agency.upper()).first() if agency else application.agency
    if to is None:
        raise _nowhere("/agency", "unknown", "OPD ini tidak ada.", "There is no such agency.")
    part = Unit.objects.filter(agency=to, code=unit, closed_at=None).first() if unit else None
    if unit and part is None:
        raise _nowhere("/unit", "unknown", f"{to.name} tidak punya unit itu.", f"{to.name} has no such unit.")
    if (to.pk, part and part.pk) == (application.agency_id, application.unit_id):
        raise _nowhere("/unit" if unit else "/agency", "same", "Sudah ada di sana.", "It lies there already.")
    return to, part


def asked_back_on(days: int, at: datetime, holidays: Mapping[date, str]) -> date:
    """Return by which day something that came at `at` is asked back within `days` working days."""
    return last_day(Deadline(days, working=True, basis=""), start=city_day(at), holidays=holidays)


_EVENTS = {"forward": "handed_over", "back": "handed_back", "recall": "recalled"}


def _move(
    application: Application,
    kind: str,
    place: Place,
    *,
    reason: str,
    answer_in: int | None,
    doer: Doer,
    now: datetime,
) -> Application:
    """Write the hop, end the one before it, and tell who receives it. Nobody has it in hand there yet."""
    came_from = (application.agency, application.unit)
    role = highest(doer.roles[application.agency_id if application.agency_id in doer.roles else place[0].pk])
    application.hops.filter(left_at=None).update(left_at=now)
    hop = Hop.objects.create(
        application=application,
        number=application.hops.count() + 1,
        kind=kind,
        from_agency=came_from[0],
        from_unit=came_from[1],
        to_agency=place[0],
        to_unit=place[1],
        crosses=came_from[0].pk != place[0].pk,
        by_id=doer.id,
        reason=reason,
        at=now,
        answer_in=answer_in,
        answer_by=None if answer_in is None else asked_back_on(answer_in, now, calendar()),
    )
    application.agency, application.unit = place
    application.assignee = None
    data: dict[str, Any] = {"hop": hop.number, "from": _named(came_from), "to": _named(place)}
    event = step(application, _EVENTS[kind], doer=doer, role=role, reason=reason, data=data, now=now)
    body = {"agency": str(place[0].pk), "unit": str(place[1].pk) if place[1] else None, "event": str(event.id)}
    publish(topic="handling.arrived", key=application.id, body=body, now=now)
    return application


def _named(place: Place) -> Mapping[str, str | None]:
    agency, unit = place
    return {"code": agency.code, "name": agency.name, "unit": unit.name if unit else None}
