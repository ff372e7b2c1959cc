"""A clock whose planning fails for longer than any other consumer is tried: nobody has to see to it, nor must act."""

from datetime import UTC, date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from services.applications.models import Watch
from services.applications.operations.watching import tend_clocks
from services.events.models import Delivery
from services.events.tasks import drain_outbox
from tests.services.applications.api.test_workflow import submitted

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
PROMISE = {"working_days": 20, "from": "complete", "basis": "UU 30/2014 Pasal 53", "on_lapse": "escalate"}
FAULT = """
CREATE FUNCTION pg_temp.fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$;
CREATE TRIGGER fault BEFORE INSERT OR UPDATE ON applications_watch EXECUTE FUNCTION pg_temp.fault();
"""


@pytest.fixture
def fault() -> None:
    """Have the database refuse to keep a watch, until the test mends it."""
    with connection.cursor() as cursor:
        cursor.execute(FAULT)


def mend() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER fault ON applications_watch")


def beat(clock: Any, until: datetime, step: timedelta = timedelta(hours=2)) -> None:
    """Run what beat asks for, up to `until`."""
    while timezone.now() < until:
        clock.shift(step)
        drain_outbox()


def outbox(*said: str) -> str:
    told = StringIO()
    call_command("outbox", *said, stdout=told)
    return told.getvalue()


@pytest.mark.usefixtures("fault")
def test_it_is_tried_until_it_can_be_planned_and_then_reminds() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        submitted("standard-review", deadline=PROMISE)
        beat(clock, MONDAY + timedelta(days=10))

        waiting = Delivery.objects.get(done_at=None)
        assert (waiting.consumer, waiting.parked_at) == ("keep_watch", None)
        assert 12 < waiting.attempts < 12 + 10 * 6  # not at each beat
        assert waiting.latest_error == "ProgrammingError: disk full"
        assert "1 put off, 1 failing for long, 0 parked" in outbox()
        assert "keep_watch" in outbox()
        assert tend_clocks(now=timezone.now()) == {}

        mend()
        beat(clock, timezone.now() + timedelta(hours=8))
        assert not Delivery.objects.filter(done_at=None).exists()
        assert Watch.objects.get().due_on == date(2026, 4, 6)
        clock.move_to(datetime(2026, 4, 2, 1, 0, tzinfo=UTC))
        assert tend_clocks(now=timezone.now()) == {"reminded": 1}


@pytest.mark.usefixtures("fault")
def test_after_thirty_days_it_waits_for_a_person_and_a_replay_gives_it_all_its_tries() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        submitted("standard-review", deadline=PROMISE)
        beat(clock, MONDAY + timedelta(days=31))

        parked = Delivery.objects.get(done_at=None)
        assert parked.parked_at is not None
        assert timedelta(days=30) <= parked.parked_at - MONDAY <= timedelta(days=30, hours=8)
        assert "keep_watch" in outbox("--parked")

        outbox("--replay-parked")
        drain_outbox()
        again = Delivery.objects.get(done_at=None)
        assert (again.attempts, again.parked_at) == (1, None)
        mend()
        beat(clock, timezone.now() + timedelta(hours=2))

    assert Watch.objects.count() == 1
