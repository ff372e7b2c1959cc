from datetime import UTC, datetime, timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from services.events.models import Delivery, OutboxEvent
from services.events.operations import Park, drain, prune, publish, replay_parked
from services.events.tasks import drain_outbox
from tests.services.events import consumers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tally_table")]

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def park_one(settings: Settings) -> Delivery:
    def fault() -> None:
        raise Park("ask the agency")

    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY}
    consumers.faults.append(fault)
    publish(topic="thing.done", key=uuid4(), body={}, now=NOW)
    drain(now=NOW)
    consumers.faults.clear()
    return Delivery.objects.get(consumer="faulty")


def test_a_replayed_delivery_is_told_and_has_all_its_tries_again(settings: Settings) -> None:
    park_one(settings)

    replayed = replay_parked(now=NOW)
    drain(now=NOW)

    told = Delivery.objects.get()
    assert replayed == 1
    assert consumers.heard == ["faulty thing.done"]
    assert (told.attempts, told.parked_at, told.done_at) == (1, None, NOW)


def test_the_command_lists_what_is_parked_and_replays_it(settings: Settings) -> None:
    parked = park_one(settings)
    summary, listing, replay = StringIO(), StringIO(), StringIO()

    call_command("outbox", stdout=summary)
    call_command("outbox", "--parked", stdout=listing)
    call_command("outbox", "--replay", str(parked.id), stdout=replay)

    assert summary.getvalue() == "0 events not fanned out, 0 deliveries due, 0 put off, 0 failing for long, 1 parked\n"
    assert "Park: ask the agency" in listing.getvalue()
    assert str(parked.event.key) in listing.getvalue()
    assert replay.getvalue() == "1 delivery is due again.\n"
    assert Delivery.objects.get().parked_at is None


def test_the_command_refuses_to_replay_what_is_not_parked() -> None:
    with pytest.raises(CommandError, match="No parked delivery has the id 7"):
        call_command("outbox", "--replay", "7")


def test_the_task_works_until_nothing_is_due(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"a": consumers.FIRST}
    for _each in range(45):
        publish(topic="thing.done", key=uuid4(), body={}, now=timezone.now())

    done = drain_outbox()

    assert done == 45 + 45
    assert len(consumers.heard) == 45


def test_old_events_are_forgotten_once_everyone_has_heard(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"a": consumers.FIRST}
    publish(topic="thing.old", key=uuid4(), body={}, now=NOW)
    publish(topic="nobody.listens", key=uuid4(), body={}, now=NOW)
    drain(now=NOW)
    parked = park_one(settings)
    publish(topic="thing.waiting", key=uuid4(), body={}, now=NOW)

    too_young = prune(now=NOW + timedelta(days=30))
    gone = prune(now=NOW + timedelta(days=30, seconds=1))

    assert (too_young, gone) == (0, 2)
    assert set(OutboxEvent.objects.values_list("topic", flat=True)) == {"thing.done", "thing.waiting"}
    assert list(Delivery.objects.all()) == [parked]
