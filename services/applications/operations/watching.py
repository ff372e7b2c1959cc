"""The days around a due date: who works on it is reminded before; after it each level is told; or silence grants.

What comes next is planned when something happens to an application, and found by its day. Nothing hangs on the worker
being in time: it takes what is due by now, in order, each step once, under the lock of the application's row. What is
paused, decided, or given more time meanwhile is left alone; what was told stays told.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from services.agencies.queries import calendar
from services.applications.city_time import city_day
from services.applications.models import DRAFT, Application, Watch
from services.applications.operations.lapsing import deem_granted
from services.applications.operations.recording import record
from services.catalogue.versions import Version, version_of
from services.definitions import LEVELS, SUPERVISION, Lapse
from services.events.models import OutboxEvent
from services.events.operations import publish
from superapp.http.sql import fetch_all

logger = logging.getLogger(__name__)

_BATCH = 500
_DUE = """
SELECT application_id, next_on FROM applications_watch
WHERE next_on <= %s AND (next_on, application_id) > (%s, %s) ORDER BY next_on, application_id LIMIT %s
"""


@transaction.atomic
def keep_watch(event: OutboxEvent, now: datetime) -> None:
    """Plan what comes next for an application to which something happened: a clock that began, stood, moved, ended."""
    application = Application.objects.select_for_update(of=("self",)).get(id=event.key)
    if application.end or application.due_on is None:
        Watch.objects.filter(application=application).delete()
        return
    version = version_of(application.version_id)
    watch = _watch_of(application, version)
    if application.paused_on is not None:
        watch.due_on, watch.next_on = application.due_on, None
        watch.save()
        return
    _plan(watch, version.definition.lapse, application.due_on, calendar(), city_day(now))


def tend_clocks(*, now: datetime) -> dict[str, int]:
    """Take every step that is due by now, of `_BATCH` applications; return how many of each kind.

    Costs what is due, however many applications are open. One that an officer is just working on is left to the next
    call. One of which nothing can be done does not count, so that what fails for good holds up no other.
    """
    today, holidays = city_day(now), calendar()
    done: Counter[str] = Counter()
    moved, after = 0, (date.min, UUID(int=0))
    while moved < _BATCH and (batch := fetch_all(_DUE, [today, *after, _BATCH])):
        for id, next_on in batch:
            after = (next_on, id)
            try:
                steps = _tend(id, holidays, today, now)
            except Exception:
                logger.exception("the clock of application %s", id)
                continue
            done.update(steps)
            moved += bool(steps)
    return dict(done)


@transaction.atomic
def _tend(application_id: UUID, holidays: Mapping[date, str], today: date, now: datetime) -> list[str]:
    """Take the steps that are due of one application; return which."""
    found = Application.objects.select_for_update(of=("self",), skip_locked=True)
    application = found.filter(id=application_id, end="", paused_on=None).exclude(state=DRAFT).first()
    if application is None or application.due_on is None:
        return []  # its latest event, which is on its way, puts its watch right
    version, due_on = version_of(application.version_id), application.due_on
    lapse = version.definition.lapse
    if lapse.rule == "granted" and today > due_on:
        deem_granted(application, version, now=now)
        return ["deemed_granted"]
    watch = _watch_of(application, version)
    done = []
    if watch.reminded_for != due_on and lapse.remind_on(due_on, holidays) <= today <= due_on:
        body = {"due_on": due_on.isoformat()}
        publish(topic="clock.near", key=application.id, body=body, now=now)
        watch.reminded_for = due_on
        done.append("reminded")
    while (next_on := _next_level(watch.step, lapse, due_on, holidays)) and next_on <= today:
        done.append(_escalate(application, watch, due_on, now))
    _plan(watch, lapse, due_on, holidays, today)
    return done


def _watch_of(application: Application, version: Version) -> Watch:
    """Return an application's watch, a new one that is not saved where there is none; the row is locked."""
    made = Watch(application=application, agency_id=version.agency_id)
    return Watch.objects.filter(application=application).first() or made


def _plan(watch: Watch, lapse: Lapse, due_on: date, holidays: Mapping[date, str], today: date) -> None:
    watch.due_on, watch.next_on = due_on, _next(watch, lapse, due_on, today, holidays)
    watch.save()


def _next_level(step: int, lapse: Lapse, due_on: date, holidays: Mapping[date, str]) -> date | None:
    """Return the day on which the next level is told, None after the last or where none is."""
    if lapse.rule != "escalate" or step >= len(LEVELS):
        return None
    return lapse.told_on(LEVELS[step], due_on, holidays)


def _next(watch: Watch, lapse: Lapse, due_on: date, today: date, holidays: Mapping[date, str]) -> date | None:
    if watch.reminded_for != due_on and today <= due_on:
        return lapse.remind_on(due_on, holidays)
    if lapse.rule == "granted":
        return due_on + timedelta(days=1)
    return _next_level(watch.step, lapse, due_on, holidays)


def _escalate(application: Application, watch: Watch, due_on: date, now: datetime) -> str:
    """Write in the history that the next level is told; who that is hears of it from the outbox."""
    level = LEVELS[watch.step]
    record(
        application,
        type=f"escalated_{level}",
        actor_id=None,
        actor_role="system",
        data={"late_since": due_on.isoformat(), "basis": SUPERVISION},
        now=now,
    )
    watch.step, watch.told_at = watch.step + 1, now
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["revision", "updated_at"])
    return f"escalated_{level}"
