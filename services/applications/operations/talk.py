"""Writing about an application: a note among colleagues, a message to the applicant or from them. Never mixed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from services.agencies.queries import roles_at
from services.applications.models import DRAFT, Application, Message, Note
from services.applications.operations.handling.steps import Doer, lock
from services.applications.operations.transitions import action_forbidden
from services.applications.queries.behalf import involved
from services.events.operations import publish
from superapp.http.problems import FieldError, Missing, Problem

# So many unread messages in a row, and the other side reads first.
MOST_UNREAD = 20


@transaction.atomic
def write_note(*, application_id: UUID, text: str, mentions: Collection[UUID], doer: Doer, now: datetime) -> Note:
    """Keep a note for the colleagues where the application lies, and tell those whom it mentions.

    :raises Missing: when it lies elsewhere. :raises Problem: 422 for who is mentioned and no colleague; 403 for staff
        who applied for it.
    """
    application = _with_us(application_id, doer)
    named = {each: User.objects.only("full_name").get(pk=each).full_name for each in _colleagues(application, mentions)}
    note = Note.objects.create(
        application=application,
        agency_id=application.agency_id,
        author_id=doer.id,
        text=text,
        mentions=[{"id": str(id), "name": name} for id, name in named.items()],
        at=now,
    )
    for person_id in named:
        if person_id != doer.id:
            body = {"person": str(person_id), "note": str(note.id)}
            publish(topic="handling.mentioned", key=application.id, body=body, now=now)
    return note


def _colleagues(application: Application, mentions: Collection[UUID]) -> list[UUID]:
    """Return those mentioned, each once.

    :raises Problem: 422 naming the first who does not work there.
    """
    for place, person_id in enumerate(mentions):
        if not roles_at(person_id, application.agency_id):
            detail = {"id": "Orang ini bukan rekan Anda di OPD ini.", "en": "This is no colleague at this agency."}
            errors = [FieldError(f"/mentions/{place}", "not_staff", detail)]
            raise Problem(status=422, code="not_a_colleague", detail=detail, errors=errors)
    return list(dict.fromkeys(mentions))


@transaction.atomic
def write_to_resident(*, application_id: UUID, text: str, doer: Doer, now: datetime) -> Message:
    """Send the applicant a message; they are told.

    :raises Missing: when it lies elsewhere. :raises Problem: 409 when too much is unread; 403 for one's own.
    """
    application = _with_us(application_id, doer)
    message = _write(application, text, author_id=doer.id, from_office=True, now=now)
    publish(topic="message.written", key=application.id, body={"message": str(message.id)}, now=now)
    return message


@transaction.atomic
def write_to_office(*, application_id: UUID, applicant_id: UUID, text: str, doer_id: UUID, now: datetime) -> Message:
    """Send a message to who has the application in hand, or where it lies. They are told.

    :raises Missing: when it is not this person's. :raises Problem: 409 for a draft, one that is decided, or when too
        much is unread.
    """
    application = Application.objects.select_for_update().filter(id=application_id, applicant_id=applicant_id).first()
    if application is None:
        raise Missing
    if application.state == DRAFT or application.end:
        detail = {"id": "Permohonan ini tidak sedang diproses.", "en": "This application is not being processed."}
        raise Problem(status=409, code="not_under_way", detail=detail)
    message = _write(application, text, author_id=doer_id, from_office=False, now=now)
    body = {
        "person": str(application.assignee_id) if application.assignee_id else None,
        "unit": str(application.unit_id) if application.unit_id else None,
        "agency": str(application.agency_id),
        "message": str(message.id),
    }
    publish(topic="handling.written", key=application.id, body=body, now=now)
    return message


def _with_us(application_id: UUID, doer: Doer) -> Application:
    application = lock(application_id)
    if application is None or application.agency_id not in doer.roles:
        raise Missing
    if involved(application, doer.id):
        raise action_forbidden("messages")
    return application


def _write(application: Application, text: str, *, author_id: UUID, from_office: bool, now: datetime) -> Message:
    unread = application.messages.filter(from_office=from_office, read_at=None).count()
    if unread >= MOST_UNREAD:
        detail = {"id": "Tunggu sampai pesan Anda dibaca.", "en": "Wait until your messages are read."}
        raise Problem(status=409, code="unread", detail=detail)
    return Message.objects.create(
        application=application,
        agency_id=application.agency_id,
        from_office=from_office,
        author_id=author_id,
        text=text,
        at=now,
    )


def mark_read(*, application_id: UUID, by_office: bool, now: datetime) -> int:
    """Note that one side read what the other wrote; return how many messages were unread."""
    unread = Message.objects.filter(application_id=application_id, from_office=not by_office, read_at=None)
    return unread.update(read_at=now)
