"""How long answers take: working days from completeness to the decision, of a service's latest decisions.

Counted by the worker into the catalogue, for each service that decided something since; nobody counts on a request.
What silence granted is no decision of the agency's and does not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from services.agencies.queries import calendar
from services.applications.models import DRAFT, Application, Event
from services.applications.queries.clock import Step, clock_from
from services.applications.queries.detail import city_day
from services.catalogue.models import Forecast, Service
from services.catalogue.operations.forecasts import keep_forecast
from services.catalogue.versions import version_of
from services.definitions import Pause, is_working

LATEST: Final = 200
WITHIN: Final = timedelta(days=365)


def count_forecasts(*, now: datetime) -> int:
    """Count each service that decided something since it was counted; return how many."""
    known = dict(Forecast.objects.values_list("service_id", "latest_at"))
    counted = 0
    for service_id in Service.objects.order_by("pk").values_list("pk", flat=True):
        decided = Application.objects.filter(
            service_id=service_id, end__in=("granted", "rejected"), closed_at__gt=now - WITHIN
        ).order_by("-closed_at", "-id")
        latest_at = decided.values_list("closed_at", flat=True).first()
        if latest_at is None or known.get(service_id) == latest_at:
            continue
        rows = list(decided.values_list("id", "version_id", "submitted_at", "closed_at")[:LATEST])
        days = sorted(_took(rows))
        if days:
            keep_forecast(
                service_id, sample=len(days), median=percentile(days, 50), p90=percentile(days, 90),
                latest_at=latest_at, now=now,
            )  # fmt: skip
            counted += 1
    return counted


def percentile(days: list[int], share: int) -> int:
    """Return the smallest of the sorted `days` that `share` percent of them do not exceed (nearest rank)."""
    return days[ceil(len(days) * share / 100) - 1]


def _took(rows: Iterable[tuple[UUID, UUID, datetime | None, datetime | None]]) -> Iterable[int]:
    """Yield how many working days each took; two queries for all."""
    rows = list(rows)
    steps: defaultdict[UUID, list[Step]] = defaultdict(list)
    events = Event.objects.filter(application_id__in=[each[0] for each in rows]).exclude(to_state=DRAFT)
    columns = ("application_id", "type", "to_state", "action", "at")
    for id, type, state, action, at in events.order_by("application_id", "sequence").values_list(*columns):
        steps[id].append(Step(type, state, action, at))
    for id, version_id, submitted_at, closed_at in rows:
        if any(each.type == "deemed_granted" for each in steps[id]) or submitted_at is None or closed_at is None:
            continue
        version = version_of(version_id)
        clock = clock_from(steps[id], version, city_day(submitted_at))
        yield _working_days(clock.start, city_day(closed_at), clock.pauses)


def _working_days(start: date, end: date, pauses: Sequence[Pause]) -> int:
    """Return how many days from the one after `start` up to `end` are working days outside the pauses."""
    holidays = calendar()
    days = (start + timedelta(days=each) for each in range(1, (end - start).days + 1))
    return sum(is_working(day, holidays) and not any(each.holds(day) for each in pauses) for day in days)
