"""What a new version means for drafts and for what is under way: a worker goes through them, a batch at a time.

Each batch is one delivery of the outbox, which asks for the next: a killed worker repeats at most one, and each step
does its work once however often it is told. Who comes before finds the draft moved already (operations.moving).
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Q

from services.agencies.queries import staff_of
from services.applications.models import DRAFT, Application
from services.applications.operations.law import mark
from services.applications.operations.moving import move_draft
from services.catalogue.models import ChangeClass, DraftsPolicy
from services.catalogue.versions import Version, version_of
from services.events.models import OutboxEvent
from services.events.operations import RetryLater, publish
from services.notifications.operations import notify

_BATCH = 50
# A submission that began before the publication may end after the first round: a second one finds it.
_SECOND_ROUND = timedelta(seconds=60)


@transaction.atomic
def hear_of_version(event: OutboxEvent, now: datetime) -> None:
    """Begin to go through drafts where they move, and through what is under way where the law asks."""
    law = event.body["change_class"] == ChangeClass.LEGAL
    begun: dict[str, Any] = {"version": event.body["version"], "after": None, "round": 1, "marked": 0}
    if law or event.body["drafts_policy"] != DraftsPolicy.CARRY_ON:
        publish(topic="drafts.due", key=event.key, body=begun, now=now)
    if law:
        publish(topic="law.due", key=event.key, body=begun, now=now)


@transaction.atomic
def move_drafts(event: OutboxEvent, now: datetime) -> None:
    """Move a batch of drafts to where they belong, and tell those whose resident has something to do."""
    version = version_of(UUID(event.body["version"]))
    ids = _batch(version, event, drafts=True)
    for id in ids:
        move_draft(id, seen=False, tell=True, now=now)
    if len(ids) == _BATCH:
        publish(topic="drafts.due", key=event.key, body=event.body | {"after": str(ids[-1])}, now=now)


@transaction.atomic
def apply_law(event: OutboxEvent, now: datetime) -> None:
    """Mark a batch of applications under way that a change of law concerns; tell the agency's staff at the end.

    :raises RetryLater: before a second round is due.
    """
    version = version_of(UUID(event.body["version"]))
    if event.body["round"] == 2 and (early := event.created_at + _SECOND_ROUND - now) > timedelta(0):
        raise RetryLater(early.total_seconds(), "the second round is not due yet")
    ids = _batch(version, event, drafts=False)
    marked = event.body["marked"] + sum(mark(id, version=version, now=now) for id in ids)
    following = event.body | {"marked": marked}
    if len(ids) == _BATCH:
        publish(topic="law.due", key=event.key, body=following | {"after": str(ids[-1])}, now=now)
        return
    if event.body["round"] == 1:
        publish(topic="law.due", key=event.key, body=following | {"after": None, "round": 2, "marked": 0}, now=now)
    if marked:
        _tell_staff(event, version, marked, now)


def _batch(version: Version, event: OutboxEvent, *, drafts: bool) -> list[UUID]:
    """Return the ids of the next drafts, or applications under way, of earlier versions of the service."""
    earlier = Q(must_apply=None) | Q(must_apply__number__lt=version.number)
    found = Application.objects.filter(
        version__service_id=version.service_id, version__number__lt=version.number, end=""
    )
    found = found.filter(state=DRAFT) if drafts else found.exclude(state=DRAFT).filter(earlier)
    if event.body["after"]:
        found = found.filter(id__gt=UUID(event.body["after"]))
    return list(found.order_by("id").values_list("id", flat=True)[:_BATCH])


def _tell_staff(event: OutboxEvent, version: Version, marked: int, now: datetime) -> None:
    """Tell each officer and approver once of a version, however often its rounds are made."""
    names = {code: version.text("title", code) for code in ("id", "en")}
    for person_id in staff_of(version.agency_id, roles=("officer", "approver")):
        notify(
            recipient_id=person_id,
            event_id=uuid5(version.id, "law_changed"),
            kind="service.law_changed",
            title={"id": f"{names['id']}: aturan berubah", "en": f"{names['en']}: the rules changed"},
            body={
                "id": f"Perubahan hukum (versi {version.number}) berlaku bagi {marked} permohonan yang berjalan. "
                "Hal itu tertulis pada masing-masing permohonan.",
                "en": f"A change of law (version {version.number}) applies to {marked} applications under way. "
                "Each of them says so.",
            },
            application_id=None,
            at=event.created_at,
            now=now,
        )


def tell_of_draft(event: OutboxEvent, now: datetime) -> None:
    """Tell a resident that their draft moved to a newer version, and how much of it waits for them."""
    draft = Application.objects.filter(id=event.key, state=DRAFT).first()
    if draft is None or not draft.moved:
        return
    version = version_of(draft.version_id)
    names = {code: version.text("title", code) for code in ("id", "en")}
    asked = len(draft.moved["asked"])
    notify(
        recipient_id=draft.applicant_id,
        event_id=event.id,
        kind=event.topic,
        title={"id": f"{names['id']}: formulir berubah", "en": f"{names['en']}: the form changed"},
        body={
            "id": f"Draf Anda dipindahkan ke versi baru; isian Anda tetap ada. {asked} hal perlu dijawab lagi.",
            "en": f"Your draft moved to the new version with your answers. To be answered again: {asked}.",
        },
        application_id=draft.id,
        at=event.created_at,
        now=now,
    )
