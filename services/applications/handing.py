"""What follows from handling: the officer who got something is told, and what somebody left behind goes back."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from services.agencies.queries import members_of_unit, staff_of
from services.applications.models import Application
from services.applications.operations.handling import take_from
from services.applications.operations.lists import prepare_list
from services.applications.queries.detail import day_in_words
from services.catalogue.versions import version_of
from services.events.models import OutboxEvent
from services.events.operations import publish
from services.notifications.operations import notify

_BATCH = 100
_TEXTS = {
    "handling.assigned": {
        "title": {"id": "{service}: untuk Anda", "en": "{service}: for you"},
        "body": {"id": "Permohonan {number} diserahkan kepada Anda.", "en": "Application {number} was given to you."},
    },
    "handling.arrived": {
        "title": {"id": "{service}: diteruskan kepada Anda", "en": "{service}: handed to you"},
        "body": {
            "id": "Permohonan {number} ada di {place}, dan belum ada yang menanganinya.",
            "en": "Application {number} lies at {place}, and nobody has it in hand yet.",
        },
    },
    "handling.answer_by_moved": {
        "title": {"id": "{service}: ditunggu sampai tanggal lain", "en": "{service}: asked back by another day"},
        "body": {
            "id": "Kalender berubah: permohonan {number} kini ditunggu kembali paling lambat {day}.",
            "en": "The calendar changed: application {number} is now asked back by {day}.",
        },
    },
    "handling.mentioned": {
        "title": {"id": "{service}: Anda disebut", "en": "{service}: you were mentioned"},
        "body": {
            "id": "Sebuah catatan pada permohonan {number} menyebut Anda.",
            "en": "A note on application {number} mentions you.",
        },
    },
    "handling.written": {
        "title": {"id": "{service}: pesan pemohon", "en": "{service}: the applicant wrote"},
        "body": {"id": "Ada pesan pada permohonan {number}.", "en": "There is a message on application {number}."},
    },
}


def tell_of_handling(event: OutboxEvent, now: datetime) -> None:
    """Put into the inbox of staff what came to them: no name of a resident, no words of one."""
    application = Application.objects.select_related("agency", "unit").get(id=event.key)
    version, texts = version_of(application.version_id), _TEXTS[event.topic]
    unit = application.unit
    place = f"{unit.name}, {application.agency.name}" if unit else application.agency.name
    by = event.body.get("answer_by")
    filled = {
        part: {
            code: text.format(
                service=version.text("title", code),
                number=application.number,
                place=place,
                day=day_in_words(date.fromisoformat(by), code) if by else "",
            )
            for code, text in texts[part].items()
        }
        for part in ("title", "body")
    }
    for person_id in _who(event):
        notify(
            recipient_id=person_id,
            event_id=event.id,
            kind=event.topic,
            title=filled["title"],
            body=filled["body"],
            application_id=None,
            at=event.created_at,
            now=now,
        )


def _who(event: OutboxEvent) -> Iterable[UUID]:
    """Return who is told: the person named, who works in the unit, or who shares out the work of the agency."""
    body = event.body
    if body.get("person"):
        return [UUID(body["person"])]
    if body.get("unit"):
        return members_of_unit(UUID(body["unit"]))
    return staff_of(UUID(body["agency"]), roles=("approver", "admin"))


@transaction.atomic
def give_back(event: OutboxEvent, now: datetime) -> None:
    """Give back what somebody had in hand at an agency where they work no more, a batch at a time."""
    person_id = UUID(event.body["person"])
    held = Application.objects.filter(assignee_id=person_id, agency_id=event.key, end="").order_by("due_on", "pk")
    ids = list(held.values_list("pk", flat=True)[:_BATCH])
    given = [take_from(each, person_id=person_id, agency_id=event.key, now=now) for each in ids]
    if len(ids) == _BATCH and any(given):
        publish(topic="staff.left", key=event.key, body=event.body, now=now)


def prepare(event: OutboxEvent, now: datetime) -> None:
    """Write the list that somebody asked for."""
    prepare_list(export_id=event.key, now=now)
