"""What follows for a bundle when one of its applications has its outcome. Told at least once."""

from datetime import datetime
from uuid import uuid5

from services.applications.models import Application
from services.applications.operations.bundles import go_on
from services.applications.queries.behalf import readers_of
from services.applications.queries.bundles import Standing
from services.events.models import OutboxEvent
from services.notifications.operations import notify


def hand_in_what_waited(event: OutboxEvent, now: datetime) -> None:
    """Hand in what waited for this document; tell who is told of what is left to them."""
    for standing, done in go_on(application_id=event.key, now=now):
        if not done:
            _tell(event, standing, now)


def _tell(event: OutboxEvent, standing: Standing, now: datetime) -> None:
    title = {code: standing.row.version.text("title", code) for code in ("id", "en")}
    application = Application.objects.select_related("applicant").get(id=standing.row.id)
    for recipient_id, application_id in readers_of(application, standing.row.version, now):
        notify(
            recipient_id=recipient_id,
            event_id=uuid5(event.id, str(standing.row.id)),  # the document itself has a notice of its own
            kind="bundle.can_go_on",
            title={"id": "Permohonan berikutnya dapat diajukan", "en": "The next application can be handed in"},
            body={
                "id": f"{title['id']}: dokumen yang ditunggu sudah terbit. Lengkapi, lalu ajukan.",
                "en": f"{title['en']}: the document that it waited for was issued. Complete it and hand it in.",
            },
            application_id=application_id,
            at=now,
            now=now,
        )
