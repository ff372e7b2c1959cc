"""Who hears that an answer is near due, or late: the officer, the head of the agency, the Inspektorat."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from services.agencies.models import Membership
from services.agencies.queries import inspectors, staff_of
from services.applications.models import Application, Event
from services.applications.queries.detail import day_in_words
from services.catalogue.versions import Version, version_of
from services.events.models import OutboxEvent
from services.notifications.operations import notify

Texts = dict[str, str]
_WORKING = ("officer", "approver")


def remind_staff(event: OutboxEvent, now: datetime) -> None:
    """Tell who works on an application that its due date is near; nobody when it ended or got more time since."""
    application = Application.objects.get(id=event.key)
    due_on = date.fromisoformat(event.body["due_on"])
    if application.end or application.due_on != due_on:
        return
    version = version_of(application.version_id)
    title = {"id": "tenggat sudah dekat", "en": "the due date is near"}
    body = {
        "id": f"Jawaban atas {application.number} paling lambat {day_in_words(due_on, 'id')}.",
        "en": f"The answer to {application.number} is due by {day_in_words(due_on, 'en')}.",
    }
    _tell(_officers(application, version), event, version, title, body, at=event.created_at, now=now)


def tell_supervisors(event: OutboxEvent, now: datetime) -> None:
    """Tell the level that an escalation names, once each person."""
    told = Event.objects.select_related("application").get(id=event.id)
    application = told.application
    version = version_of(application.version_id)
    late_since = date.fromisoformat(told.data["late_since"])
    title = {"id": "jawaban terlambat", "en": "the answer is late"}
    body = {
        "id": f"Jawaban atas {application.number} seharusnya paling lambat {day_in_words(late_since, 'id')} "
        f"({told.data['basis']}). Ditangani {version.agency_name}.",
        "en": f"The answer to {application.number} was due by {day_in_words(late_since, 'en')} "
        f"({told.data['basis']}). It lies with {version.agency_name}.",
    }
    level = told.type.removeprefix("escalated_")
    _tell(_LEVELS[level](application, version), event, version, title, body, at=told.at, now=now)


def _tell(
    people: list[UUID], event: OutboxEvent, version: Version, title: Texts, body: Texts, *, at: datetime, now: datetime
) -> None:
    """Put it into each inbox. No link: the application is the resident's, in the office it is found by its number."""
    for person_id in people:
        notify(
            recipient_id=person_id,
            event_id=event.id,
            kind="staff." + event.topic.removeprefix("application."),
            title={code: f"{version.text('title', code)}: {words}" for code, words in title.items()},
            body=body,
            application_id=None,
            at=at,
            now=now,
        )


def _officers(application: Application, _version: Version) -> list[UUID]:
    """Return whom it was assigned to, if they still work there, else who may work on it where it lies."""
    assignee_id = application.assignee_id
    if assignee_id and Membership.objects.filter(user_id=assignee_id, agency_id=application.agency_id).exists():
        return [assignee_id]
    return staff_of(application.agency_id, roles=_WORKING)


def _heads(_application: Application, version: Version) -> list[UUID]:
    """Return the head of the agency that owes the answer; its admins where nobody is known to be."""
    return staff_of(version.agency_id, roles=("head",)) or staff_of(version.agency_id, roles=("admin",))


_LEVELS: Final[dict[str, Callable[[Application, Version], list[UUID]]]] = {
    "officer": _officers,
    "head": _heads,
    "inspectorate": lambda _application, _version: inspectors(),
}
