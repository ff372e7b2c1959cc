"""What a changed calendar means for open applications: a worker counts them anew, agency by agency, a batch at a time.

Each batch is one delivery of the outbox, which asks for the next. A submission that counted with the calendar as it was
a moment before is found by a second round.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from services.agencies.models import Agency
from services.agencies.queries import calendar_now, mark_of
from services.applications.models import DRAFT, Application
from services.applications.operations.recording import record
from services.applications.queries.clock import clock_of
from services.applications.queries.detail import told_due
from services.catalogue.versions import version_of
from services.events.models import OutboxEvent
from services.events.operations import RetryLater, publish

_BATCH = 100


@transaction.atomic
def hear_of_calendar(event: OutboxEvent, now: datetime) -> None:
    """Begin to count anew at every agency, and once more when every process has the new calendar."""
    for agency_id in Agency.objects.order_by("pk").values_list("pk", flat=True):
        for turn in (1, 2):
            body = {"days": event.body["days"], "after": None, "round": turn}
            publish(topic="deadlines.due", key=agency_id, body=body, now=now)


@transaction.atomic
def recount_deadlines(event: OutboxEvent, now: datetime) -> None:
    """Count a batch of an agency's open applications anew.

    :raises RetryLater: before a second round is due.
    """
    fresh_at = event.created_at + timedelta(seconds=2 * settings.CALENDAR_FRESH_SECONDS)
    if event.body["round"] == 2 and not event.body["after"] and (early := fresh_at - now) > timedelta(0):
        raise RetryLater(early.total_seconds(), "the second round is not due yet")
    days = [date.fromisoformat(each) for each in event.body["days"]]
    since, beyond = event.body["after"] or (days[0].isoformat(), None)
    concerned = Application.objects.filter(agency_id=event.key, end="", due_on__gte=since).exclude(state=DRAFT)
    if beyond:
        concerned = concerned.exclude(due_on=since, id__lte=beyond)
    # In the order of an index: what moves to a later day is met again there, and does not move twice.
    found = list(concerned.order_by("due_on", "id").values_list("due_on", "id")[:_BATCH])
    holidays = calendar_now()
    for _due_on, id in found:
        recount(id, days=days, holidays=holidays, now=now)
    if len(found) == _BATCH:
        due_on, id = found[-1]
        body = event.body | {"after": [str(due_on), str(id)]}
        publish(topic="deadlines.due", key=event.key, body=body, now=now)


@transaction.atomic
def recount(application_id: UUID, *, days: list[date], holidays: Mapping[date, str], now: datetime) -> bool:
    """Count the due date of an open application with `holidays`, the calendar as it stands; return whether it moved.

    The resident hears of it from the outbox, unless the clock stands and no date was told.
    """
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id)
    if application.end or application.submitted_at is None:
        return False
    version = version_of(application.version_id)
    clock = clock_of(application, version)
    due_on, _paused_on = clock.kept(holidays)
    if due_on == application.due_on:
        return False
    told = told_due(application.due_on, application.paused_on)
    record(
        application,
        type="deadline_moved",
        actor_id=None,
        actor_role="system",
        data={
            "due_on": str(due_on),
            "before": str(application.due_on),
            "days": [each.isoformat() for each in days],
            "told": told is not None,
            "calendar": mark_of(holidays),
        },
        now=now,
    )
    application.due_on = due_on
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["due_on", "revision", "updated_at"])
    return True
