"""The days around a due date: who works on it is reminded before; after it each level is told; or silence grants.

Nothing hangs on the worker being in time: it takes what is due by now, in order, each step once, under the lock of the
application's row. What is paused, decided, or given more time meanwhile is left alone; what was told stays told.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from services.agencies.queries import calendar
from services.applications.models import DRAFT, Application, Watch
from services.applications.operations.lapsing import deem_granted
from services.applications.operations.recording import record
from services.applications.queries.detail import city_day
from services.catalogue.versions import version_of
from services.definitions import LEVELS, SUPERVISION, Lapse
from services.events.operations import publish
from superapp.http.sql import fetch_all

logger = logging.getLogger(__name__)

_BATCH = 500
_AHEAD = timedelta(days=60)  # no reminder comes earlier: 20 working days, with the longest holidays among them
_DUE = """
SELECT a.id FROM applications_application a LEFT JOIN applications_watch w ON w.application_id = a.id
WHERE a."end" = '' AND a.state <> 'draft' AND a.paused_on IS NULL AND a.due_on <= %s
  AND (w.application_id IS NULL OR w.due_on <> a.due_on OR w.next_on <= %s)
ORDER BY a.due_on, a.id LIMIT %s
"""


def tend_clocks(*, now: datetime) -> dict[str, int]:
    """Take every step that is due by now; return how many of each kind. A batch at a time: the rest by the next call.

    An application that an officer is just working on is left to the next call.
    """
    today, holidays = city_day(now), calendar()
    Watch.objects.exclude(application__end="").delete()
    done: Counter[str] = Counter()
    for (id,) in fetch_all(_DUE, [today + _AHEAD, today, _BATCH]):
        try:
            done.update(_tend(id, holidays, today, now))
        except Exception:
            logger.exception("the clock of application %s", id)  # one that fails holds up no other
    return dict(done)


@transaction.atomic
def _tend(application_id: UUID, holidays: Mapping[date, str], today: date, now: datetime) -> list[str]:
    """Take the steps that are due of one application; return which."""
    found = Application.objects.select_for_update(of=("self",), skip_locked=True)
    application = found.filter(id=application_id, end="", paused_on=None).exclude(state=DRAFT).first()
    if application is None or application.due_on is None:
        return []
    version, due_on = version_of(application.version_id), application.due_on
    lapse = version.definition.lapse
    if lapse.rule == "granted" and today > due_on:
        deem_granted(application, version, now=now)
        return ["deemed_granted"]
    watch = Watch.objects.filter(application=application).first() or Watch(
        application=application, agency_id=version.agency_id
    )
    done = []
    if watch.reminded_for != due_on and lapse.remind_on(due_on, holidays) <= today <= due_on:
        body = {"due_on": due_on.isoformat()}
        publish(topic="clock.near", key=application.id, body=body, now=now)
        watch.reminded_for = due_on
        done.append("reminded")
    while (next_on := _next_level(watch.step, lapse, due_on, holidays)) and next_on <= today:
        done.append(_escalate(application, watch, due_on, now))
    watch.due_on, watch.next_on = due_on, _next(watch, lapse, due_on, today, holidays)
    watch.save()
    return done


def _next_level(step: int, lapse: Lapse, due_on: date, holidays: Mapping[date, str]) -> date | None:
    """Return the day on which the next level is told, None after the last or where none is."""
    if lapse.rule != "escalate" or step >= len(LEVELS):
        return None
    return lapse.told_on(LEVELS[step], due_on, holidays)


def _next(watch: Watch, lapse: Lapse, due_on: date, today: date, holidays: Mapping[date, str]) -> date | None:
    if watch.reminded_for != due_on and today < due_on:
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
