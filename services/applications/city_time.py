"""Moments as the city counts and tells them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

CITY = ZoneInfo(settings.TIME_ZONE)


def city_day(at: datetime) -> date:
    """Return the day that it is in the city at that moment."""
    return at.astimezone(CITY).date()


def moment(at: datetime | None) -> str | None:
    """Return a time in the city's offset, RFC 3339."""
    return at.astimezone(CITY).isoformat() if at else None
