"""What a worker does for the outbox. Both tasks may run at any time, several at once, and again."""

from time import monotonic

from celery import shared_task
from django.utils import timezone

from services.events.operations import drain, prune, wake

# The loop ends well before the soft limit, so a consumer called last still has a minute.
_LOOP_SECONDS = 60.0


@shared_task(soft_time_limit=150, time_limit=180)
def drain_outbox() -> int:
    """Deliver until nothing is due; hand over to another run after a minute. Return how much was done."""
    begun, done = monotonic(), 0
    while progress := drain(now=timezone.now()):
        done += progress
        if monotonic() - begun > _LOOP_SECONDS:
            wake()
            break
    return done


@shared_task(soft_time_limit=150, time_limit=180)
def prune_outbox() -> int:
    """Forget old events that everyone has heard, batch by batch. Return how many."""
    begun, done = monotonic(), 0
    while (gone := prune(now=timezone.now())) and monotonic() - begun < _LOOP_SECONDS:
        done += gone
    return done
