from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from pytest_django import Settings

from services.events.models import Delivery, OutboxEvent
from services.events.operations import MAX_ATTEMPTS, Park, RetryLater, drain, publish
from tests.services.events import consumers
from tests.services.events.consumers import tally_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tally_table")]

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def happened(topic: str = "thing.done") -> UUID:
    return publish(topic=topic, key=uuid4(), body={}, now=NOW)


def fail_with(error: Exception) -> None:
    def fault() -> None:
        raise error

    consumers.faults.append(fault)


def test_everyone_whose_prefix_fits_hears_once_in_order(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"a": consumers.FIRST, "b": consumers.SECOND, "c": consumers.OTHER}
    happened("thing.done")
    happened("nobody.listens")

    done = drain(now=NOW)
    again = drain(now=LATER)

    assert consumers.heard == ["first thing.done", "second thing.done"]
    assert (done, again) == (4, 0)
    assert list(Delivery.objects.order_by("id").values_list("consumer", "attempts", "done_at")) == [
        ("a", 1, NOW),
        ("b", 1, NOW),
    ]
    assert OutboxEvent.objects.filter(fanned_out_at=NOW).count() == 2


def test_a_consumer_that_fails_holds_up_nobody_and_leaves_no_half_work(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY, "b": consumers.SECOND}
    fail_with(ValueError("no such thing"))
    happened()

    drain(now=NOW)

    failed = Delivery.objects.get(consumer="faulty")
    assert consumers.heard == ["second thing.done"]
    assert tally_of() == 0
    assert (failed.attempts, failed.done_at, failed.parked_at) == (1, None, None)
    assert failed.latest_error == "ValueError: no such thing"
    assert timedelta(seconds=4) <= failed.due_at - NOW <= timedelta(seconds=6)


def test_it_is_told_again_when_due_and_not_before(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY}
    fail_with(ValueError("once"))
    happened()
    drain(now=NOW)
    consumers.faults.clear()

    too_soon = drain(now=NOW + timedelta(seconds=3))
    due = drain(now=NOW + timedelta(seconds=7))

    told = Delivery.objects.get()
    assert (too_soon, due) == (0, 1)
    assert consumers.heard == ["faulty thing.done"]
    assert (told.attempts, told.done_at, told.latest_error) == (2, NOW + timedelta(seconds=7), "")


def test_delays_grow_to_six_hours_then_it_is_parked(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY}
    fail_with(ValueError("always"))
    happened()
    now, delays = NOW, []

    for _attempt in range(MAX_ATTEMPTS - 1):
        drain(now=now)
        due_at = Delivery.objects.get().due_at
        delays.append((due_at - now).total_seconds())
        now = due_at
    assert Delivery.objects.get().parked_at is None
    drain(now=now)

    parked = Delivery.objects.get()
    assert (parked.attempts, parked.parked_at) == (12, now)
    assert 4 <= delays[0] <= 6
    assert all(later > earlier for earlier, later in pairwise(delays[:-1]))
    assert 0.8 * 21_600 <= delays[-1] <= 1.2 * 21_600
    assert drain(now=now + timedelta(days=30)) == 0


def test_a_consumer_may_park_it_at_once(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY}
    fail_with(Park("ask the agency"))
    happened()

    drain(now=NOW)

    parked = Delivery.objects.get()
    assert (parked.attempts, parked.parked_at, parked.latest_error) == (1, NOW, "Park: ask the agency")


def test_a_consumer_may_name_its_own_delay(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY}
    fail_with(RetryLater(90))
    happened()

    drain(now=NOW)

    put_off = Delivery.objects.get()
    assert put_off.due_at == NOW + timedelta(seconds=90)
    assert put_off.latest_error == "RetryLater: asked for another try in 90 s"


def test_what_is_kept_of_an_error_names_no_person(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY}
    fail_with(ValueError("budi@example.org (6471010101010001) refused\nDETAIL: Key (email)=(budi@example.org)"))
    happened()

    drain(now=NOW)

    assert Delivery.objects.get().latest_error == "ValueError: [address] ([digits]) refused"


def test_a_failed_statement_is_noted_like_any_failure(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY, "b": consumers.SECOND}
    consumers.faults.append(lambda: list(Delivery.objects.raw("SELECT no_such_column FROM events_delivery")))  # type: ignore[arg-type]
    happened()

    drain(now=NOW)

    assert consumers.heard == ["second thing.done"]
    assert Delivery.objects.get(consumer="faulty").latest_error.startswith("ProgrammingError: ")


def test_a_delivery_whose_consumer_is_gone_waits_for_a_person(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"faulty": consumers.FAULTY}
    fail_with(ValueError("first try"))
    happened()
    drain(now=NOW)
    settings.OUTBOX_CONSUMERS = {"b": consumers.SECOND}

    drain(now=LATER)

    left = Delivery.objects.get()
    assert (left.parked_at, left.latest_error) == (LATER, "Park: no consumer faulty is configured")


def test_a_consumer_that_cannot_be_imported_holds_up_nobody(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"broken": ("thing.", "services.nowhere.hear"), "b": consumers.SECOND}
    happened()

    drain(now=NOW)

    assert consumers.heard == ["second thing.done"]
    assert Delivery.objects.get(consumer="broken").latest_error == (
        "ModuleNotFoundError: No module named 'services.nowhere'"
    )


def test_one_run_takes_no_more_than_its_limit(settings: Settings) -> None:
    settings.OUTBOX_CONSUMERS = {"a": consumers.FIRST}
    for _each in range(5):
        happened()

    done = [drain(now=NOW, limit=2) for _run in range(4)]

    assert done == [5 + 2, 2, 1, 0]
