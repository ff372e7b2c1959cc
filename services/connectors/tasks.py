"""What a worker does for clients that are being tried out."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from services.connectors.operations.testing import run_self_test


@shared_task(soft_time_limit=280, time_limit=300)
def drive_site(test_id: str) -> None:
    """Run a self-test that was asked for; nothing when it was run, or is being run."""
    run_self_test(test_id=UUID(test_id), now=timezone.now())
