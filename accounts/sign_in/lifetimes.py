"""How long a sign-in lasts, and its traces: a proposal, to be confirmed by the city (decisions 13 and 18)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q


@dataclass(frozen=True, slots=True)
class Lifetime:
    """A sign-in is over when the browser was away for `idle`, and in any case after `absolute`."""

    idle: timedelta
    absolute: timedelta


RESIDENT: Final = Lifetime(idle=timedelta(days=14), absolute=timedelta(days=90))
# A working day, and the time for which an officer may leave the counter (OWASP ASVS 4.0, 3.3.2, level 2).
STAFF: Final = Lifetime(idle=timedelta(minutes=30), absolute=timedelta(hours=8))

# A sign-in is written to at most this often; a browser counts as away from its latest writing.
SEEN_EVERY: Final = timedelta(minutes=5)
HISTORY_KEPT: Final = timedelta(days=400)
# Failed tries are many when somebody guesses: an hour's are one line, and an account keeps its latest lines only.
FAILURES_JOINED: Final = timedelta(hours=1)
FAILURES_KEPT: Final = timedelta(days=90)
FAILURES_MOST: Final = 50


def lapsed(now: datetime) -> Q:
    """Return the condition of sign-ins that have run out at `now`, whether or not that was written down."""
    return _past(RESIDENT, now) & Q(staff=False) | _past(STAFF, now) & Q(staff=True)


def has_lapsed(*, staff: bool, away: timedelta, age: timedelta) -> bool:
    """Return the same of one sign-in: how long its browser was away, and how long ago it began."""
    life = STAFF if staff else RESIDENT
    return away >= life.idle or age >= life.absolute


def _past(life: Lifetime, now: datetime) -> Q:
    return Q(seen_at__lte=now - life.idle) | Q(began_at__lte=now - life.absolute)
