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
from services.applications.city_time import city_day
from services.applications.models import DRAFT, Event
from services.applications.queries.clock import Step, clock_from
from services.catalogue.models import Forecast, Service
from services.catalogue.operations.forecasts import keep_forecast
from services.catalogue.versions import version_of
from services.definitions import Pause, is_working
from superapp.http.sql import Row, fetch_all

LATEST: Final = 200
WITHIN: Final = timedelta(days=365)
# Of each of a service's versions as many as asked, by an index; of what was erased nothing is left to count.
_DECIDED = """
SELECT latest.* FROM catalogue_serviceversion v CROSS JOIN LATERAL (
  SELECT id, version_id, submitted_at, closed_at FROM applications_application
  WHERE version_id = v.id AND "end" <> '' AND "end" IN ('granted', 'rejected') AND erased_at IS NULL
    AND closed_at > %(since)s
  ORDER BY closed_at DESC, id DESC LIMIT %(limit)s
) latest WHERE v.service_id = %(service)s ORDER BY latest.closed_at DESC, latest.id DESC LIMIT %(limit)s
"""


def count_forecasts(*, now: datetime) -> int:
    """Count each service that decided something since it was counted; return how many."""
    known = dict(Forecast.objects.values_list("service_id", "latest_at"))
    counted = 0
    for service_id in Service.objects.order_by("pk").values_list("pk", flat=True):
        latest = _decided(service_id, now, limit=1)
        if not latest or known.get(service_id) == latest[0][3]:
            continue
        rows = _decided(service_id, now, limit=LATEST)
        days = sorted(_took(rows))
        if days:
            keep_forecast(
                service_id, sample=len(days), median=percentile(days, 50), p90=percentile(days, 90),
                latest_at=latest[0][3], now=now,
            )  # fmt: skip
            counted += 1
    return counted


def _decided(service_id: UUID, now: datetime, *, limit: int) -> list[Row]:
    """Return a service's latest decisions: id, version, when submitted, when decided."""
    named = {"since": now - WITHIN, "limit": limit, "service": service_id}
    return fetch_all(_DECIDED, named)


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
