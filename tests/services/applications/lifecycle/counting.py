"""What is expected, counted the long way: due dates from the history, and the day on which keeping ends."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils import timezone

from services.agencies.models import Holiday
from services.applications.models import Application, Event

DAYS = {"uji": 4, "diam": 2}
OBJECTION_DAYS, APPEAL_DAYS = 10, 7
OBJECTED_WITHIN, APPEALED_WITHIN = 21, 10
EXTENDED, FOLLOW_UP, REOPENED = 2, 5, 6
MONTHS = {"uji": 1, "diam": 2}
# How each state ends, an objection's, too.
ENDS = {"granted": "granted", "upheld": "granted", "rejected": "rejected", "refused": "rejected"}
ENDS |= {"withdrawn": "withdrawn"}


def promised(application: Application) -> int:
    """Return how many working days its first clock has."""
    if application.objects_to is None:
        return DAYS[application.service.slug]
    return APPEAL_DAYS if is_appeal(application) else OBJECTION_DAYS


def is_appeal(application: Application) -> bool:
    """Return whether it objects to an objection."""
    return application.objects_to is not None and application.objects_to.objects_to_id is not None


def working_days_after(day: date, days: int) -> date:
    """Return the day so many working days later."""
    holidays = set(Holiday.objects.values_list("date", flat=True))
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in holidays
    return day


def root_slug(application: Application) -> str:
    """Return of which service it is, or what it objects to in turn."""
    while application.objects_to is not None:
        application = application.objects_to
    return application.service.slug


def counted(events: Sequence[Event], days: int) -> tuple[bool, date]:
    """Return whether the clock stands, and the due date without a pause that lasts still."""
    opened = max((place for place, each in enumerate(events) if each.type == "reopened"), default=0)
    left = days
    if opened:
        left = FOLLOW_UP if events[opened].actor_id is None else REOPENED
    holidays = set(Holiday.objects.values_list("date", flat=True))
    stood: list[tuple[date, date]] = []
    since: date | None = None
    asked = False
    for each in events[opened:]:
        day = timezone.localdate(each.at)
        if each.type == "correction_asked":
            asked = True
        elif each.type.startswith("correction_") or each.to_state in ENDS:
            asked = False
        left += EXTENDED * (each.action == "extend")
        stands = each.to_state == "waiting" or (asked and each.to_state not in ENDS)
        if stands and since is None:
            since = day
        elif not stands and since is not None:
            stood.append((since, day))
            since = None
    day = timezone.localdate(events[opened].at)
    while left:
        day += timedelta(days=1)
        waited = any(begun < day <= ended for begun, ended in stood)
        left -= not waited and day.weekday() < 5 and day not in holidays
    return since is not None, day


def kept_until(application: Application) -> date:
    """Return the day on which its time is over: months after its end, on its day of the month or the last."""
    assert application.closed_at is not None
    day = closed = timezone.localdate(application.closed_at)
    for _ in range(MONTHS[root_slug(application)]):
        day = (day.replace(day=1) + timedelta(days=31)).replace(day=1)
    last = (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return last.replace(day=min(closed.day, last.day))
