"""What a worker does for applications. Each may run at any time, several at once, and again."""

from celery import shared_task
from django.utils import timezone

from services.applications.operations.silence import tend_rounds


@shared_task(soft_time_limit=150, time_limit=180)
def tend_corrections() -> tuple[int, int]:
    """Remind of rounds of correction and end those that lapsed. Return how many of each."""
    return tend_rounds(now=timezone.now())
