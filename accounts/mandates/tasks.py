"""Mandates that time ends. Uses do not wait for this: an overdue mandate is refused at once."""

from celery import shared_task
from django.utils import timezone

from accounts.mandates import operations


@shared_task
def tend_mandates() -> None:
    """End what is over, remind of what soon will be."""
    while operations.tend(now=timezone.now()):
        pass
