import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Event
from time import sleep
from uuid import uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from services.events.models import Delivery
from services.events.operations import drain, publish
from services.events.operations.delivering import _deliver as deliver
from services.events.operations.delivering import _fan_out as fan_out
from tests.services.events import consumers
from tests.services.events.consumers import tally_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tally_table")]

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

DYING_WORKER = """
import sys
from datetime import datetime
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
settings.OUTBOX_CONSUMERS = {"tally": ("thing.", "tests.services.events.consumers.suicidal")}
from services.events.operations import drain
drain(now=datetime.fromisoformat(sys.argv[2]))
"""


@transaction.atomic
def happen(times: int) -> None:
    for _each in range(times):
        publish(topic="thing.done", key=uuid4(), body={}, now=NOW)


def drain_all() -> int:
    """Drain until nothing is due, as a worker does."""
    done = 0
    try:
        while progress := drain(now=NOW):
            done += progress
    finally:
        connection.close()
    return done


def test_four_workers_at_once_deliver_each_event_once(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"tally": consumers.SLOW_TALLY}
    happen(60)

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(drain_all) for _each in range(4)]
        done = sum(run.result() for run in runs)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT event_id) FROM tally")
        assert cursor.fetchone() == (60, 60)
    assert done == 60 + 60
    assert Delivery.objects.filter(done_at=NOW, attempts=1).count() == 60


def test_a_row_that_another_claim_holds_for_a_moment_is_waited_for(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"tally": consumers.TALLY}
    happen(1)
    fan_out({"tally": ("thing.", "")}, NOW)
    held = Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Delivery.objects.select_for_update().get()
                held.set()
                sleep(0.3)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        holder = pool.submit(hold)
        held.wait(10)
        deliver(Delivery.objects.get().pk, settings.OUTBOX_CONSUMERS, NOW)
        holder.result()

    assert tally_of() == 1
    assert Delivery.objects.get().done_at == NOW


def test_a_worker_killed_in_the_middle_loses_nothing_and_does_nothing_twice(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"tally": consumers.TALLY}
    happen(2)

    died = subprocess.run(
        [sys.executable, "-c", DYING_WORKER, connection.settings_dict["NAME"], NOW.isoformat()],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "superapp.settings"},
        timeout=60,
    )
    left = list(Delivery.objects.order_by("id").values_list("attempts", "done_at"))
    drain(now=NOW + timedelta(seconds=7))

    assert died.returncode == -9
    assert left == [(1, None), (0, None)]
    assert tally_of() == 2
    assert list(Delivery.objects.order_by("id").values_list("attempts", flat=True)) == [2, 1]
    assert Delivery.objects.filter(done_at=None).count() == 0
