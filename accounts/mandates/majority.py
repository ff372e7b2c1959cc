"""When a child has its own card, when it comes of age, when a mandate runs out: at midnight in the city."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def of_age_at(birth_date: date) -> datetime:
    """Return the moment of the 18th birthday (UU 23/2002 art. 1, as amended by UU 35/2014: a child is under 18)."""
    return _birthday(birth_date, 18)


def own_card_at(birth_date: date) -> datetime:
    """Return the moment of the 17th birthday: from then on everybody has an identity card of their own (KTP-el;
    UU 23/2006 art. 63, as amended by UU 24/2013).
    """
    return _birthday(birth_date, 17)


def _birthday(birth_date: date, years: int) -> datetime:
    """Return when so many years are over. Born on 29 February, that is 1 March where there is no such day."""
    try:
        day = birth_date.replace(year=birth_date.year + years)
    except ValueError:
        day = date(birth_date.year + years, 3, 1)
    return _midnight(day)


def end_of(day: date) -> datetime:
    """Return the end of that day in the city."""
    return _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(settings.TIME_ZONE))
