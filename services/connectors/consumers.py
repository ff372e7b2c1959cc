"""What follows from asking for a self-test, told by the outbox at least once."""

from datetime import datetime, timedelta

from celery import current_app

from services.connectors.models import SelfTest
from services.connectors.queries import LONGEST_RUN
from services.events.models import OutboxEvent
from services.events.operations import RetryLater

_TASK = "services.connectors.tasks.drive_site"
_NEXT_LOOK_SECONDS = 320.0  # the task's time limit has passed by then


def hand_over(event: OutboxEvent, now: datetime) -> None:
    """Give the run to a task of its own, and come back to see that it was finished: its worker may have died.

    It cannot run here: the site asks the provider about codes that this transaction would keep to itself.

    :raises RetryLater: until it is finished.
    """
    test = SelfTest.objects.filter(pk=event.key).first()
    if test is None or test.finished_at or test.begun_at + LONGEST_RUN <= now:
        return
    current_app.send_task(_TASK, args=[str(test.pk)], retry=False, ignore_result=True)
    raise RetryLater(_NEXT_LOOK_SECONDS, "the run is under way", until=now + timedelta(days=1))
