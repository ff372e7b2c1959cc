"""When a counter serves, and how much of it is free. All hours are the city's (Asia/Makassar)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from services.applications.city_time import CITY
from services.applications.models import Appointment, Counter
from superapp.http.pagination import Asked, rows_of

AHEAD = timedelta(days=60)  # how far ahead an hour may be booked


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour at a counter, for so many people."""

    starts_at: datetime
    ends_at: datetime
    capacity: int


def slots_on(counter: Counter, day: date, holidays: Collection[date]) -> Iterator[Slot]:
    """Yield a counter's slots of a day, in order; none when it is closed."""
    if counter.closed_at is not None or day in holidays:
        return
    if day.isoformat() in {each["date"] for each in counter.closed_days}:
        return
    for window in sorted(counter.windows, key=lambda each: each["begins"]):
        if window["weekday"] == day.weekday():
            yield from _cut(window, day)


def _cut(window: Mapping[str, Any], day: date) -> Iterator[Slot]:
    length = timedelta(minutes=window["minutes"])
    starts_at = datetime.combine(day, time.fromisoformat(window["begins"]), CITY)
    end = datetime.combine(day, time.fromisoformat(window["ends"]), CITY)
    while starts_at + length <= end:
        yield Slot(starts_at, starts_at + length, window["capacity"])
        starts_at += length


def slot_at(counter: Counter, starts_at: datetime, holidays: Collection[date]) -> Slot | None:
    """Return the slot that begins at that moment, None where there is none."""
    day = starts_at.astimezone(CITY).date()
    return next((each for each in slots_on(counter, day, holidays) if each.starts_at == starts_at), None)


def taken_at(counter_id: UUID, starts_at: datetime, *, apart_from: UUID | None = None) -> int:
    """Return how many people a slot is booked for."""
    found = Appointment.objects.filter(counter_id=counter_id, starts_at=starts_at, state=Appointment.State.BOOKED)
    return found.exclude(id=apart_from).count() if apart_from else found.count()


def counters_of(agency_id: UUID, *, service_id: UUID | None = None) -> list[Counter]:
    """Return an agency's open counters by key; with a service those that serve it."""
    found = Counter.objects.filter(agency_id=agency_id, closed_at=None).select_related("service")
    if service_id is not None:
        found = found.filter(Q(service=None) | Q(service_id=service_id))
    return list(found.order_by("key"))


def free_slots(
    counters: Collection[Counter], days: Collection[date], holidays: Collection[date], now: datetime
) -> list[dict[str, Any]]:
    """Return the slots still to come on these days with how many places are free. One query."""
    if not counters or not days:
        return []
    begins = datetime.combine(min(days), time.min, CITY)
    ends = datetime.combine(max(days) + timedelta(days=1), time.min, CITY)
    booked = Appointment.objects.filter(
        counter__in=counters, state=Appointment.State.BOOKED, starts_at__gte=begins, starts_at__lt=ends
    )
    grouped = booked.values_list("counter_id", "starts_at").annotate(n=Count("id"))
    taken = {(counter_id, starts_at): n for counter_id, starts_at, n in grouped}
    return [
        {
            "counter": str(counter.id),
            "starts_at": slot.starts_at.isoformat(),
            "ends_at": slot.ends_at.isoformat(),
            "free": max(slot.capacity - taken.get((counter.id, slot.starts_at), 0), 0),
        }
        for day in sorted(days)
        for counter in counters
        for slot in slots_on(counter, day, holidays)
        if now < slot.starts_at <= now + AHEAD
    ]


def appointments_of(application_id: UUID) -> list[Appointment]:
    """Return the appointments for an application, the earliest first, each with its agency."""
    found = Appointment.objects.filter(application_id=application_id).select_related("agency")
    return list(found.order_by("starts_at", "id"))


def my_appointments(person_id: UUID, asked: Asked) -> list[Appointment]:
    """Return a page of a person's appointments and one more, the latest first, each with its agency."""
    return _page(Appointment.objects.filter(person_id=person_id), asked, latest_first=True)


def appointments_page(day: date, agency_ids: Collection[UUID], asked: Asked) -> list[Appointment]:
    """Return a page of a day's appointments at these agencies and one more, by hour, each with its agency."""
    return _page(_on(day, agency_ids), asked, latest_first=False)


def _page(found: QuerySet[Appointment], asked: Asked, *, latest_first: bool) -> list[Appointment]:
    return rows_of(
        found.select_related("agency"), "starts_at",
        limit=asked.limit + 1, after=asked.after, before=asked.before, latest_first=latest_first,
    )  # fmt: skip


def _on(day: date, agency_ids: Collection[UUID]) -> QuerySet[Appointment]:
    begins = datetime.combine(day, time.min, CITY)
    return Appointment.objects.filter(
        agency_id__in=list(agency_ids), starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1)
    )
