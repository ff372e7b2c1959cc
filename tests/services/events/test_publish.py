from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from services.events.models import OutboxEvent
from services.events.operations import publish

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
KEY = UUID("11111111-1111-4111-8111-111111111111")


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_it_is_refused_and_nothing_is_written() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        publish(topic="thing.done", key=KEY, body={}, now=NOW)

    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_it_vanishes_with_work_that_fails() -> None:
    with transaction.atomic():
        publish(topic="thing.done", key=KEY, body={}, now=NOW)
        transaction.set_rollback(True)

    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db
def test_it_keeps_what_happened_under_the_callers_id() -> None:
    event_id = uuid4()

    returned = publish(topic="thing.done", key=KEY, body={"a": 1}, now=NOW, event_id=event_id)

    event = OutboxEvent.objects.get()
    assert returned == event_id == event.id
    assert (event.topic, event.key, event.body, event.created_at) == ("thing.done", KEY, {"a": 1}, NOW)
    assert event.fanned_out_at is None
