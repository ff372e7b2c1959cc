"""Looking into the outbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from services.events.models import MAX_ATTEMPTS, Delivery, OutboxEvent


@dataclass(frozen=True, slots=True)
class Standing:
    """How much is on its way: events not yet fanned out, deliveries due, put off and parked.

    `failing` are those put off that failed as often as others are parked for.
    """

    waiting: int
    due: int
    put_off: int
    failing: int
    parked: int


def standing(now: datetime) -> Standing:
    """Return how much is on its way."""
    undone = Delivery.objects.filter(done_at=None).aggregate(
        due=Count("id", filter=Q(parked_at=None, due_at__lte=now)),
        put_off=Count("id", filter=Q(parked_at=None, due_at__gt=now)),
        failing=Count("id", filter=Q(parked_at=None, attempts__gte=MAX_ATTEMPTS)),
        parked=Count("id", filter=Q(parked_at__isnull=False)),
    )
    return Standing(waiting=OutboxEvent.objects.filter(fanned_out_at=None).count(), **undone)


def parked() -> QuerySet[Delivery]:
    """Return the deliveries that wait for a person, longest parked first, each with its event."""
    return Delivery.objects.filter(parked_at__isnull=False).select_related("event").order_by("parked_at", "id")


def undelivered() -> QuerySet[Delivery]:
    """Return the deliveries not yet done nor parked, soonest due first, each with its event."""
    return Delivery.objects.filter(done_at=None, parked_at=None).select_related("event").order_by("due_at", "id")
