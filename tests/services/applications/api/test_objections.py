"""Objection, appeal, reopening: who may, until when, decided by whom, and what becomes of the first decision."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from services.applications.models import Application, Event
from services.applications.operations.reopening import carry_out
from services.applications.operations.watching import tend_clocks
from services.applications.queries.chain import broken_links
from services.catalogue.models import Service
from tests.at_once import at_once
from tests.journeys.test_spine import eventually
from tests.problems import fields, problem
from tests.services.applications.api.test_bulk import waiting
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import actions, officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.api.test_workflow import submitted
from tests.services.applications.factory import resident
from tests.services.applications.test_consumers import drain_all
from tests.services.definitions.test_objections import OBJECTION, REOPENING
from tests.services.documents.crafted import pdf
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
GROUNDS = {"answers": {"keberatan": {"uraian": "Foto sudah jelas; petugas keliru membacanya."}}}
# A Monday; no holidays are in the calendar of these tests.
MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Any:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


def rejected(**more: Any) -> tuple[Client, str, Client]:
    """Return the resident, a rejected application, and the officer who rejected it."""
    app, id = submitted("standard-review", **{"objection": OBJECTION, "reopening": REOPENING} | more)
    rina = officer("officer", "approver")
    take(rina, id, "start_review")
    assert take(rina, id, "reject", reason="Foto tidak terbaca.").status_code == 200
    return app, id, rina


def object_to(app: Client, id: str, objection: str = "", **headers: str) -> Any:
    body = {"id": objection} if objection else {}
    return app.post(f"{URL}{id}/objections/", body, "application/json", headers=headers)


def may(app: Client, id: str) -> Any:
    return app.get(f"{URL}{id}/objections/").json()["may"]


def filed(app: Client, id: str) -> str:
    """File an objection with its grounds; return its id."""
    made = object_to(app, id)
    assert made.status_code == 201, made.content
    objection = str(made.json()["id"])
    saved = app.patch(f"{URL}{objection}/", GROUNDS, "application/json", headers={"If-Match": made.headers["ETag"]})
    assert saved.json()["problems"] == [], saved.content
    sent = submit(app, objection)
    assert sent.status_code == 200, sent.content
    return objection


def decide(client: Client, objection: str, action: str) -> Any:
    take(client, objection, "take_up")
    return take(client, objection, action, reason="Sudah diperiksa kembali.")


def head(email: str = "budi@example.org") -> Client:
    return officer("officer", "approver", email=email)


def types(client: Client, id: str, at: str = URL) -> list[str]:
    return [each["type"] for each in client.get(f"{at}{id}/timeline/").json()["results"]]


def test_an_objection_that_is_upheld_opens_the_application_again(clock: Any) -> None:
    app, id, rina = rejected()
    budi = head()
    assert may(app, id)["until"] == "2026-12-01"
    objection = filed(app, id)
    told = app.get(f"{URL}{objection}/").json()
    assert (told["kind"], told["service"]["title"]) == ("objection", "Keberatan: Layanan uji")
    form = app.get(f"{URL}{objection}/definition/")
    assert form.json()["definition"]["form"]["schema"]["required"] == ["keberatan"]
    assert app.get(f"{URL}{objection}/definition/", headers={"If-None-Match": form.headers["ETag"]}).status_code == 304
    assert (told["objects_to"]["id"], told["state_label"], told["due_on"]) == (id, "Keberatan diterima", "2026-11-16")
    assert [(line["id"], line["kind"]) for line in budi.get(OFFICE).json()["results"]] == [(objection, "objection")]
    assert may(app, id)["code"] == "objection_open"

    # Who decided has no say in it.
    assert actions(rina, objection) == []
    assert problem(take(rina, objection, "take_up")) == (403, "action_forbidden")
    assert decide(budi, objection, "uphold").json()["state_label"] == "Keberatan dikabulkan"
    drain_all()

    again = app.get(f"{URL}{id}/").json()
    assert (again["state"], again["end"], again["closed_at"], again["due_on"]) == (
        "in_review",
        None,
        None,
        "2026-11-09",
    )
    deadline = app.get(f"{URL}{id}/deadline/").json()
    assert (deadline["started_on"], deadline["working_days"], deadline["due_on"]) == ("2026-11-02", 5, "2026-11-09")
    assert deadline["explanation"].startswith("Dibuka kembali 2 November 2026; 5 hari kerja")
    assert types(app, id) == ["submitted", "in_review", "rejected", "objection_filed", "reopened"]
    # Whose refusal fell does not refuse again; granting it they may.
    assert actions(rina, id) == ["grant"]
    assert problem(take(rina, id, "reject", reason="Tetap tidak terbaca.")) == (403, "action_forbidden")
    assert take(rina, id, "grant").json()["end"] == "granted"
    assert problem(object_to(app, id)) == (409, "nothing_to_object")
    drain_all()
    assert list(broken_links()) == []


def test_a_second_refusal_on_the_same_day_may_be_objected_to_as_the_first_was(clock: Any) -> None:
    app, id, _rina = rejected()
    clock.shift(timedelta(hours=1))
    decide(head(), filed(app, id), "uphold")
    drain_all()
    clock.shift(timedelta(hours=1))
    assert take(head("dewi@example.org"), id, "reject", reason="Tetap tidak terbaca.").status_code == 200

    assert may(app, id)["until"] == "2026-12-01"
    filed(app, id)
    assert may(app, id)["code"] == "objection_open"


def test_an_objection_that_is_refused_may_be_appealed_and_the_appeal_overturns_both(clock: Any) -> None:
    app, id, rina = rejected()
    budi, dewi = head(), head("dewi@example.org")
    objection = filed(app, id)
    assert decide(budi, objection, "refuse").json()["end"] == "rejected"
    assert (may(app, id)["code"], problem(object_to(app, id))) == ("objection_decided", (409, "objection_decided"))
    assert may(app, objection)["until"] == "2026-11-16"

    appeal = filed(app, objection)

    assert app.get(f"{URL}{appeal}/").json()["service"]["title"] == "Banding: Layanan uji"
    assert (actions(rina, appeal), actions(budi, appeal), actions(dewi, appeal)) == ([], [], ["take_up"])
    assert decide(dewi, appeal, "uphold").json()["end"] == "granted"
    drain_all()
    drain_all()
    assert app.get(f"{URL}{id}/").json()["state"] == "in_review"
    assert types(app, objection)[-1] == "overturned"
    assert types(app, id).count("reopened") == 1
    assert may(app, objection)["code"] == "objection_decided"
    assert may(app, appeal)["code"] == "no_objection"
    drain_all()
    assert list(broken_links()) == []


def test_an_appeal_that_is_refused_is_the_end_here(clock: Any) -> None:
    app, id, _rina = rejected()
    objection = filed(app, id)
    decide(head(), objection, "refuse")
    appeal = filed(app, objection)
    decide(head("dewi@example.org"), appeal, "refuse")

    assert problem(object_to(app, appeal)) == (409, "no_objection")
    assert app.get(f"{URL}{id}/").json()["end"] == "rejected"


def test_too_late_is_told_with_the_day_and_the_law_also_to_who_had_begun(clock: Any) -> None:
    app, id, _rina = rejected()
    begun = object_to(app, id)
    objection = begun.json()["id"]
    app.patch(f"{URL}{objection}/", GROUNDS, "application/json", headers={"If-Match": begun.headers["ETag"]})

    clock.move_to(datetime(2026, 12, 2, 2, 0, tzinfo=UTC))  # 21 working days are over

    late = submit(app, objection)
    assert problem(late) == (409, "objection_too_late")
    assert late.json()["detail"] == "Batas waktunya sudah lewat (2026-12-01, UU 30/2014 Pasal 77 ayat (1))."
    assert app.delete(f"{URL}{objection}/", headers={"If-Match": "*"}).status_code == 204
    assert problem(object_to(app, id)) == (409, "objection_too_late")
    clock.move_to(datetime(2026, 12, 1, 15, 59, tzinfo=UTC))  # one minute before midnight in the city
    assert submit(app, filed_draft(app, id)).status_code == 200


def filed_draft(app: Client, id: str) -> str:
    made = object_to(app, id)
    app.patch(f"{URL}{made.json()['id']}/", GROUNDS, "application/json", headers={"If-Match": made.headers["ETag"]})
    return str(made.json()["id"])


def test_twice_is_once_and_a_second_beside_it_is_refused(clock: Any) -> None:
    app, id, _rina = rejected()
    mine = str(uuid4())

    first, again = object_to(app, id, mine), object_to(app, id, mine)
    assert (first.status_code, again.status_code, again.json()["id"]) == (201, 200, mine)
    second = object_to(app, id, str(uuid4()))
    assert (problem(second), second.json()["objection"]) == ((409, "objection_open"), mine)
    assert problem(object_to(app, id, id)) == (409, "id_taken")
    assert fields(submit(app, mine)) == {"/answers/keberatan/uraian": "required"}
    file = SimpleUploadedFile("bukti.pdf", pdf())
    assert app.post(f"{URL}{mine}/files/", {"requirement": "bukti", "file": file}).status_code == 201
    app.patch(f"{URL}{mine}/", GROUNDS, "application/json", headers={"If-Match": "*"})
    assert (submit(app, mine).status_code, submit(app, mine).status_code) == (200, 200)
    assert Event.objects.filter(type="objection_filed").count() == 1
    assert Application.objects.exclude(objects_to=None).count() == 1


def test_nobody_else_objects_nor_to_what_is_granted_withdrawn_or_open(clock: Any) -> None:
    app, id = submitted("standard-review", objection=OBJECTION)
    rina = officer()
    other = signed_in(resident("lain@example.org"), "applications")

    assert problem(object_to(app, id)) == (409, "not_decided")
    take(rina, id, "start_review")
    take(rina, id, "grant")
    granted = object_to(app, id)
    assert (problem(granted), granted.json()["detail"]) == ((409, "nothing_to_object"), "Permohonan ini dikabulkan.")
    assert problem(object_to(other, id)) == (404, "not_found")
    assert problem(other.get(f"{URL}{id}/objections/")) == (404, "not_found")
    assert not Service.objects.filter(slug__startswith="objection").exists()


def test_withdrawn_it_may_be_filed_again_in_time_and_the_decision_stands(clock: Any) -> None:
    app, id, _rina = rejected()
    objection = filed(app, id)

    assert app.post(f"{URL}{objection}/withdraw/", {}, "application/json").json()["end"] == "withdrawn"
    drain_all()

    assert app.get(f"{URL}{id}/").json()["end"] == "rejected"
    assert may(app, id)["until"] == "2026-12-01"
    assert filed(app, id) != objection


def test_where_the_law_lets_silence_is_objected_to_and_upheld_it_has_a_new_day(clock: Any) -> None:
    app, id = submitted("information-request", objection=OBJECTION | {"when_overdue": True})
    rina, budi = officer(), head()
    take(rina, id, "register")
    assert problem(object_to(app, id)) == (409, "not_decided")

    clock.move_to(MONDAY + 8 * DAY)  # three working days were promised
    objection = filed(app, id)
    assert decide(budi, objection, "uphold").status_code == 200
    drain_all()

    again = app.get(f"{URL}{id}/").json()
    assert (again["state"], again["due_on"]) == ("in_process", "2026-11-17")
    assert list(broken_links()) == []


def test_silence_upholds_where_the_definition_says_so(clock: Any) -> None:
    app, id, _rina = rejected()
    objection = filed(app, id)

    drain_all()
    clock.move_to(MONDAY + 14 * DAY)  # the last of ten working days
    assert tend_clocks(now=timezone.now()).get("deemed_granted") is None
    clock.move_to(MONDAY + 15 * DAY)
    assert tend_clocks(now=timezone.now())["deemed_granted"] == 1
    drain_all()

    assert types(app, objection)[-1] == "deemed_granted"
    assert Event.objects.get(type="deemed_granted").data["basis"] == "UU 30/2014 Pasal 77 ayat (4)"
    again = app.get(f"{URL}{id}/").json()
    assert (again["state"], again["due_on"]) == ("in_review", "2026-11-24")
    assert list(broken_links()) == []


def test_what_stands_for_objections_is_no_service_that_anybody_finds(clock: Any) -> None:
    app, id, _rina = rejected()
    filed(app, id)
    hidden = Service.objects.get(slug__startswith="objection:")

    assert [each["slug"] for each in app.get("/api/v1/services/").json()["results"]] == ["uji"]
    refused = app.post(URL, {"service": hidden.slug}, "application/json")
    assert refused.status_code == 400
    assert hidden.current_id is None
    assert hidden.versions.count() == 1


def reopen(client: Client, id: str, **body: Any) -> Any:
    return client.post(f"{OFFICE}{id}/reopen/", body, "application/json")


def test_the_agency_opens_again_by_its_own_rule(clock: Any) -> None:
    app, id, rina = rejected()
    sari = officer("officer", email="sari@example.org")

    assert problem(reopen(sari, id, reason="Keliru.")) == (403, "action_forbidden")
    assert (problem(refused := reopen(rina, id)), fields(refused)) == ((422, "invalid_reason"), {"/reason": "required"})
    assert problem(reopen(app, id, reason="Saya mau.")) == (403, "insufficient_scope")
    tag = rina.get(f"{OFFICE}{id}/").headers["ETag"]
    opened = rina.post(f"{OFFICE}{id}/reopen/", {"reason": "Keliru."}, "application/json", headers={"If-Match": tag})
    assert (opened.json()["state"], opened.json()["due_on"]) == ("in_review", "2026-11-09")
    late = rina.post(f"{OFFICE}{id}/reopen/", {"reason": "Keliru."}, "application/json", headers={"If-Match": tag})
    assert problem(late) == (412, "precondition_failed")
    assert problem(reopen(rina, id, reason="Keliru.")) == (409, "not_reopenable")
    line = app.get(f"{URL}{id}/timeline/").json()["results"][-1]
    assert (line["type"], line["by"], line["reason"]) == ("reopened", "approver", "Keliru.")
    assert take(rina, id, "reject", reason="Kini dengan alasan yang benar.").json()["end"] == "rejected"
    assert list(broken_links()) == []

    clock.move_to(MONDAY + 31 * DAY)
    assert problem(reopen(rina, id, reason="Keliru.")) == (409, "reopening_too_late")


def test_what_is_objected_to_is_not_opened_beside_it(clock: Any) -> None:
    app, id, rina = rejected()
    filed(app, id)

    assert problem(reopen(rina, id, reason="Keliru.")) == (409, "objection_open")


def test_without_a_rule_nothing_is_opened_again(clock: Any) -> None:
    app, id = submitted("standard-review")
    rina = officer()
    take(rina, id, "start_review")
    take(rina, id, "reject", reason="Foto tidak terbaca.")

    assert problem(reopen(rina, id, reason="Keliru.")) == (409, "not_reopenable")
    assert (may(app, id)["code"], problem(object_to(app, id))) == ("no_objection", (409, "no_objection"))


@pytest.mark.django_db(transaction=True)
def test_filed_from_four_devices_at_once_it_is_one_objection() -> None:
    app, id, _rina = rejected()

    begun = at_once(*[lambda: object_to(app, id, str(uuid4()))] * 4)

    assert sorted(each.status_code for each in begun) == [201, 409, 409, 409]
    objection = str(Application.objects.exclude(objects_to=None).get().id)
    app.patch(f"{URL}{objection}/", GROUNDS, "application/json", headers={"If-Match": "*"})
    sent = at_once(*[lambda: submit(app, objection)] * 4)
    assert [each.status_code for each in sent] == [200] * 4
    assert Event.objects.filter(type="objection_filed").count() == 1
    assert list(broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_a_reopening_against_an_objection_is_one_of_both() -> None:
    app, id, rina = rejected()
    draft = filed_draft(app, id)

    opened, sent = at_once(lambda: reopen(rina, id, reason="Keliru."), lambda: submit(app, draft))

    assert sorted((opened.status_code, sent.status_code)) == [200, 409]
    assert Event.objects.filter(type__in=("reopened", "objection_filed")).count() == 1
    assert list(broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_what_was_upheld_is_carried_out_once_however_often_it_is_told() -> None:
    app, id, _rina = rejected()
    objection = filed(app, id)
    decide(head(), objection, "uphold")

    done = at_once(*[lambda: carry_out(UUID(objection), now=timezone.now())] * 4)

    assert sorted(done) == [False, False, False, True]
    assert types(app, id).count("reopened") == 1
    assert list(broken_links()) == []


@pytest.mark.django_db(transaction=True)
def test_one_id_for_objections_to_two_decisions_at_once_is_one_of_them() -> None:
    app, first, rina = rejected()
    second = ready(app, files=False)
    submit(app, second)
    take(rina, second, "start_review")
    assert take(rina, second, "reject", reason="Foto tidak terbaca.").status_code == 200
    objection = str(uuid4())

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert object_to(app, first, objection).status_code == 201
            later = pool.submit(elsewhere, partial(object_to, app, second, objection))
            eventually(waiting)

        assert problem(later.result()) == (409, "id_taken")
    assert Application.objects.filter(id=objection).count() == 1


def elsewhere(call: Callable[[], Any]) -> Any:
    """Do it on a connection of its own."""
    try:
        return call()
    finally:
        connection.close()
