"""Site visits: an officer plans one with the workflow's own step, in one transaction."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from services.agencies.queries import calendar_now, staff_of
from services.applications.city_time import CITY
from services.applications.models import Application, Appointment
from services.applications.operations.appointments import kept, told
from services.applications.operations.transitions import act
from services.applications.queries.detail import day_in_words
from services.applications.queries.slots import AHEAD
from services.catalogue.versions import version_of
from superapp.http.problems import FieldError, Problem, unfit

_refused = partial(unfit, "invalid_visit")

_LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Plan:
    """When, where and by whom. `words` are added for the resident."""

    starts_at: datetime
    ends_at: datetime
    place: str
    latitude: Decimal | None
    longitude: Decimal | None
    officer_id: UUID
    words: str
    reason_code: str


@transaction.atomic
def plan_visit(
    *,
    application_id: UUID,
    actor_id: UUID,
    roles: Set[str],
    plan: Plan,
    now: datetime,
    if_match: str | None = None,
) -> Appointment:
    """Take `plan_visit`, or `replan_visit` where one stands, and agree the hour with it.

    :raises Problem: as the step itself does, 412 by `if_match` among it; 409 when the officer is somewhere else then,
        422 for an impossible hour.
    """
    _check(plan, now)
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id)
    if plan.officer_id not in staff_of(application.agency_id, roles=("officer", "approver")):
        raise _refused("/officer", "unknown_officer", "Bukan petugas di sini.", "Not an officer here.")
    workflow = version_of(application.version_id).definition.workflow
    action = "replan_visit" if workflow.transition("replan_visit", application.state) else "plan_visit"
    application = act(
        application_id=application_id,
        actor_id=actor_id,
        roles=roles,
        action=action,
        reason=_words(plan),
        reason_code=plan.reason_code,
        if_match=if_match,
        now=now,
    )
    User.objects.select_for_update(no_key=True).get(id=plan.officer_id)
    standing = Appointment.objects.filter(
        application=application, kind=Appointment.Kind.VISIT, state__in=("booked", "displaced")
    ).first()
    elsewhere = Appointment.objects.filter(
        officer_id=plan.officer_id,
        state=Appointment.State.BOOKED,
        starts_at__lt=plan.ends_at,
        ends_at__gt=plan.starts_at,
    )
    if (elsewhere.exclude(id=standing.id) if standing else elsewhere).exists():
        detail = {"id": "Petugas sudah punya kunjungan lain pada jam itu.", "en": "The officer is elsewhere then."}
        raise Problem(
            status=409, code="officer_busy", detail=detail, errors=[FieldError("/starts_at", "officer_busy", detail)]
        )
    before = standing.starts_at if standing else None
    visit = standing or Appointment(
        id=uuid4(),
        kind=Appointment.Kind.VISIT,
        person_id=application.applicant_id,
        application=application,
        agency_id=application.agency_id,
        made_at=now,
    )
    visit.starts_at, visit.ends_at, visit.place = plan.starts_at, plan.ends_at, plan.place
    visit.latitude, visit.longitude, visit.officer_id = plan.latitude, plan.longitude, plan.officer_id
    visit.state = Appointment.State.BOOKED
    if standing:
        visit.save(update_fields=["officer"])
        kept(visit)
    else:
        visit.save(force_insert=True)
    told(visit, application, "moved" if standing else "planned", actor_id, "officer", now, before=before)
    return visit


def _words(plan: Plan) -> str:
    """Return the hour as the step's reason has it, in Indonesian, and what the officer added."""
    begins, ends = plan.starts_at.astimezone(CITY), plan.ends_at.astimezone(CITY)
    hour = f"{day_in_words(begins.date(), 'id')}, pukul {begins:%H.%M} s.d. {ends:%H.%M} WITA, {plan.place}."
    return f"{hour} {plan.words}".strip()


def _check(plan: Plan, now: datetime) -> None:
    begins, ends = plan.starts_at.astimezone(CITY), plan.ends_at.astimezone(CITY)
    if not now < plan.starts_at <= now + AHEAD:
        raise _refused("/starts_at", "out_of_reach", "Pilih waktu dalam 60 hari.", "Choose a time within 60 days.")
    if begins.date() != ends.date() or not timedelta(0) < ends - begins <= _LONGEST:
        raise _refused("/ends_at", "invalid", "Pada hari yang sama, paling lama 8 jam.", "That day, 8 hours at most.")
    if begins.date() in calendar_now():
        raise _refused("/starts_at", "holiday", "Hari itu hari libur.", "That day is a holiday.")
