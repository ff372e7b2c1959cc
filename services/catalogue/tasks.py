"""What a worker does for the catalogue. Each may run at any time, several at once, and again."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from services.catalogue.operations.ending import remind_of_cut_offs
from services.catalogue.operations.waiting import publish_due

_REMINDED_BEFORE = timedelta(days=3)


@shared_task(soft_time_limit=150, time_limit=180)
def publish_planned() -> int:
    """Publish the versions whose date has come. Return how many."""
    return publish_due(now=timezone.now())


@shared_task(soft_time_limit=150, time_limit=180)
def remind_residents() -> int:
    """Have residents reminded of cut-off dates that come within three days. Return for how many versions."""
    return remind_of_cut_offs(now=timezone.now(), ahead=_REMINDED_BEFORE)
