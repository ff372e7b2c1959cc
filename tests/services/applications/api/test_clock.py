"""The clock stands while the resident is waited for, and is counted anew when the calendar changes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from services.agencies.models import CalendarChange, Holiday
from services.agencies.queries import calendar_now
from services.applications import recounting
from services.applications.models import Application, Event
from services.applications.queries.chain import broken_links
from services.applications.recounting import recount, recount_deadlines
from services.definitions.flow import workflow_content
from services.events.models import OutboxEvent
from services.notifications.models import Notice
from tests.problems import fields, problem
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.api.test_workflow import submitted
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)  # 9 in the morning in Balikpapan
FIVE = {"working_days": 5, "from": "complete", "basis": "UU 30/2014 Pasal 53"}


def with_questions() -> dict[str, Any]:
    """Return a workflow in which an officer asks, and notes the reply that came."""
    workflow = {**workflow_content("standard-review")}
    workflow["states"] = workflow["states"] | {
        "waiting": {"label": {"id": "Menunggu Anda", "en": "Waiting for you"}, "clock": "paused"}
    }
    step = {"label": {"id": "Tanya", "en": "Ask"}, "roles": ["officer"]}
    workflow["transitions"] = [
        *workflow["transitions"],
        step | {"action": "ask", "from": ["in_review"], "to": "waiting"},
        step | {"action": "go_on", "from": ["waiting"], "to": "in_review"},
    ]
    return workflow


def deadline(app: Client, id: str, language: str = "en") -> Any:
    return app.get(f"{URL}{id}/deadline/", headers={"Accept-Language": language}).json()


def platform_staff() -> Client:
    """Return somebody who runs the platform."""
    staff = User.objects.create(email="pengelola@example.org", full_name="Pengelola", is_staff=True)
    return signed_in(staff, "office")


def test_while_the_resident_is_asked_the_clock_stands_and_then_goes_on() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted(with_questions(), deadline=FIVE)
        rina = officer()
        assert app.get(f"{URL}{id}/").json()["due_on"] == "2026-03-16"
        take(rina, id, "start_review")
        clock.shift(timedelta(days=1))  # Tuesday the 10th, which counts
        asked = take(rina, id, "ask", reason="Foto mana?").json()

        assert (asked["due_on"], asked["clock"]) == (None, "paused")
        line = app.get(URL).json()["results"][0]
        assert (line["due_on"], line["clock"]) == (None, "paused")
        told = deadline(app, id)
        assert (told["due_on"], told["paused_on"], told["days_left"]) == (None, "2026-03-10", 4)
        assert told["days"][-1]["date"] == "2026-03-10"
        assert "Not counted since 10 March 2026, while your reply is awaited; 4 day(s) count" in told["explanation"]

        clock.shift(timedelta(days=2))  # Thursday the 12th, which does not
        again = take(rina, id, "go_on").json()

    assert (again["due_on"], again["clock"]) == ("2026-03-18", "running")
    told = deadline(app, id)
    assert [day["date"][-2:] for day in told["days"] if day["counted"]] == ["10", "13", "16", "17", "18"]
    assert [day["date"][-2:] for day in told["days"] if day["why"] == "paused"] == ["11", "12"]
    assert "The days after 10 March 2026 up to 12 March 2026 are not counted" in told["explanation"]
    assert list(broken_links()) == []
    Application.objects.update(due_on="2026-03-31")
    assert [each.what for each in broken_links()] == ["the due date is not as told latest"]


def test_who_is_late_already_does_not_win_time_by_asking() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted(with_questions(), deadline=FIVE)
        rina = officer()
        take(rina, id, "start_review")
        clock.shift(timedelta(days=8))
        late = take(rina, id, "ask").json()

    assert (late["due_on"], late["clock"]) == ("2026-03-16", "paused")
    assert deadline(app, id)["days_left"] is None


def test_the_queue_goes_on_in_its_order_while_clocks_stand() -> None:
    _app, id = submitted(with_questions(), deadline=FIVE)
    rina = officer()
    take(rina, id, "start_review")
    take(rina, id, "ask")

    listed = rina.get(OFFICE).json()["results"]

    assert [(each["id"], each["due_on"], each["clock"]) for each in listed] == [(id, None, "paused")]
    assert Application.objects.get().due_on is not None


def test_a_holiday_added_late_moves_what_is_open_and_says_so() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted("standard-review", deadline=FIVE)
        staff = platform_staff()

        body = {"name": "Cuti bersama", "kind": "cuti_bersama", "basis": "SKB 3 Menteri 5/2026"}
        answer = staff.put("/api/v1/office/holidays/2026-03-13/", body, content_type="application/json")
        again = staff.put("/api/v1/office/holidays/2026-03-13/", body, content_type="application/json")
        drain_all(timedelta(minutes=5))

        assert (answer.status_code, again.status_code) == (201, 200)
        assert CalendarChange.objects.count() == 1
        assert app.get(f"{URL}{id}/").json()["due_on"] == "2026-03-17"
        told = deadline(app, id)
        assert ("2026-03-13", "holiday", "Cuti bersama") in [
            (day["date"], day["why"], day["name"]) for day in told["days"]
        ]
        assert told["explanation"].startswith("Received on 9 March 2026; 5 working day(s)")
        moved = Event.objects.get(type="deadline_moved")
        assert (moved.data["before"], moved.data["due_on"]) == ("2026-03-16", "2026-03-17")
        notice = Notice.objects.get(kind="application.deadline_moved")
        assert notice.body["en"].endswith("is now due by 17 March 2026.")

        clock.shift(timedelta(minutes=1))
        opened = staff.delete("/api/v1/office/holidays/2026-03-13/?basis=SKB+6/2026")
        drain_all(timedelta(minutes=5))

    assert opened.status_code == 204
    assert app.get(f"{URL}{id}/").json()["due_on"] == "2026-03-16"
    assert Event.objects.filter(type="deadline_moved").count() == 2
    assert list(broken_links()) == []
    changes = staff.get("/api/v1/office/holidays/changes/?year=2026").json()["results"]
    assert [(each["name_before"], each["name_after"], each["basis"]) for each in changes] == [
        ("Cuti bersama", None, "SKB 6/2026"),
        (None, "Cuti bersama", "SKB 3 Menteri 5/2026"),
    ]


def test_a_batch_reads_the_calendar_once() -> None:
    with time_machine.travel(MONDAY, tick=False):
        app, _id = submitted("standard-review", deadline=FIVE)
        for _ in range(2):
            submit(app, ready(app, files=False))
        event = OutboxEvent(
            topic="deadlines.due",
            key=Application.objects.values_list("agency_id", flat=True)[0],
            body={"days": ["2026-03-13"], "after": None, "round": 1},
            created_at=MONDAY,
        )

        with CaptureQueriesContext(connection) as asked:
            recount_deadlines(event, MONDAY)

    assert sum("agencies_holiday" in each["sql"] for each in asked) == 1


def test_who_looks_at_once_sees_the_days_that_lead_to_the_new_date(settings: LazySettings) -> None:
    with time_machine.travel(MONDAY, tick=False):
        app, id = submitted("standard-review", deadline=FIVE)
        assert deadline(app, id)["due_on"] == "2026-03-16"
        settings.CALENDAR_FRESH_SECONDS = 3600  # the process knows the calendar as it was
        body = {"name": "Cuti bersama", "kind": "cuti_bersama", "basis": "SKB 3 Menteri 5/2026"}
        platform_staff().put("/api/v1/office/holidays/2026-03-13/", body, content_type="application/json")
        drain_all(timedelta(minutes=5))

        told = deadline(app, id)

    assert (told["due_on"], app.get(f"{URL}{id}/").json()["due_on"]) == ("2026-03-17", "2026-03-17")
    assert [day["why"] for day in told["days"] if day["date"] == "2026-03-13"] == ["holiday"]


def test_who_submits_is_promised_a_day_by_the_calendar_and_the_day_as_they_are_then(settings: LazySettings) -> None:
    settings.CALENDAR_FRESH_SECONDS = 0
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, _id = submitted("standard-review", deadline=FIVE)

        def promised() -> Any:
            sent = submit(app, ready(app, files=False))
            assert sent.status_code == 200, sent.content
            return sent.json()["due_on"]

        assert promised() == "2026-03-16"
        Holiday.objects.create(date="2026-03-12", name="Hari libur", kind="libur_nasional")
        assert promised() == "2026-03-17"
        clock.shift(timedelta(days=1))
        assert promised() == "2026-03-18"
        Holiday.objects.all().delete()
        assert promised() == "2026-03-17"


def test_batches_lead_through_all_that_is_open_and_each_moves_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "_BATCH", 1)
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, _id = submitted("standard-review", deadline=FIVE)
        submit(app, ready(app, files=False))
        clock.shift(timedelta(days=1))
        submit(app, ready(app, files=False))
        staff, url = platform_staff(), "/api/v1/office/holidays/2026-03-13/"

        def due() -> list[str]:
            drain_all(timedelta(minutes=5))
            found = Application.objects.order_by("submitted_at").values_list("due_on", flat=True)
            return [f"{day:%m-%d}" for day in found if day]

        assert due() == ["03-16", "03-16", "03-17"]
        body = {"name": "Cuti bersama", "kind": "cuti_bersama", "basis": "SKB"}
        staff.put(url, body, content_type="application/json")
        assert due() == ["03-17", "03-17", "03-18"]
        clock.shift(timedelta(minutes=10))
        staff.delete(f"{url}?basis=SKB")
        assert due() == ["03-16", "03-16", "03-17"]

    assert Event.objects.filter(type="deadline_moved").count() == 6


def test_counting_twice_moves_once_and_what_is_decided_stays() -> None:
    with time_machine.travel(MONDAY, tick=False):
        _app, id = submitted("standard-review", deadline=FIVE)
        Holiday.objects.create(date="2026-03-10", name="Libur", kind="libur_nasional")
        days, now = [MONDAY.date() + timedelta(days=1)], MONDAY

        holidays = calendar_now()
        assert [recount(UUID(id), days=days, holidays=holidays, now=now) for _ in range(2)] == [True, False]
        rina = officer()
        take(rina, id, "start_review")
        take(rina, id, "grant")
        Holiday.objects.all().delete()

        assert recount(UUID(id), days=days, holidays=calendar_now(), now=now) is False
    assert Application.objects.get().due_on is not None


def test_only_the_platforms_staff_change_the_calendar_and_a_day_is_a_day() -> None:
    staff, url = platform_staff(), "/api/v1/office/holidays/"
    body = {"name": "Libur", "kind": "libur_nasional", "basis": "SKB"}

    refused = officer("admin").put(f"{url}2026-03-13/", body, content_type="application/json")
    wrong = staff.put(f"{url}2026-03-13/", {"kind": "pesta"}, content_type="application/json")

    assert problem(refused) == (403, "not_platform_staff")
    assert fields(wrong) == {"/name": "required", "/kind": "invalid_choice", "/basis": "required"}
    assert staff.put(f"{url}2026-02-30/", body, content_type="application/json").status_code == 404
    assert staff.delete(f"{url}2026-03-13/?basis=SKB").status_code == 404
    assert problem(staff.delete(f"{url}2026-03-13/"))[0] == 400
    assert not Holiday.objects.filter(date="2026-03-13").exists()


def test_a_holiday_decreed_after_the_decision_does_not_move_the_date_and_is_told() -> None:
    with time_machine.travel(datetime(2026, 8, 14, 9, 0, tzinfo=UTC), tick=False):
        app, id = submitted("standard-review")
        rina = officer()
        take(rina, id, "start_review")
        take(rina, id, "grant")
        Holiday.objects.create(date="2026-08-18", name="Cuti bersama", kind="cuti_bersama")

        told = deadline(app, id)

    assert told["due_on"] == "2026-08-19"
    assert told["days"][-1]["date"] == "2026-08-20"
    assert told["explanation"].endswith("would give 20 August 2026; the date at the decision stands.")
