"""`office/applications/bulk/`: one order, each application by itself, told one by one, done once."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.privacy.models import DataAccess
from services.agencies.models import Membership
from services.applications.models import Application, BulkItem, BulkJob, Event
from services.applications.operations.bulk import do_next
from services.applications.queries.chain import broken_links
from services.applications.tasks import forget_bulk_jobs
from services.events.models import OutboxEvent
from services.events.operations import drain
from superapp.http.sql import fetch_all
from tests.at_once import at_once
from tests.journeys.test_spine import eventually
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/office/applications/bulk/"


def several(count: int, email: str = "siti@example.org", **service: Any) -> list[str]:
    """Submit so many applications of one resident; return their ids."""
    publish_service(requirements=[], **service)
    app = signed_in(resident(email), "applications", "account")
    ids = [ready(app, files=False, service=service.get("service", "uji")) for _ in range(count)]
    assert {submit(app, id).status_code for id in ids} == {200}
    return ids


def order(client: Client, ids: list[Any], action: str = "start_review", **more: Any) -> Any:
    lines = [each if isinstance(each, dict) else {"id": each} for each in ids]
    body = {"id": str(uuid4()), "action": action, "applications": lines} | more
    return client.post(URL, body, content_type="application/json")


def told(client: Client, answer: Any) -> Any:
    found = client.get(answer.headers["Location"])
    assert found.status_code == 200
    return found.json()


def test_each_is_done_and_told_as_if_taken_by_itself() -> None:
    mine = several(3)
    strange = several(1, "budi@example.org", code="DPMPTSP", service="izin")[0]
    revision = Application.objects.get(id=mine[1]).revision
    lines = [mine[0], strange, {"id": mine[1], "revision": revision}, {"id": mine[2], "revision": 1}, str(uuid4())]
    rina = officer()
    assert take(rina, mine[1], "start_review").status_code == 200

    answer = order(rina, lines)
    waiting = told(rina, answer)
    drain_all()

    assert (answer.status_code, waiting["state"], waiting["done"], waiting["total"]) == (202, "waiting", 0, 5)
    job = told(rina, answer)
    assert (job["state"], job["done"], job["refused"]) == ("done", 1, 4)
    assert [(each["state"], (each["problem"] or {}).get("code")) for each in job["items"]] == [
        ("done", None),
        ("refused", "not_found"),
        ("refused", "precondition_failed"),
        ("refused", "precondition_failed"),
        ("refused", "not_found"),
    ]
    assert [bool(each["number"]) for each in job["items"]] == [True, False, True, True, False]
    assert job["finished_at"]
    (event,) = Event.objects.filter(application_id=mine[0], action="start_review")
    assert (event.actor.email if event.actor else "", event.actor_role) == ("rina@example.org", "officer")
    (seen,) = DataAccess.objects.filter(about=mine[0], what="decision")
    assert seen.reader_name == "Rina"
    assert Event.objects.filter(application_id=strange).count() == 1
    assert list(broken_links()) == []


def test_a_problem_is_the_single_actions_own_in_the_readers_language() -> None:
    ids = several(2)
    rina = officer()
    take(rina, ids[0], "start_review")

    answer = order(rina, ids, "reject")
    drain_all()

    alone = take(rina, ids[0], "reject").json()
    first, second = told(rina, answer)["items"]
    assert {name: first["problem"][name] for name in ("status", "code", "detail", "errors")} == {
        name: alone[name] for name in ("status", "code", "detail", "errors")
    }
    assert second["problem"]["code"] == "action_not_available"
    rina.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert told(rina, answer)["items"][0]["problem"]["detail"] == "Give the resident the reason."


def test_sent_twice_it_is_one_order_and_the_id_stands_for_no_other() -> None:
    ids = several(2)
    rina, id = officer(), str(uuid4())

    first, again = order(rina, ids, id=id), order(rina, ids, id=id)
    other = order(rina, ids[:1], id=id)
    strange = order(officer(email="tono@example.org"), ids, id=id)
    drain_all()

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert [problem(each) for each in (other, strange)] == [(409, "id_taken"), (409, "id_taken")]
    assert (BulkJob.objects.count(), Event.objects.filter(action="start_review").count()) == (1, 2)
    assert order(rina, ids, id=id).json()["state"] == "done"
    drain_all(timedelta(days=2))
    assert Event.objects.filter(action="start_review").count() == 2


def test_an_event_told_again_and_out_of_order_does_nothing_more() -> None:
    ids = several(3)
    answer = order(rina := officer(), ids)
    drain_all()
    due = list(OutboxEvent.objects.filter(topic="bulk.due").order_by("created_at"))
    assert [each.body["place"] for each in due] == [0, 1, 2]

    for event in reversed(due):
        do_next(event, timezone.now())

    assert Event.objects.filter(action="start_review").count() == 3
    assert [BulkJob.objects.get().done, BulkJob.objects.get().refused] == [3, 0]
    assert {each["state"] for each in told(rina, answer)["items"]} == {"done"}
    assert answer.status_code == 202


def test_what_may_be_done_is_asked_when_its_turn_comes() -> None:
    ids = several(2)
    rina = officer()
    answer = order(rina, ids)
    drain(now=timezone.now(), limit=0)  # told to the worker
    Membership.objects.filter(user__email="rina@example.org").delete()
    drain_all()

    assert BulkItem.objects.filter(state="refused", problem__code="not_found", number="").count() == 2
    assert Application.objects.filter(state="submitted").count() == 2
    assert problem(rina.get(answer.headers["Location"])) == (403, "not_staff")


def test_what_asks_for_documents_is_taken_one_by_one() -> None:
    (id,) = several(1, workflow="site-visit")
    rina = officer()
    take(rina, id, "start_review")
    take(rina, id, "plan_visit", reason="Selasa pukul 9.")

    answer = order(rina, [id], "report_visit")
    drain_all()

    refused = told(rina, answer)["items"][0]["problem"]
    assert (refused["status"], refused["code"]) == (409, "not_in_bulk")
    assert "satu per satu" in refused["detail"]
    assert Application.objects.get().state == "visit_planned"


def test_what_nobody_foresaw_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = several(3)
    answer = order(rina := officer(), ids)
    # A row that no operation would write: the version names no such state.
    Application.objects.filter(id=ids[1]).update(state="tiada")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE applications_application SET paused_on = now() WHERE id = %s", [ids[1]])

    drain_all()

    assert [each["state"] for each in told(rina, answer)["items"]] == ["done", "refused", "done"]


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"applications": []}, "/applications", "empty"),
        ({"applications": [{"id": str(uuid4())} for _ in range(501)]}, "/applications", "max_length"),
        ({"applications": [{"id": "x"}]}, "/applications/0/id", "invalid"),
        ({"applications": [{"id": str(uuid4()), "revision": 0}]}, "/applications/0/revision", "min_value"),
        ({"applications": [{"id": str(uuid4()), "revision": 2**40}]}, "/applications/0/revision", "max_value"),
        ({"applications": ["x"]}, "/applications/0", "invalid"),
        ({"action": "a b"}, "/action", "invalid"),
        ({"action": ""}, "/action", "blank"),
        ({"id": "x"}, "/id", "invalid"),
    ],
)
def test_bad_input_is_named(change: dict[str, Any], pointer: str, code: str) -> None:
    publish_service()
    body = {"action": "start_review", "applications": [{"id": str(uuid4())}]} | change

    answer = officer().post(URL, body, content_type="application/json")

    assert problem(answer)[0] == 400
    assert any(place.startswith(pointer) for place in fields(answer)), fields(answer)
    assert BulkJob.objects.count() == 0
    assert code


def test_the_same_application_twice_is_refused() -> None:
    publish_service()
    id = str(uuid4())

    answer = order(officer(), [id, str(uuid4()), id])

    assert (problem(answer), fields(answer)) == ((400, "invalid"), {"/applications/2/id": "duplicate"})


def test_a_stranger_sees_and_orders_nothing() -> None:
    ids = several(1)
    rina = officer()
    answer = order(rina, ids)
    budi = signed_in(resident("budi@example.org"), "office")

    assert problem(order(budi, ids)) == (403, "not_staff")
    assert problem(officer(email="tono@example.org").get(answer.headers["Location"])) == (404, "not_found")
    assert BulkJob.objects.count() == 1


def test_an_item_costs_the_same_in_a_long_order(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ids = several(2)
    rina = officer()
    order(rina, ids[:1] + [str(uuid4()) for _ in range(3)])
    order(rina, ids[1:] + [str(uuid4()) for _ in range(499)])
    short, long = (OutboxEvent.objects.get(key=each.id) for each in BulkJob.objects.order_by("total"))
    with django_assert_num_queries(22) as counted:
        do_next(short, timezone.now())
    with django_assert_num_queries(len(counted)):
        do_next(long, timezone.now())
    assert Application.objects.filter(state="in_review").count() == 2


def test_done_orders_are_forgotten_after_a_month() -> None:
    ids = several(1)
    order(officer(), ids)
    drain_all()
    assert forget_bulk_jobs() == 0
    BulkJob.objects.update(finished_at=timezone.now() - timedelta(days=31))

    assert forget_bulk_jobs() == 1
    assert (BulkJob.objects.count(), BulkItem.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_ordered_and_worked_on_by_many_at_once_each_is_done_once() -> None:
    ids = several(12)
    rina, id = officer(), str(uuid4())

    answers = at_once(*[lambda: order(rina, ids, id=id)] * 4)
    assert [each.status_code for each in answers] == [202] * 4

    def work() -> None:
        while drain(now=timezone.now()):
            pass

    at_once(*[work] * 4)
    work()

    assert [BulkJob.objects.get().done, Event.objects.filter(action="start_review").count()] == [12, 12]
    assert OutboxEvent.objects.filter(topic="application.in_review").count() == 12
    assert list(broken_links()) == []


_WORKER = """
import django; django.setup()
from django.utils import timezone
from services.events.operations import drain
import os
from django.conf import settings
settings.DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE"]
print("begun", flush=True)
while drain(now=timezone.now()): pass
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_between_is_followed_by_one_that_does_the_rest() -> None:
    ids = several(12)
    drain_all()
    answer = order(rina := officer(), ids)
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "superapp.settings",
        "TEST_DATABASE": connection.settings_dict["NAME"],
    }
    with transaction.atomic():
        Application.objects.select_for_update().get(id=ids[5])  # the worker comes as far as this, and waits in it
        worker = subprocess.Popen([sys.executable, "-c", _WORKER], env=environment, stdout=subprocess.PIPE)
        backend = eventually(waiting, seconds=60)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    eventually(lambda: not fetch_all("SELECT 1 FROM pg_stat_activity WHERE pid = %s", [backend]))
    assert BulkJob.objects.get().done == 5

    drain_all(timedelta(minutes=1))

    assert told(rina, answer)["done"] == 12
    assert Event.objects.filter(action="start_review").count() == 12
    assert OutboxEvent.objects.filter(topic="application.in_review").count() == 12
    assert list(broken_links()) == []


def waiting() -> int | None:
    """Return which other connection waits for this one."""
    found = fetch_all("SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))")
    return int(found[0][0]) if found else None
