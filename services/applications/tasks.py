"""What a worker does for applications. Each may run at any time, several at once, and again."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Q
from django.utils import timezone

from services.applications import forecasting
from services.applications.appointing import close_past, remind
from services.applications.models import BulkJob
from services.applications.operations import lists, retention, watching
from services.applications.operations.given_files import sweep
from services.applications.operations.marks import forget_tombstones
from services.applications.operations.sealing import seal_day
from services.applications.operations.silence import tend_rounds
from superapp.http.batches import delete_in_batches

_BULK_KEPT_FOR = timedelta(days=30)
_BULK_STUCK_AFTER = timedelta(days=90)


@shared_task(soft_time_limit=150, time_limit=180)
def tend_corrections() -> tuple[int, int]:
    """Remind of rounds of correction and end those that lapsed. Return how many of each."""
    return tend_rounds(now=timezone.now())


@shared_task(soft_time_limit=150, time_limit=180)
def forget_bulk_jobs() -> int:
    """Delete orders that were done a month ago, or stuck for three; return how many rows.

    What each did stands in the histories.
    """
    now = timezone.now()
    done = Q(state=BulkJob.State.DONE, finished_at__lt=now - _BULK_KEPT_FOR)
    return delete_in_batches(BulkJob.objects.filter(done | Q(asked_at__lt=now - _BULK_STUCK_AFTER)))


@shared_task(soft_time_limit=150, time_limit=180)
def sweep_staged_files() -> int:
    """Let go of files that no action used. Return how many."""
    return sweep(now=timezone.now())


@shared_task(soft_time_limit=150, time_limit=180)
def tend_clocks() -> dict[str, int]:
    """Remind before due dates, escalate after them, grant where silence does. Return how many of each."""
    return watching.tend_clocks(now=timezone.now())


@shared_task(soft_time_limit=900, time_limit=960)
def seal_history() -> str | None:
    """Make the root over what came since the last, once after each midnight. Return its day."""
    root = seal_day(now=timezone.now())
    return str(root.day) if root else None


@shared_task(soft_time_limit=150, time_limit=180)
def count_forecasts() -> int:
    """Count how long answers take, where something was decided since. Return for how many services."""
    return forecasting.count_forecasts(now=timezone.now())


@shared_task(soft_time_limit=150, time_limit=180)
def forget_deleted() -> int:
    """Forget the ids of drafts that were deleted long ago. Return how many."""
    return forget_tombstones(now=timezone.now())


@shared_task(soft_time_limit=150, time_limit=180)
def tend_appointments() -> int:
    """Remind residents of tomorrow's appointments, and close what is past. Return how many reminders."""
    close_past(now=timezone.now())
    return remind(now=timezone.now())


@shared_task(soft_time_limit=150, time_limit=180)
def tend_retention() -> dict[str, int]:
    """Warn of applications whose time of keeping is near its end, end those that are due. Return how many of each."""
    return retention.tend_retention(now=timezone.now())


@shared_task(soft_time_limit=150, time_limit=180)
def forget_lists() -> int:
    """Delete the files of lists kept no longer. Return how many."""
    return lists.forget_lists(now=timezone.now())
