"""The city's calendar: days on which its agencies are closed, as the SKB 3 Menteri of the year and its changes decree.

A change is kept with who made it and the decree, and told to whoever counts days (`calendar.changed`).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from services.agencies.models import CalendarChange, Holiday
from services.events.operations import publish

_CALENDAR = UUID("5b0f4a0e-7c0f-4d3b-8f52-0c6a4c1f9f10")  # the key of the calendar's events


@transaction.atomic
def set_holiday(
    *, day: date, name: str, kind: str, basis: str, actor_id: UUID | None, now: datetime
) -> tuple[Holiday, bool]:
    """Close the agencies on `day`, or give the day another name. Return it, and whether it is new.

    `kind` is libur_nasional or cuti_bersama, `basis` the decree. What stands already changes nothing.
    """
    standing = Holiday.objects.select_for_update().filter(date=day).first()
    if standing and (standing.name, standing.kind) == (name, kind):
        return standing, False
    holiday, made = Holiday.objects.update_or_create(date=day, defaults={"name": name, "kind": kind})
    _note(day, before=standing.name if standing else None, after=name, basis=basis, actor_id=actor_id, now=now)
    if made:
        tell_of_calendar([day], now=now)
    return holiday, made


@transaction.atomic
def remove_holiday(*, day: date, basis: str, actor_id: UUID, now: datetime) -> bool:
    """Open the agencies on `day` again; return whether they were closed."""
    standing = Holiday.objects.select_for_update().filter(date=day).first()
    if standing is None:
        return False
    standing.delete()
    _note(day, before=standing.name, after=None, basis=basis, actor_id=actor_id, now=now)
    tell_of_calendar([day], now=now)
    return True


def tell_of_calendar(days: Iterable[date], *, now: datetime) -> None:
    """Publish that these days are holidays now, or none any more."""
    if changed := sorted(days):
        body: dict[str, Any] = {"days": [day.isoformat() for day in changed]}
        publish(topic="calendar.changed", key=uuid5(_CALENDAR, str(changed[0].year)), body=body, now=now)


def _note(
    day: date, *, before: str | None, after: str | None, basis: str, actor_id: UUID | None, now: datetime
) -> None:
    CalendarChange.objects.create(
        date=day, name_before=before or "", name_after=after or "", basis=basis, actor_id=actor_id, at=now
    )
