"""What follows from an application's event. Told at least once: each may run twice and does its work once."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from services.applications.city_time import city_day
from services.applications.hooks import document_of, module_of, tell
from services.applications.models import Application, Event
from services.applications.notices import wording_of
from services.applications.operations.recording import record
from services.applications.operations.reopening import carry_out
from services.applications.queries.behalf import readers_of
from services.applications.queries.corrections import anchor_of
from services.applications.queries.detail import day_in_words
from services.applications.queries.history import basis_of, reason_of
from services.catalogue.versions import Version, version_of
from services.definitions import months_after
from services.documents.operations import issue
from services.events.models import OutboxEvent
from services.module_api import DocumentRow
from services.notifications.operations import notify


@transaction.atomic
def issue_document(event: OutboxEvent, now: datetime) -> None:
    """Issue the document of an application that was granted, and write it in the history.

    :raises RetryLater: while the agency's module, which adds to it, does not answer.
    """
    application = Application.objects.select_for_update(of=("self",)).select_related("applicant").get(id=event.key)
    version = version_of(application.version_id)
    outcome = version.definition.outcome
    if application.end != "granted" or outcome is None or application.document_id is not None:
        return
    if event.body["to_state"] != application.state:
        return  # an earlier one, told late: the one that granted it is told, too, and it alone may have to wait
    granted = application.events.exclude(from_state=F("to_state")).order_by("-sequence")[0]
    unchecked: list[str] = []
    added = document_of(application, event, version, now=now, unchecked=unchecked)
    months = outcome.months(application.answers)
    own_end = None if months is None else months_after(city_day(now), months)
    application.document = issue(
        subject=application.id,
        agency_code=version.agency_code,
        agency_name=version.agency_name,
        kind=outcome.document,
        title=dict(outcome.title),
        number_pattern=outcome.number,
        rows=facts_of(version, application.answers, outcome.shows) + _rows(added.rows) + _grounds(granted, version),
        public_facts=facts_of(version, application.answers, outcome.verify_shows) + _rows(added.public_rows),
        holder=application.applicant.full_name,
        basis=basis_of(granted, version),
        valid_until=min((day for day in (own_end, added.valid_until) if day is not None), default=None),
        demo=bool(version.definition.content.get("demo", False)),
        now=now,
    )
    record(
        application,
        type="document_issued",
        actor_id=None,
        actor_role="system",
        data={"code": application.document.code, "sha256": application.document.sha256}
        | ({"unchecked": unchecked} if unchecked else {}),
        now=now,
    )
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["document", "revision", "updated_at"])


def _rows(rows: Iterable[DocumentRow]) -> list[tuple[dict[str, str], str]]:
    return [(dict(row.label), row.value) for row in rows]


def facts_of(version: Version, answers: dict[str, Any], pointers: tuple[str, ...]) -> list[tuple[dict[str, str], str]]:
    """Return label and value of each answer that `pointers` name and that was given."""
    facts = []
    for pointer in pointers:
        value = version.definition.form.display(pointer, answers)
        if value is not None:
            facts.append((version.definition.form.label(pointer), value))
    return facts


def _grounds(granted: Event, version: Version) -> list[tuple[dict[str, str], str]]:
    """Return why it was granted, as a row of the document, where that was said."""
    reason = reason_of(granted, version, "id")
    return [({"id": "Pertimbangan", "en": "Grounds"}, reason)] if reason else []


def notify_resident(event: OutboxEvent, now: datetime) -> None:
    """Put what the event means for the applicant into the inbox."""
    told = Event.objects.select_related("application__applicant").get(id=event.id)
    application = told.application
    if told.actor_id == application.applicant_id and told.type not in ("submitted", "withdrawn", "correction_sent"):
        return
    if told.type.startswith("appointment_"):
        return  # told by its own (appointing.tell_of_appointment), as are those without an application
    if told.type == "checked_again" and told.data["outcome"] == "sound":
        return
    if told.type == "deadline_moved" and not told.data["told"]:
        return
    if told.type in _UNTOLD or _within_an_agency(told):
        return
    version = version_of(application.version_id)
    title, body = wording_of(told, application, version)
    for recipient_id, application_id in readers_of(application, version, now):
        notify(
            recipient_id=recipient_id,
            event_id=event.id,
            kind=event.topic,
            title=title,
            body=body,
            application_id=application_id,
            at=told.at,
            now=now,
            below=_page_of(told),
        )


def _page_of(told: Event) -> str:
    """Return where below the application's page its notice leads: of a correction, to the first that is asked."""
    if told.type != "correction_asked":
        return ""
    return f"perbaikan/#{anchor_of(told.data['items'][0]['pointer'])}"


# Which officer it is concerns the house; the history says it to who looks.
# Of growing up both sides are told once, not of each application (`childhood.handed_over`).
_UNTOLD = frozenset({"claimed", "assigned", "released", "unassigned", "answer_by_moved", "taken_over"})


def _within_an_agency(told: Event) -> bool:
    return "hop" in told.data and told.data["from"]["code"] == told.data["to"]["code"]


def carry_out_objection(event: OutboxEvent, now: datetime) -> None:
    """Open again what an objection was upheld about, by somebody or by silence."""
    if Application.objects.filter(id=event.key, objects_to__isnull=False, end="granted").exists():
        carry_out(UUID(str(event.key)), now=now)


def tell_module(event: OutboxEvent, now: datetime) -> None:
    """Tell the agency's module, where it listens.

    :raises Park: when the module asks for a person. :raises RetryLater: when it asks for another try, or failed.
    """
    application = Application.objects.get(id=event.key)
    version = version_of(application.version_id)
    tell(module_of(version), event, version, now=now)


def tell_of_message(event: OutboxEvent, now: datetime) -> None:
    """Tell the applicant, and whoever acts for them, that the agency wrote: the words themselves stay in the app."""
    application = Application.objects.select_related("applicant").get(id=event.key)
    version = version_of(application.version_id)
    names = {code: version.text("title", code) for code in ("id", "en")}
    for recipient_id, application_id in readers_of(application, version, now):
        notify(
            recipient_id=recipient_id,
            event_id=event.id,
            kind=event.topic,
            title={"id": f"{names['id']}: pesan untuk Anda", "en": f"{names['en']}: a message for you"},
            body={
                "id": f"Petugas menulis kepada Anda tentang permohonan {application.number}.",
                "en": f"An officer wrote to you about application {application.number}.",
            },
            application_id=application_id,
            at=event.created_at,
            now=now,
        )


def tell_of_round(event: OutboxEvent, now: datetime) -> None:
    """Remind the applicant, and whoever acts for them, that a round's last day is near."""
    application = Application.objects.select_related("applicant").get(id=event.key)
    version = version_of(application.version_id)
    day = date.fromisoformat(event.body["answer_by"])
    names = {code: version.text("title", code) for code in ("id", "en")}
    number = application.number
    for recipient_id, application_id in readers_of(application, version, now):
        notify(
            recipient_id=recipient_id,
            event_id=event.id,
            kind=event.topic,
            title={"id": f"{names['id']}: segera kirim perbaikan", "en": f"{names['en']}: send your correction soon"},
            body={
                "id": f"Perbaikan {number} ditunggu paling lambat {day_in_words(day, 'id')}.",
                "en": f"Your correction of {number} is awaited by {day_in_words(day, 'en')}.",
            },
            application_id=application_id,
            at=event.created_at,
            now=now,
        )
