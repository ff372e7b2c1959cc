"""Around a due date: reminded once, each level told once, silence that grants; late, twice, at once, paused, moved."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from services.agencies.models import Holiday
from services.agencies.queries import calendar_now
from services.applications.models import Application, Event, Watch
from services.applications.operations.watching import tend_clocks
from services.applications.queries.chain import broken_links
from services.applications.recounting import recount
from services.events.models import OutboxEvent
from services.notifications.models import Notice
from superapp.http.problems import Problem
from tests.at_once import at_once
from tests.problems import problem
from tests.services.applications.api.test_clock import deadline, with_questions
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.api.test_workflow import submitted
from tests.services.applications.factory import member
from tests.services.applications.test_new_version import drain_all

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
PROMISE = {"working_days": 4, "from": "complete", "basis": "UU 30/2014 Pasal 53", "on_lapse": "escalate"}  # to the 13th
GRANTS = PROMISE | {"on_lapse": "granted"}
STEPS = ["escalated_officer", "escalated_head", "escalated_inspectorate"]


def tend() -> dict[str, int]:
    drain_all()
    return tend_clocks(now=timezone.now())


def types() -> list[str]:
    return list(Event.objects.order_by("sequence").values_list("type", flat=True))


def test_a_worker_that_was_dead_takes_every_step_it_missed_once_and_in_order() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        submitted("standard-review", deadline=PROMISE)
        clock.shift(timedelta(days=30))

        assert tend() == dict.fromkeys(STEPS, 1)  # a reminder would come too late to be one
        assert tend() == {}

    assert types() == ["submitted", *STEPS]
    assert Watch.objects.get().next_on is None
    assert list(broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_of_workers_at_once_one_takes_the_step() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        submitted("standard-review", deadline=PROMISE)
        clock.move_to(datetime(2026, 3, 16, 1, 0, tzinfo=UTC))
        drain_all()
        now = timezone.now()

        found = at_once(*[lambda: tend_clocks(now=now)] * 4)

    assert sorted(map(len, found)) == [0, 0, 0, 1]
    assert types() == ["submitted", "escalated_officer"]


def test_while_the_resident_is_waited_for_nobody_is_told_and_more_time_stops_what_comes() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted(with_questions(), deadline=PROMISE)
        rina = officer()
        take(rina, id, "start_review")
        clock.move_to(datetime(2026, 3, 16, 1, 0, tzinfo=UTC))
        assert tend() == {"escalated_officer": 1}
        take(rina, id, "ask")
        clock.shift(timedelta(days=30))
        assert tend() == {}
        clock.move_to(datetime(2026, 3, 17, 1, 0, tzinfo=UTC))
        take(rina, id, "go_on")
        for day in ("2026-03-11", "2026-03-12"):  # decreed late: the 10th, 13th, 16th, 18th count
            Holiday.objects.create(date=day, name="Cuti bersama", kind="cuti_bersama")
        assert recount(UUID(id), days=[date(2026, 3, 11)], holidays=calendar_now(), now=timezone.now())
        assert deadline(app, id)["due_on"] == "2026-03-18"

        assert tend() == {"reminded": 1}  # of the new date
        clock.move_to(datetime(2026, 3, 20, 1, 0, tzinfo=UTC))
        assert tend() == {}  # the officer was told, the head's third day is the 23rd now
        clock.move_to(datetime(2026, 3, 23, 1, 0, tzinfo=UTC))
        assert tend() == {"escalated_head": 1}


def test_who_it_was_assigned_to_is_reminded_alone_once_for_each_due_date() -> None:
    rina, budi = member("rina@example.org", "officer"), member("budi@example.org", "officer")
    with time_machine.travel(MONDAY, tick=False) as clock:
        submitted("standard-review", deadline=PROMISE)
        Application.objects.update(assignee=rina)
        clock.move_to(datetime(2026, 3, 11, 1, 0, tzinfo=UTC))  # two working days before the 13th
        assert (tend(), tend()) == ({"reminded": 1}, {})
        drain_all()
        assert set(Notice.objects.filter(kind="staff.clock.near").values_list("recipient_id", flat=True)) == {rina.id}
        near = OutboxEvent.objects.get(topic="clock.near")
        Application.objects.update(assignee=None, due_on=date(2026, 3, 20))
        clock.move_to(datetime(2026, 3, 18, 1, 0, tzinfo=UTC))
        assert tend() == {"reminded": 1}
        drain_all()

    told = Notice.objects.filter(kind="staff.clock.near").exclude(event_id=near.id)
    assert set(told.values_list("recipient_id", flat=True)) == {rina.id, budi.id}


def test_what_is_open_and_not_due_costs_the_worker_nothing_and_what_ended_is_watched_no_more() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        _app, id = submitted("standard-review", deadline=PROMISE)
        drain_all()
        with CaptureQueriesContext(connection) as asked:
            assert tend_clocks(now=timezone.now()) == {}
        assert ["applications_watch" in each["sql"] for each in asked][-1:] == [True]
        assert not any("applications_application" in each["sql"] for each in asked)
        assert Watch.objects.get().next_on == date(2026, 3, 11)
        rina = officer()
        take(rina, id, "start_review")
        take(rina, id, "grant", reason="Lengkap")
        clock.shift(timedelta(days=30))

        assert tend() == {}
    assert not Watch.objects.exists()


def test_those_of_which_nothing_can_be_done_hold_up_nobody_behind_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.applications.operations.watching._BATCH", 2)
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted("standard-review", deadline=PROMISE)
        others = [ready(app, files=False) for _ in range(2)]
        assert [submit(app, each).status_code for each in others] == [200, 200]
        drain_all()
        Application.objects.filter(id=id).update(paused_on=MONDAY.date())  # its watch has not heard of it
        Watch.objects.filter(application_id=id).update(next_on=MONDAY.date())
        clock.shift(timedelta(days=30))

        assert tend_clocks(now=timezone.now()) == dict.fromkeys(STEPS, 2)

    told = Event.objects.filter(type__in=STEPS).values_list("application_id", flat=True)
    assert set(told) == {UUID(each) for each in others}


def test_the_definition_sets_the_days() -> None:
    days = {"remind": 0, "officer": 2, "head": 2, "inspectorate": 30}
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted("standard-review", deadline=PROMISE | {"escalation": days})
        assert [each["on"] for each in deadline(app, id)["escalation"]] == ["2026-03-17", "2026-03-17", "2026-04-24"]
        clock.move_to(datetime(2026, 3, 17, 1, 0, tzinfo=UTC))
        assert tend() == {"escalated_officer": 1, "escalated_head": 1}


def test_a_service_that_says_nothing_escalates_nothing() -> None:
    silent = {key: value for key, value in PROMISE.items() if key != "on_lapse"}
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted("standard-review", deadline=silent)
        clock.shift(timedelta(days=60))
        assert deadline(app, id)["escalation"] == []
        tend()
    assert not Event.objects.filter(application_id=id, type__startswith="escalated").exists()


def test_silence_grants_by_law_with_a_document_where_the_definition_says_so() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted("standard-review", deadline=GRANTS)
        assert "Without a decision by 13 March 2026 it is deemed granted" in deadline(app, id)["explanation"]
        clock.move_to(datetime(2026, 3, 13, 15, 59, tzinfo=UTC))  # a minute before midnight in the city
        assert tend() == {"reminded": 1}
        clock.shift(timedelta(minutes=1))
        assert tend() == {"deemed_granted": 1}
        assert tend() == {}
        drain_all()

        told = app.get(f"{URL}{id}/").json()
        assert (told["state"], told["end"]) == ("granted", "granted")
        assert "UU 30/2014 Pasal 53" in str(told["decision"])
        assert app.get(f"{URL}{id}/document/").content.startswith(b"%PDF")
        line = app.get(f"{URL}{id}/timeline/").json()["results"][1]
        assert (line["type"], line["by"]) == ("deemed_granted", "system")
        assert "UU 6/2023" in Notice.objects.get(kind="application.deemed_granted").body["id"]
        assert problem(take(officer(), id, "start_review")) == (409, "action_not_available")
    assert list(broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_an_officer_and_the_lapse_at_the_same_moment_one_wins() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        _app, id = submitted("standard-review", deadline=GRANTS)
        rina = officer()
        take(rina, id, "start_review")
        drain_all()
        clock.move_to(datetime(2026, 3, 16, 1, 0, tzinfo=UTC))
        now = timezone.now()

        answers = at_once(
            lambda: take(rina, id, "reject", reason="Tidak memenuhi syarat"),
            lambda: tend_clocks(now=now),
            refused=(Problem,),
        )
        tend_clocks(now=now)

    ends = [each for each in types() if each in ("rejected", "deemed_granted")]
    assert len(ends) == 1
    assert (answers[0].status_code == 200) is (ends == ["rejected"])
    assert list(broken_links()) == []


def waiting_first() -> dict[str, Any]:
    """Return a workflow that begins with waiting for the originals."""
    workflow = with_questions()
    label = {"id": "Menunggu berkas asli", "en": "Waiting for the originals"}
    workflow["states"] = workflow["states"] | {"originals": {"label": label, "clock": "paused"}}
    step = {"action": "take_in", "label": label, "from": ["originals"], "to": "submitted", "roles": ["officer"]}
    return workflow | {"initial": "originals", "transitions": [*workflow["transitions"], step]}


@pytest.mark.parametrize(("counted_from", "started"), [("complete", "2026-03-11"), ("submitted", "2026-03-09")])
def test_the_days_begin_when_it_is_complete_and_before_that_the_resident_reads_so(
    counted_from: str, started: str
) -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted(waiting_first(), deadline=PROMISE | {"from": counted_from})
        told = deadline(app, id)
        assert (told["due_on"], told["days_left"], told["received_on"]) == (None, 4, "2026-03-09")
        if counted_from == "complete":
            assert told["started_on"] is None
            assert told["explanation"] == (
                "Received on 9 March 2026. No day counts yet (Waiting for the originals); 4 working day(s) from the "
                "day after it is complete."
            )
        clock.shift(timedelta(days=2))  # Wednesday the 11th
        take(officer(), id, "take_in")
        told = deadline(app, id)
        label = app.get(f"{URL}{id}/timeline/", headers={"Accept-Language": "en"}).json()["results"][1]["label"]

    assert (told["started_on"], told["due_on"]) == (started, "2026-03-17")
    assert label == "Waiting for the originals"
    assert list(broken_links()) == []


def test_a_state_with_a_target_says_by_when_it_should_be_left() -> None:
    workflow = with_questions()
    target = {"working_days": 2, "basis": "Standar pelayanan"}
    workflow["states"] = workflow["states"] | {"in_review": workflow["states"]["in_review"] | {"target": target}}
    with time_machine.travel(MONDAY, tick=False) as clock:
        app, id = submitted(workflow, deadline=PROMISE)
        assert (app.get(f"{URL}{id}/").json()["target_on"], deadline(app, id)["target"]) == (None, None)
        clock.shift(timedelta(days=4))  # Friday the 13th; 18 to 24 March are closed
        for day in ("2026-03-17",):
            Holiday.objects.create(date=day, name="Libur", kind="libur_nasional")
        take(officer(), id, "start_review")

        assert app.get(f"{URL}{id}/").json()["target_on"] == "2026-03-18"
        listed = officer(email="daftar@example.org").get(OFFICE).json()["results"]
        assert [each["target_on"] for each in listed] == ["2026-03-18"]
        told = deadline(app, id)["target"]
        assert (told["state"], told["on"], told["basis"]) == ("in_review", "2026-03-18", "Standar pelayanan")
        take(officer(email="lain@example.org"), id, "ask")
        assert app.get(f"{URL}{id}/").json()["target_on"] is None


def test_the_rule_and_both_calendars_are_named() -> None:
    with time_machine.travel(MONDAY, tick=False):
        app, id = submitted("standard-review", deadline=PROMISE)
        before = deadline(app, id)
        Holiday.objects.create(date="2026-12-01", name="Libur", kind="libur_nasional")
        after = deadline(app, id)

    assert before["rule"] == {"version": 1, "sha256": before["rule"]["sha256"], "counted_from": "complete"}
    assert len(before["rule"]["sha256"]) == 64
    assert before["calendar"]["now"] == before["calendar"]["at_submission"] == after["calendar"]["at_submission"]
    assert after["calendar"]["now"] != before["calendar"]["now"]


def test_a_date_that_moved_away_and_back_before_anybody_looked_is_reminded_of_once(settings: LazySettings) -> None:
    settings.CALENDAR_FRESH_SECONDS = 0
    with time_machine.travel(MONDAY, tick=False) as clock:
        _app, id = submitted("standard-review", deadline=PROMISE)
        clock.shift(timedelta(days=2))
        assert tend() == {"reminded": 1}  # of the 13th
        friday = Holiday.objects.create(date=date(2026, 3, 13), name="Cuti", kind="cuti_bersama")
        recount(UUID(id), days=[friday.date], holidays=calendar_now(), now=timezone.now())
        drain_all()
        assert Watch.objects.get().next_on == date(2026, 3, 11)  # of the 16th, today
        friday.delete()
        recount(UUID(id), days=[date(2026, 3, 13)], holidays=calendar_now(), now=timezone.now())

        assert tend_clocks(now=timezone.now()) == {}

    assert OutboxEvent.objects.filter(topic="clock.near").count() == 1


def test_what_stands_is_left_alone_also_before_the_watch_has_heard_of_it() -> None:
    with time_machine.travel(MONDAY, tick=False) as clock:
        _app, id = submitted(with_questions(), deadline=PROMISE)
        drain_all()
        rina = officer()
        take(rina, id, "start_review")
        drain_all()
        assert take(rina, id, "ask").status_code == 200  # told to nobody yet
        clock.shift(timedelta(days=30))

        assert tend_clocks(now=timezone.now()) == {}

    assert types() == ["submitted", "in_review", "waiting"]
