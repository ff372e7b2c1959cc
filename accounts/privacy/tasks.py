"""Housekeeping of personal data. Each task may run at any time, and again."""

from celery import shared_task
from django.utils import timezone

from accounts.privacy.operations.deletion import erase_due as erase
from accounts.privacy.operations.export import forget_exports as forget
from accounts.privacy.operations.requests import tend_requests as tend


@shared_task
def erase_due() -> None:
    """Erase accounts whose seven days are over."""
    erase(now=timezone.now())


@shared_task
def forget_exports() -> None:
    """Delete copies that are kept no longer."""
    forget(now=timezone.now())


@shared_task
def tend_requests() -> None:
    """Remind of requests about personal data that are due within a day, and tell of those overdue."""
    tend(now=timezone.now())
