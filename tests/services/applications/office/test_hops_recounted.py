"""A day closed late moves the day by which another agency is asked back, while it lies there: worked out by hand."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from services.agencies.models import Holiday
from services.applications import recounting
from services.applications.models import Event, Hop
from services.applications.queries.chain import broken_links
from services.applications.recounting import recount_hops
from services.events.models import OutboxEvent
from services.notifications.models import Notice
from tests.services.applications.api.test_clock import platform_staff
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import member, publish_service, resident
from tests.services.applications.office.test_handling import URL, WHY, desk, do
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)  # nine in the morning in Balikpapan
# SKB 3 Menteri for 2026: Nyepi with its cuti bersama.
CLOSED = {"2026-03-18": "cuti_bersama", "2026-03-19": "libur_nasional"}


def at(day: int) -> datetime:
    return datetime(2026, 3, day, 1, 0, tzinfo=UTC)


@pytest.fixture
def siti() -> Client:
    publish_service(deadline={"working_days": 60, "from": "complete", "basis": "UU 25/2009"})
    return signed_in(resident(), "applications", "account")


@pytest.fixture
def rina() -> User:
    return member("rina@example.org", "officer")


@pytest.fixture
def hendra() -> User:
    return member("hendra@example.org", "officer", code="DPU")


def decree(staff: Client, day: str) -> None:
    body = {"name": "Cuti bersama", "kind": "cuti_bersama", "basis": "SKB 7/2026"}
    assert staff.put(f"/api/v1/office/holidays/{day}/", body, content_type="application/json").status_code == 201
    drain_all(timedelta(minutes=5))


def asked_back(person: User, id: str) -> tuple[str, bool]:
    latest = desk(person).get(f"{URL}{id}/places/").json()["results"][-1]
    return latest["answer_by"], latest["late"]


def test_a_day_closed_late_moves_the_day_and_says_so(siti: Client, rina: User, hendra: User) -> None:
    for closed, kind in CLOSED.items():
        Holiday.objects.create(date=closed, name="Libur", kind=kind)
    with time_machine.travel(WEDNESDAY, tick=False) as clock:
        id = ready(siti)
        assert submit(siti, id).status_code == 200
        do(rina, id, "hand-over", agency="DPU", reason=WHY, answer_in=4)
        # The 11th is that of receipt; the 12th, 13th, 16th and 17th count.
        assert asked_back(hendra, id) == ("2026-03-17", False)
        do(hendra, id, "claim")
        staff = platform_staff()

        decree(staff, "2026-03-13")  # the 18th and 19th are closed: the fourth day is the 20th
        assert asked_back(hendra, id) == ("2026-03-20", False)
        clock.move_to(at(18))
        decree(staff, "2026-03-12")  # closed when it is over already: the fourth day is Monday the 23rd
        assert asked_back(hendra, id) == ("2026-03-23", False)
        (sent,) = desk(rina).get(f"{URL}sent/").json()["results"]
        assert sent["answer_by"] == "2026-03-23"
        assert staff.delete("/api/v1/office/holidays/2026-03-13/?basis=SKB+8/2026").status_code == 204
        drain_all(timedelta(minutes=5))
        assert asked_back(hendra, id) == ("2026-03-20", False)

        moved = [each.data for each in Event.objects.filter(type="answer_by_moved").order_by("sequence")]
        assert [(each["before"], each["answer_by"], each["days"]) for each in moved] == [
            ("2026-03-17", "2026-03-20", ["2026-03-13"]),
            ("2026-03-20", "2026-03-23", ["2026-03-12"]),
            ("2026-03-23", "2026-03-20", ["2026-03-13"]),
        ]
        told = Notice.objects.filter(kind="handling.answer_by_moved", recipient=hendra)
        assert sorted(each.body["en"].rpartition(" is now ")[2] for each in told) == [
            "asked back by 20 March 2026.",
            "asked back by 20 March 2026.",
            "asked back by 23 March 2026.",
        ]
        assert not Notice.objects.filter(kind="application.answer_by_moved").exists()  # the offices' own business

        clock.move_to(at(23))
        assert asked_back(hendra, id) == ("2026-03-20", True)
    assert list(broken_links()) == []


def test_what_left_keeps_its_day(siti: Client, rina: User, hendra: User) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clock:
        back, ended = (ready(siti), ready(siti))
        for id in (back, ended):
            assert submit(siti, id).status_code == 200
            do(rina, id, "hand-over", agency="DPU", reason=WHY, answer_in=2)
        clock.shift(timedelta(hours=1))
        do(hendra, back, "give-back", reason="Sudah ditinjau.")
        answer = siti.post(f"/api/v1/applications/{ended}/withdraw/", {}, content_type="application/json")
        assert answer.status_code == 200, answer.content

        decree(platform_staff(), "2026-03-12")

        assert [str(each.answer_by) for each in Hop.objects.filter(kind="forward")] == ["2026-03-13"] * 2
        assert not Event.objects.filter(type="answer_by_moved").exists()


def test_batches_lead_through_all_and_each_moves_once(
    siti: Client, rina: User, hendra: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recounting, "_BATCH", 1)
    with time_machine.travel(WEDNESDAY, tick=False):
        for days in (1, 1, 2, 3):  # each moves onto a day where another stands
            id = ready(siti)
            assert submit(siti, id).status_code == 200
            do(rina, id, "hand-over", agency="DPU", reason=WHY, answer_in=days)

        decree(platform_staff(), "2026-03-12")

        moved = [str(each.answer_by)[-2:] for each in Hop.objects.order_by("at", "answer_by")]
        assert moved == ["13", "13", "16", "17"]
        assert Event.objects.filter(type="answer_by_moved").count() == 4


def test_counted_just_before_is_found_by_the_second_round(
    siti: Client, rina: User, hendra: User, settings: LazySettings
) -> None:
    with time_machine.travel(WEDNESDAY, tick=False) as clock:
        id = ready(siti)
        assert submit(siti, id).status_code == 200
        settings.CALENDAR_FRESH_SECONDS = 60  # the process knows the calendar as it was
        body = {"name": "Cuti bersama", "kind": "cuti_bersama", "basis": "SKB 7/2026"}
        platform_staff().put("/api/v1/office/holidays/2026-03-12/", body, content_type="application/json")
        drain_all()
        do(rina, id, "hand-over", agency="DPU", reason=WHY, answer_in=1)
        assert asked_back(hendra, id) == ("2026-03-12", False)

        clock.shift(timedelta(minutes=5))
        drain_all()

        assert asked_back(hendra, id) == ("2026-03-13", False)


def test_a_batch_reads_the_calendar_once(siti: Client, rina: User, hendra: User) -> None:
    with time_machine.travel(WEDNESDAY, tick=False):
        for _each in range(2):
            id = ready(siti)
            assert submit(siti, id).status_code == 200
            do(rina, id, "hand-over", agency="DPU", reason=WHY, answer_in=1)
        body = {"days": ["2026-03-12"], "after": None, "round": 1}
        event = OutboxEvent(topic="hops.due", key=uuid4(), body=body, created_at=WEDNESDAY)

        with CaptureQueriesContext(connection) as asked:
            recount_hops(event, WEDNESDAY)

    assert sum("agencies_holiday" in each["sql"] for each in asked) == 1
