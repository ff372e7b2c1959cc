"""When a child comes of age, and when a mandate given for a time runs out: at midnight in the city."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_YEARS = 18


def of_age_at(birth_date: date) -> datetime:
    """Return the moment of the 18th birthday (UU 23/2002 art. 1, as amended by UU 35/2014: a child is under 18).

    Who was born on 29 February comes of age on 1 March where the year has no such day: only then 18 years are over.
    """
    try:
        day = birth_date.replace(year=birth_date.year + _YEARS)
    except ValueError:
        day = date(birth_date.year + _YEARS, 3, 1)
    return _midnight(day)


def end_of(day: date) -> datetime:
    """Return the end of that day in the city."""
    return _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
