"""What follows for appointments: a day that closes late, tomorrow's reminded of, each change told.

Each consumer may run twice and does its work once.
"""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from services.agencies.models import Holiday
from services.applications.city_time import CITY, city_day
from services.applications.models import Appointment, Counter
from services.applications.operations.appointments import displace
from services.applications.queries.behalf import readers_of
from services.applications.queries.detail import day_in_words
from services.catalogue.versions import version_of
from services.events.models import OutboxEvent
from services.events.operations import publish
from services.notifications.operations import notify

_BATCH = 500
_REMINDED_FROM = time(8)  # not at night
_TITLES = {
    "booked": ("janji temu dipesan", "appointment booked"),
    "moved": ("janji temu diubah", "appointment moved"),
    "cancelled": ("janji temu dibatalkan", "appointment cancelled"),
    "displaced": ("pilih jam lain", "choose another hour"),
    "near": ("besok ada janji temu", "you have an appointment tomorrow"),
    "missed": ("Anda tidak datang", "you did not come"),
}


@transaction.atomic
def hear_of_closed_days(event: OutboxEvent, now: datetime) -> None:
    """Have each appointment looked at that is on a day that is a holiday now.

    The counters are locked first: whoever booked without knowing of it has finished by then.
    """
    days = [date.fromisoformat(each) for each in event.body["days"]]
    closed = dict(Holiday.objects.filter(date__in=days).values_list("date", "name"))
    if not closed:
        return
    list(Counter.objects.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    for day, name in sorted(closed.items()):
        begins = datetime.combine(day, time.min, CITY)
        found = Appointment.objects.filter(
            state=Appointment.State.BOOKED, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)
        )
        for id in found.order_by("starts_at", "id").values_list("id", flat=True):
            publish(topic="displacing.due", key=id, body={"why": name}, now=now)


def displace_one(event: OutboxEvent, now: datetime) -> None:
    """Take one appointment off a day on which its office is closed."""
    displace(id=event.key, why=event.body["why"], now=now)


def remind(*, now: datetime) -> int:
    """Remind of tomorrow's appointments, from eight in the morning, each hour once. Return how many."""
    here = now.astimezone(CITY)
    if here.time() < _REMINDED_FROM:
        return 0
    begins = datetime.combine(here.date() + timedelta(days=1), time.min, CITY)
    near = Appointment.objects.filter(
        state=Appointment.State.BOOKED, starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)
    )
    waiting = near.exclude(reminded_for__gte=begins).order_by("starts_at", "id")
    return sum(_remind(each, now) for each in waiting[:_BATCH])


def close_past(*, now: datetime) -> int:
    """Leave open no longer what is over for a day and nobody marked. Return how many."""
    past = Appointment.objects.filter(state=Appointment.State.BOOKED, starts_at__lt=now - timedelta(days=1))
    return past.update(state=Appointment.State.UNMARKED)


@transaction.atomic
def _remind(appointment: Appointment, now: datetime) -> bool:
    still = Appointment.objects.filter(
        pk=appointment.pk, state=Appointment.State.BOOKED, starts_at=appointment.starts_at
    ).exclude(reminded_for=appointment.starts_at)
    if not still.update(reminded_for=appointment.starts_at):
        return False
    body = {"starts_at": appointment.starts_at.isoformat(), "place": appointment.place}
    publish(topic="appointment.near", key=appointment.pk, body=body, now=now)
    return True


def tell_of_appointment(event: OutboxEvent, now: datetime) -> None:
    """Tell the resident, and whoever acts for them, of a change or of tomorrow."""
    what = event.topic.removeprefix("appointment.")
    if what not in _TITLES:
        return
    if event.body.get("kind") == Appointment.Kind.VISIT and what == "moved":
        return  # the workflow's own step told it
    appointment = Appointment.objects.select_related("application__applicant", "agency").get(id=event.key)
    application = appointment.application
    readers: list[tuple[UUID, UUID | None]] = [(appointment.person_id, None)]
    names = dict.fromkeys(("id", "en"), appointment.agency.name)
    if application is not None:
        version = version_of(application.version_id)
        names = {code: version.text("title", code) for code in names}
        readers = readers_of(application, version, now)
    for recipient_id, application_id in readers:
        notify(
            recipient_id=recipient_id,
            event_id=event.id,
            kind=event.topic,
            title={"id": f"{names['id']}: {_TITLES[what][0]}", "en": f"{names['en']}: {_TITLES[what][1]}"},
            body={code: _body(what, event, code) for code in ("id", "en")},
            application_id=application_id,
            at=event.created_at,
            now=now,
        )


def _body(what: str, event: OutboxEvent, language: str) -> str:
    at = datetime.fromisoformat(event.body["starts_at"]).astimezone(CITY)
    day, hour, place = day_in_words(city_day(at), language), f"{at:%H.%M}", event.body["place"]
    english = language == "en"
    if what == "displaced":
        why = f" ({event.body['why']})" if event.body.get("why") else ""
        if english:
            return f"The office is closed on {day}{why}, so your appointment at {hour} cannot be. Please choose anew."
        return f"Kantor tutup pada {day}{why}, jadi janji temu pukul {hour} batal. Silakan pilih jam lain."
    if what == "cancelled":
        return f"{day}, {hour}: cancelled." if english else f"{day}, pukul {hour}: dibatalkan."
    return f"{day} at {hour} (WITA), {place}." if english else f"{day}, pukul {hour} WITA, {place}."
