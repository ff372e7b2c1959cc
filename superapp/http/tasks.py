"""Housekeeping of the API's manners."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from superapp.http.batches import delete_in_batches
from superapp.http.models import IdempotencyKey

KEPT_FOR = timedelta(hours=48)


@shared_task
def forget_old_keys() -> int:
    """Delete idempotency keys older than 48 hours; return how many."""
    return delete_in_batches(IdempotencyKey.objects.filter(created_at__lt=timezone.now() - KEPT_FOR))
