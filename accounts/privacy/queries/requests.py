"""Reading requests that the law gives 3 x 24 hours."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.timezone import localtime

from accounts.privacy.models import DataRequest

Key = tuple[Any, ...]


def requests_of(person_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[DataRequest]:
    """Return up to `limit` of a person's requests, latest first. The keys are (made_at, id) of a page's edge."""
    theirs = DataRequest.objects.filter(person_id=person_id)
    if before:
        newer = Q(made_at__gt=before[0]) | Q(made_at=before[0], pk__gt=before[1])
        return list(theirs.filter(newer).order_by("made_at", "pk")[:limit])[::-1]
    if after:
        theirs = theirs.filter(Q(made_at__lt=after[0]) | Q(made_at=after[0], pk__lt=after[1]))
    return list(theirs.order_by("-made_at", "-pk")[:limit])


def open_requests(*, limit: int, after: Key | None, before: Key | None) -> list[DataRequest]:
    """Return up to `limit` requests that wait, the most urgent first. The keys are (due_at, id) of a page's edge."""
    waiting = DataRequest.objects.filter(state=DataRequest.State.OPEN)
    if before:
        sooner = Q(due_at__lt=before[0]) | Q(due_at=before[0], pk__lt=before[1])
        return list(waiting.filter(sooner).order_by("-due_at", "-pk")[:limit])[::-1]
    if after:
        waiting = waiting.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], pk__gt=after[1]))
    return list(waiting.order_by("due_at", "pk")[:limit])


def request_with_person(request_id: UUID) -> DataRequest:
    """Return a request, with its person.

    :raises DataRequest.DoesNotExist: when there is none.
    """
    return DataRequest.objects.select_related("person").get(pk=request_id)


def waiting_line(each: DataRequest, *, now: datetime) -> dict[str, Any]:
    """Return a request as a list of work shows it: naming nobody."""
    return {
        "id": str(each.pk),
        "kind": each.kind,
        "state": each.state,
        "made_at": localtime(each.made_at).isoformat(),
        "due_at": localtime(each.due_at).isoformat(),
        "overdue": each.state == DataRequest.State.OPEN and each.due_at <= now,
    }


def request_line(each: DataRequest, *, now: datetime) -> dict[str, Any]:
    """Return a request as its person sees it."""
    return waiting_line(each, now=now) | {
        "text": each.text,
        "full_name": each.full_name or None,
        "answer": each.answer or None,
        "answered_at": localtime(each.answered_at).isoformat() if each.answered_at else None,
    }


def office_request(each: DataRequest, *, now: datetime) -> dict[str, Any]:
    """Return a request as who answers it sees it: with the person as the city knows them."""
    person = each.person
    return request_line(each, now=now) | {
        "person": {"id": str(person.pk), "full_name": person.full_name, "assurance": person.assurance}
    }
