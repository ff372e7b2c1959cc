"""Appointments: booked, moved, cancelled by the resident, kept or missed as the officer says.

A booking locks its application (if it has one), then the counter: no slot ever holds more than it can, and a day that
closes finds every booking that did not know of it. Then the calendar is read.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from accounts.bearer import Actor
from services.agencies.queries import calendar_now
from services.applications.city_time import CITY, moment
from services.applications.models import DRAFT, Application, Appointment, Counter
from services.applications.operations.recording import record
from services.applications.queries.behalf import sealed_trace_of
from services.applications.queries.slots import AHEAD, Slot, slot_at, taken_at
from services.events.operations import publish
from superapp.http.conditional import require_match
from superapp.http.problems import Problem, unfit

_OPEN = (Appointment.State.BOOKED, Appointment.State.DISPLACED)


def _refused(status: int, code: str, pointer: str, id: str, en: str) -> Problem:
    return unfit(code, pointer, code, id, en, status=status)


def no_counter() -> Problem:
    """Return 422: there is no such counter for this."""
    return _refused(422, "unknown_counter", "/counter", "Loket ini tidak melayani hal ini.", "No such counter here.")


def no_slot() -> Problem:
    """Return 422: the counter does not serve then."""
    id = "Loket tidak melayani pada waktu ini. Pilih jam yang tersedia."
    return _refused(422, "no_such_slot", "/starts_at", id, "The counter does not serve then. Choose a free hour.")


def slot_full() -> Problem:
    """Return 409: somebody else took the last place."""
    id = "Jam ini baru saja penuh. Pilih jam lain."
    return _refused(409, "slot_full", "/starts_at", id, "This hour is full by now. Choose another.")


def booked_already() -> Problem:
    """Return 409: there is one under way."""
    id = "Sudah ada janji temu. Ubah atau batalkan yang ada."
    return _refused(409, "booked_already", "/starts_at", id, "There is an appointment already. Move or cancel it.")


def over() -> Problem:
    """Return 409: what is over, or not begun, cannot be changed so."""
    detail = {"id": "Janji temu ini tidak dapat diubah lagi.", "en": "This appointment cannot be changed so any more."}
    return Problem(status=409, code="appointment_over", detail=detail)


@transaction.atomic
def book(
    *,
    id: UUID,
    person_id: UUID,
    counter_id: UUID,
    starts_at: datetime,
    now: datetime,
    application_id: UUID | None = None,
    doer_id: UUID | None = None,
    behalf: Actor | None = None,
) -> tuple[Appointment, bool]:
    """Book an hour at a counter. Return it, and whether it is new: the same again returns what stands.

    :raises Problem: 409 when the hour is full, there is one already, or the id or application does not allow it; 422
        when the counter does not serve this, or not then.
    """
    application = _locked(application_id)
    if application is not None and (application.end or application.state == DRAFT):
        detail = {"id": "Permohonan ini tidak sedang diproses.", "en": "This application is not under way."}
        raise Problem(status=409, code="not_under_way", detail=detail)
    counter = Counter.objects.select_for_update(no_key=True).filter(id=counter_id, closed_at=None).first()
    standing = Appointment.objects.filter(id=id).first()
    if standing is not None:
        return _same(standing, person_id, counter_id, application_id, starts_at), False
    if counter is None or not _serves(counter, application):
        raise no_counter()
    slot = _free(counter, starts_at, now)
    try:
        with transaction.atomic():
            made = Appointment.objects.create(
                id=id,
                kind=Appointment.Kind.COUNTER,
                person_id=person_id,
                application=application,
                agency_id=counter.agency_id,
                counter=counter,
                place=counter.place,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                made_at=now,
            )
    except IntegrityError:
        raise booked_already() from None
    told(made, application, "booked", doer_id or person_id, "resident", now, behalf=behalf)
    return made, True


def _same(
    standing: Appointment, person_id: UUID, counter_id: UUID, application_id: UUID | None, starts_at: datetime
) -> Appointment:
    asked = (person_id, counter_id, application_id)
    if (standing.person_id, standing.counter_id, standing.application_id) != asked or standing.starts_at != starts_at:
        raise _refused(409, "id_taken", "/id", "Id ini sudah dipakai.", "This id stands for another appointment.")
    return standing


def _serves(counter: Counter, application: Application | None) -> bool:
    if application is None:
        return True
    return counter.agency_id == application.agency_id and counter.service_id in (None, application.service_id)


def _free(counter: Counter, starts_at: datetime, now: datetime, *, apart_from: UUID | None = None) -> Slot:
    """Return the slot, whose counter is locked, if there is a place in it."""
    slot = slot_at(counter, starts_at, calendar_now())
    if slot is None or not now < starts_at <= now + AHEAD:
        raise no_slot()
    if taken_at(counter.id, starts_at, apart_from=apart_from) >= slot.capacity:
        raise slot_full()
    return slot


@transaction.atomic
def move(
    *,
    id: UUID,
    person_id: UUID,
    starts_at: datetime,
    revision: str | None,
    now: datetime,
    application_id: UUID | None = None,
    doer_id: UUID | None = None,
    behalf: Actor | None = None,
) -> Appointment:
    """Give an appointment at a counter another hour there; also one whose office closed.

    `application_id` narrows to its own; `doer_id` and `behalf` say who does it for the person.

    :raises Appointment.DoesNotExist: when this person, or that application, has none such.
    :raises Problem: 409 when it is over or the hour is full, 412 and 428 by `revision`, 422 when there is no such slot.
    """
    appointment, application = locked(id, person_id=person_id, application_id=application_id)
    require_match(revision, str(appointment.revision))
    if appointment.kind != Appointment.Kind.COUNTER or appointment.state not in _OPEN:
        raise over()
    if appointment.state == Appointment.State.BOOKED and appointment.starts_at <= now:
        raise over()
    assert appointment.counter is not None  # noqa: S101 - every appointment of this kind has one
    counter = Counter.objects.select_for_update(no_key=True).get(id=appointment.counter.id)
    slot = _free(counter, starts_at, now, apart_from=appointment.id)
    before = appointment.starts_at
    if before == slot.starts_at and appointment.state == Appointment.State.BOOKED:
        return appointment
    appointment.starts_at, appointment.ends_at = slot.starts_at, slot.ends_at
    appointment.state = Appointment.State.BOOKED
    kept(appointment)
    told(appointment, application, "moved", doer_id or person_id, "resident", now, behalf=behalf, before=before)
    return appointment


@transaction.atomic
def cancel(
    *,
    id: UUID,
    person_id: UUID,
    revision: str | None,
    now: datetime,
    application_id: UUID | None = None,
    doer_id: UUID | None = None,
    behalf: Actor | None = None,
) -> Appointment:
    """Give an hour at a counter back. Cancelled before, it stays as it is.

    `application_id` narrows to its own; `doer_id` and `behalf` say who does it for the person.

    :raises Appointment.DoesNotExist: when this person, or that application, has none such.
    :raises Problem: 409 when it is over or a visit, 412 and 428 by `revision`.
    """
    appointment, application = locked(id, person_id=person_id, application_id=application_id)
    if appointment.state == Appointment.State.CANCELLED:
        return appointment
    require_match(revision, str(appointment.revision))
    begun = appointment.state == Appointment.State.BOOKED and appointment.starts_at <= now
    if appointment.kind != Appointment.Kind.COUNTER or appointment.state not in _OPEN or begun:
        raise over()
    appointment.state = Appointment.State.CANCELLED
    kept(appointment)
    told(appointment, application, "cancelled", doer_id or person_id, "resident", now, behalf=behalf)
    return appointment


@transaction.atomic
def mark(
    *, id: UUID, agency_ids: Collection[UUID], attended: bool, actor_id: UUID, role: str, now: datetime
) -> Appointment:
    """Note that the resident came, or did not. The same again changes nothing.

    :raises Appointment.DoesNotExist: when these agencies have none such.
    :raises Problem: 409 before it begins, or when it was given back.
    """
    appointment, application = locked(id, agency_ids=agency_ids)
    state = Appointment.State.ATTENDED if attended else Appointment.State.MISSED
    if appointment.state == state:
        return appointment
    if appointment.state in (*_OPEN[1:], Appointment.State.CANCELLED) or appointment.starts_at > now:
        raise over()
    appointment.state = state
    kept(appointment)
    told(appointment, application, state.value, actor_id, role, now)
    return appointment


@transaction.atomic
def displace(*, id: UUID, why: str, now: datetime) -> bool:
    """Take an appointment off a day on which its office is closed, and have the resident choose anew.

    Return whether it was so: one that was moved meanwhile, or that fits after all, stays.
    """
    appointment, application = locked(id)
    if appointment.state != Appointment.State.BOOKED or appointment.starts_at <= now:
        return False
    if fits(appointment):
        return False
    appointment.state = Appointment.State.DISPLACED
    kept(appointment)
    told(appointment, application, "displaced", None, "system", now, why=why)
    return True


def give_back(application: Application, now: datetime) -> None:
    """Free the hours to come of an application that ended, whose row the caller has locked."""
    Appointment.objects.filter(
        Q(starts_at__gt=now) | Q(state=Appointment.State.DISPLACED), application=application, state__in=_OPEN
    ).update(state=Appointment.State.CANCELLED, revision=F("revision") + 1)


def fits(appointment: Appointment) -> bool:
    """Return whether its counter serves then, or its visit is on no holiday, as the calendar stands."""
    holidays = calendar_now()
    if appointment.counter is None:
        return appointment.starts_at.astimezone(CITY).date() not in holidays
    return slot_at(appointment.counter, appointment.starts_at, holidays) is not None


def locked(
    id: UUID,
    *,
    person_id: UUID | None = None,
    application_id: UUID | None = None,
    agency_ids: Collection[UUID] | None = None,
) -> tuple[Appointment, Application | None]:
    """Return an appointment and its application, both locked, the application first.

    :raises Appointment.DoesNotExist: when there is none such.
    """
    mine = Appointment.objects.all()
    if person_id is not None:
        mine = mine.filter(person_id=person_id)
    if application_id is not None:
        mine = mine.filter(application_id=application_id)
    if agency_ids is not None:
        mine = mine.filter(agency_id__in=agency_ids)
    application = _locked(mine.values_list("application_id", flat=True).get(id=id))
    return mine.select_for_update(of=("self",)).select_related("counter").get(id=id), application


def _locked(application_id: UUID | None) -> Application | None:
    if application_id is None:
        return None
    return Application.objects.select_for_update(of=("self",)).get(id=application_id)


def kept(appointment: Appointment) -> None:
    """Save a change of an appointment."""
    appointment.revision += 1
    appointment.save(update_fields=["starts_at", "ends_at", "place", "latitude", "longitude", "state", "revision"])


def told(
    appointment: Appointment,
    application: Application | None,
    what: str,
    actor_id: UUID | None,
    role: str,
    now: datetime,
    *,
    behalf: Actor | None = None,
    before: datetime | None = None,
    why: str = "",
) -> None:
    """Write it into the application's history, if it has one, and have the resident told."""
    facts: dict[str, Any] = {
        "appointment": str(appointment.id),
        "kind": appointment.kind,
        "starts_at": moment(appointment.starts_at),
        "place": appointment.place,
    }
    facts |= {"before": moment(before)} if before else {}
    facts |= {"why": why} if why else {}
    if application is not None:
        data = sealed_trace_of(behalf, application.applicant_id) | facts
        record(application, type=f"appointment_{what}", actor_id=actor_id, actor_role=role, data=data, now=now)
        application.revision += 1
        application.updated_at = now
        application.save(update_fields=["revision", "updated_at"])
    publish(topic=f"appointment.{what}", key=appointment.id, body=facts, now=now)
