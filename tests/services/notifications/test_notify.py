from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection

from accounts.models import User
from services.events.models import OutboxEvent
from services.notifications.models import Notice
from services.notifications.operations import mark_read, notify

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HAPPENED = NOW - timedelta(hours=5)
EVENT = UUID("33333333-3333-4333-8333-333333333333")
APPLICATION = UUID("44444444-4444-4444-8444-444444444444")


def tell(person_id: UUID, title: str = "Diterima") -> None:
    notify(
        recipient_id=person_id,
        event_id=EVENT,
        kind="application.submitted",
        title={"id": title, "en": "Received"},
        body={"id": "Kami terima.", "en": "We received it."},
        application_id=APPLICATION,
        at=HAPPENED,
        now=NOW,
    )


@pytest.mark.django_db
def test_an_event_told_twice_is_one_notice_and_one_event() -> None:
    person = User.objects.create(email="siti@example.org")

    tell(person.id)
    tell(person.id, title="Again")

    notice = Notice.objects.get()
    event = OutboxEvent.objects.get()
    assert notice.title == {"id": "Diterima", "en": "Received"}
    assert (notice.recipient_id, notice.event_id, notice.application_id) == (person.id, EVENT, APPLICATION)
    assert (notice.created_at, notice.read_at) == (HAPPENED, None)
    assert (event.topic, event.key, event.created_at) == ("notice.created", notice.id, NOW)
    assert event.body == {"notice": str(notice.id), "kind": "application.submitted"}


@pytest.mark.django_db
def test_one_event_may_be_told_to_several_people() -> None:
    for name in ("ani", "budi"):
        tell(User.objects.create(email=f"{name}@example.org").id)

    assert Notice.objects.count() == 2
    assert OutboxEvent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_told_at_once_by_several_workers_it_is_one_notice() -> None:
    person = User.objects.create(email="siti@example.org")

    def work(_each: int) -> None:
        try:
            tell(person.id)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(8)))

    assert Notice.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


@pytest.mark.django_db
def test_read_again_it_keeps_the_time_of_the_first_reading() -> None:
    person, stranger = (User.objects.create(email=f"{name}@example.org") for name in ("ani", "budi"))
    tell(person.id)
    notice = Notice.objects.get()

    with pytest.raises(Notice.DoesNotExist):
        mark_read(notice_id=notice.id, recipient_id=stranger.id, now=NOW)
    assert Notice.objects.get().read_at is None
    mark_read(notice_id=notice.id, recipient_id=person.id, now=NOW)
    mark_read(notice_id=notice.id, recipient_id=person.id, now=NOW + timedelta(hours=1))

    assert Notice.objects.get().read_at == NOW
