"""Requests that the law has the city answer within 3 x 24 hours (UU 27/2022, art. 30, 32 and 40)."""

import logging
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.privacy.models import DataRequest
from services.events.operations import publish
from superapp.http.problems import Problem

logger = logging.getLogger(__name__)

ANSWERED_WITHIN: Final = timedelta(hours=72)
REMINDED_BEFORE: Final = timedelta(hours=24)
MOST_OPEN: Final = 5
_BATCH: Final = 200


def too_many_open() -> Problem:
    """Return the refusal of who has `MOST_OPEN` requests that wait for an answer."""
    return Problem(
        status=409,
        code="too_many_open_requests",
        detail={
            "id": f"Sudah ada {MOST_OPEN} permintaan Anda yang menunggu jawaban. Tunggu sampai dijawab.",
            "en": f"{MOST_OPEN} requests of yours wait for an answer already. Wait for those first.",
        },
    )


def already_answered() -> Problem:
    """Return the refusal to answer a request again: the person has read the answer."""
    detail = {"id": "Permintaan ini sudah dijawab.", "en": "This request was answered already."}
    return Problem(status=409, code="already_answered", detail=detail)


def own_request() -> Problem:
    """Return the refusal to answer one's own request."""
    detail = {"id": "Permintaan Anda sendiri dijawab rekan Anda.", "en": "A colleague answers your own request."}
    return Problem(status=409, code="own_request", detail=detail)


@transaction.atomic
def make_request(*, person_id: UUID, kind: str, text: str, full_name: str = "", now: datetime) -> DataRequest:
    """Record what a person asks for, due in 72 hours. `full_name` is the name as it should be, for a correction.

    :raises Problem: 409 `too_many_open_requests`.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(
        pk=person_id
    )  # two at once are counted one after the other
    if DataRequest.objects.filter(person_id=person_id, state=DataRequest.State.OPEN).count() >= MOST_OPEN:
        raise too_many_open()
    return DataRequest.objects.create(
        person_id=person_id, kind=kind, text=text, full_name=full_name, made_at=now, due_at=now + ANSWERED_WITHIN
    )


@transaction.atomic
def answer_request(*, request_id: UUID, staff_id: UUID, outcome: str, answer: str, now: datetime) -> DataRequest:
    """Grant or refuse a request in words, and tell the person. Granting a correction of the name applies it.

    :raises DataRequest.DoesNotExist: when there is none.
    :raises Problem: 409 `already_answered`; 409 `own_request`.
    """
    asked = DataRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request_id)
    if asked.person_id == staff_id:
        raise own_request()
    if asked.state != DataRequest.State.OPEN:
        raise already_answered()
    asked.state, asked.answer = outcome, answer
    asked.answered_at, asked.answered_by_id = now, staff_id
    asked.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    if outcome == DataRequest.State.GRANTED and asked.full_name:
        User.objects.filter(pk=asked.person_id).update(full_name=asked.full_name)
    body = {"person": str(asked.person_id)}
    publish(topic="privacy.request_answered", key=asked.pk, body=body, now=now)
    return asked


def tend_requests(*, now: datetime) -> int:
    """Remind the platform's staff of what is due within a day, and tell them and the person of what is overdue.

    Each is told once. Return how many requests were told of.
    """
    waiting = DataRequest.objects.filter(state=DataRequest.State.OPEN)
    overdue = waiting.filter(due_at__lte=now, escalated_at=None)
    soon = waiting.filter(due_at__lte=now + REMINDED_BEFORE, due_at__gt=now, reminded_at=None)
    return sum(_tell(each, now) for each in list(overdue.union(soon, all=True).values_list("pk", flat=True)[:_BATCH]))


@transaction.atomic
def _tell(request_id: UUID, now: datetime) -> bool:
    """Tell of one request what its clock says; False when another worker did, or it was answered meanwhile."""
    untold = Q(due_at__lte=now, escalated_at=None) | Q(due_at__gt=now, reminded_at=None)
    found = DataRequest.objects.select_for_update(skip_locked=True).filter(untold, state=DataRequest.State.OPEN)
    asked = found.filter(pk=request_id).first()
    if asked is None:
        return False
    staff = list(User.objects.filter(is_staff=True, is_active=True).exclude(pk=asked.person_id))
    told = {"number": str(asked.pk), "until": asked.due_at.isoformat()}
    if asked.due_at <= now:
        asked.escalated_at = now
        logger.error("the data request %s is overdue since %s", asked.pk, asked.due_at)
        publish(topic="privacy.request_late", key=asked.pk, body=told | {"person": str(asked.person_id)}, now=now)
        topic = "privacy.request_overdue"
    else:
        asked.reminded_at = now
        topic = "privacy.request_due"
    asked.save(update_fields=["reminded_at", "escalated_at"])
    for each in staff:
        publish(topic=topic, key=asked.pk, body=told | {"person": str(each.pk)}, now=now)
    return True


def close_requests(*, person_id: UUID, words: str, now: datetime) -> None:
    """Close what waits and forget what was said, as the account is erased; part of a transaction of the caller."""
    theirs = DataRequest.objects.filter(person_id=person_id)
    waiting = theirs.filter(state=DataRequest.State.OPEN)
    waiting.update(state=DataRequest.State.REFUSED, answer=words, answered_at=now)
    theirs.update(text="", full_name="", answer=words)
