"""What a changed calendar means for open applications: a worker counts them anew, agency by agency, a batch at a time.

So it does with the days by which one agency asked another to send something back. Each batch is one delivery of the
outbox, which asks for the next. What counted with the calendar as it was a moment before is found by a second round.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from services.agencies.models import Agency
from services.agencies.queries import calendar_now, mark_of
from services.applications.models import DRAFT, Application, Hop
from services.applications.operations.handling.disposition import asked_back_on
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
    for turn in (1, 2):
        body = {"days": event.body["days"], "after": None, "round": turn}
        publish(topic="hops.due", key=event.key, body=body, now=now)


@transaction.atomic
def recount_deadlines(event: OutboxEvent, now: datetime) -> None:
    """Count a batch of an agency's open applications anew.

    :raises RetryLater: before a second round is due.
    """
    days = _begin(event, now)
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
def recount_hops(event: OutboxEvent, now: datetime) -> None:
    """Count a batch of the days anew by which something is asked back from where it lies.

    :raises RetryLater: before a second round is due.
    """
    days = _begin(event, now)
    since, beyond = event.body["after"] or (days[0].isoformat(), None)
    concerned = Hop.objects.filter(left_at=None, answer_in__isnull=False, answer_by__gte=since, application__end="")
    if beyond:
        concerned = concerned.exclude(answer_by=since, id__lte=beyond)
    found = list(concerned.order_by("answer_by", "id").values_list("answer_by", "id", "application_id")[:_BATCH])
    holidays = calendar_now()
    for _answer_by, _id, application_id in found:
        recount_hop(application_id, days=days, holidays=holidays, now=now)
    if len(found) == _BATCH:
        answer_by, id, _application_id = found[-1]
        body = event.body | {"after": [str(answer_by), str(id)]}
        publish(topic="hops.due", key=event.key, body=body, now=now)


def _begin(event: OutboxEvent, now: datetime) -> list[date]:
    """Return the days that changed.

    :raises RetryLater: before a second round is due.
    """
    fresh_at = event.created_at + timedelta(seconds=2 * settings.CALENDAR_FRESH_SECONDS)
    if event.body["round"] == 2 and not event.body["after"] and (early := fresh_at - now) > timedelta(0):
        raise RetryLater(early.total_seconds(), "the second round is not due yet")
    return [date.fromisoformat(each) for each in event.body["days"]]


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


@transaction.atomic
def recount_hop(application_id: UUID, *, days: list[date], holidays: Mapping[date, str], now: datetime) -> bool:
    """Count the day anew by which an open application is asked back from where it lies; return whether it moved.

    Who has it in hand, or receives what comes there, hears of it. What left keeps its day.
    """
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id)
    hop = application.hops.filter(left_at=None).order_by("-number").first()
    if application.end or hop is None or hop.answer_in is None:
        return False
    answer_by = asked_back_on(hop.answer_in, hop.at, holidays)
    if answer_by == hop.answer_by:
        return False
    moved = {"hop": hop.number, "answer_by": str(answer_by), "before": str(hop.answer_by)}
    told = moved | {"days": [each.isoformat() for each in days], "calendar": mark_of(holidays)}
    event = record(application, type="answer_by_moved", actor_id=None, actor_role="system", data=told, now=now)
    hop.answer_by = answer_by
    hop.save(update_fields=["answer_by"])
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["revision", "updated_at"])
    body = {
        "agency": str(application.agency_id),
        "unit": str(application.unit_id) if application.unit_id else None,
        "person": str(application.assignee_id) if application.assignee_id else None,
        "event": str(event.id),
        "answer_by": str(answer_by),
    }
    publish(topic="handling.answer_by_moved", key=application.id, body=body, now=now)
    return True
