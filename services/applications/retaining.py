"""What follows when an application's time is near its end, or over: its applicant is told, its files' bytes go."""

from datetime import date, datetime

from accounts.models import User
from services.applications.models import Application
from services.applications.queries.behalf import agents_told, readers_of
from services.applications.queries.detail import day_in_words
from services.catalogue.versions import version_of
from services.documents.operations import delete_bytes
from services.events.models import OutboxEvent
from services.notifications.operations import notify

_THEN = {
    "anonymise": {"id": "dianonimkan", "en": "made anonymous"},
    "destroy": {"id": "dimusnahkan", "en": "destroyed"},
}


def tell_of_retention(event: OutboxEvent, now: datetime) -> None:
    """Tell the applicant when their application goes, and what to save before."""
    application = Application.objects.select_related("applicant").get(id=event.key)
    if application.erased_at is not None or not application.end:
        return  # it went, or was opened again, before this was told
    version, then = version_of(application.version_id), _THEN[event.body["then"]]
    day, number = date.fromisoformat(event.body["on"]), application.number
    fetch = {"id": " Unduh dokumen Anda sebelum itu.", "en": " Download your document before that."}
    for recipient_id, application_id in readers_of(application, version, now):
        notify(
            recipient_id=recipient_id,
            event_id=event.id,
            kind=event.topic,
            title={
                "id": f"{version.text('title', 'id')}: masa simpan hampir habis",
                "en": f"{version.text('title', 'en')}: kept until soon",
            },
            body={
                "id": f"Permohonan {number} akan {then['id']} paling cepat {day_in_words(day, 'id')}."
                + (fetch["id"] if event.body["document"] else ""),
                "en": f"Application {number} will be {then['en']} on {day_in_words(day, 'en')} at the earliest."
                + (fetch["en"] if event.body["document"] else ""),
            },
            application_id=application_id,
            at=event.created_at,
            now=now,
        )


def finish_erasure(event: OutboxEvent, now: datetime) -> None:
    """Delete the bytes of what was let go of, and tell whose it was, and whoever acts for them, that it is done."""
    delete_bytes(event.body["keys"])
    then = _THEN[event.body["then"]]
    applicant = User.objects.get(pk=event.body["applicant"])
    version = version_of(Application.objects.values_list("version_id", flat=True).get(id=event.key))
    for recipient_id in (applicant.pk, *agents_told(applicant, version, now)):
        notify(
            recipient_id=recipient_id,
            event_id=event.id,
            kind=event.topic,
            title={"id": f"Permohonan {then['id']}", "en": f"An application was {then['en']}"},
            body={
                "id": f"Masa simpan {event.body['number']} habis; permohonan itu {then['id']}.",
                "en": f"The time of keeping {event.body['number']} was over; it was {then['en']}.",
            },
            application_id=None,
            at=event.created_at,
            now=now,
        )
