"""What a workflow asks of whoever takes an action: a reason to choose, a guard that holds, a deadline extended once."""

from typing import Any

import pytest
from django.test import Client

from services.applications.models import Application, Event
from services.definitions.flow import workflow_content
from tests.problems import fields, problem
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import actions, hand_in, officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


def submitted(workflow: Any, **more: Any) -> tuple[Client, str]:
    publish_service(workflow=workflow, requirements=[], **more)
    app = signed_in(resident(), "applications", "notifications")
    id = ready(app, files=False)
    assert submit(app, id).status_code == 200
    return app, id


def offered(client: Client, id: str, action: str) -> Any:
    found = client.get(f"{OFFICE}{id}/actions/").json()["results"]
    return next(each for each in found if each["action"] == action)


def counted(app: Client, id: str) -> int:
    return sum(day["counted"] for day in app.get(f"{URL}{id}/deadline/").json()["days"])


def test_a_visit_is_planned_reported_and_decided_by_somebody_else() -> None:
    app, id = submitted("site-visit")
    rina, budi = officer("officer", "approver"), officer("approver", email="budi@example.org")
    take(rina, id, "start_review")
    take(rina, id, "plan_visit", reason="Selasa, 1 Desember 2026, pukul 9.")
    assert take(rina, id, "replan_visit", reason_code="cuaca").status_code == 200
    hand_in(rina, id, "report_visit", "berita_acara")
    take(rina, id, "report_visit")

    assert actions(rina, id) == ["return"]
    assert problem(take(rina, id, "approve")) == (403, "action_forbidden")
    assert take(budi, id, "approve").json()["end"] == "granted"
    reasons = [line["reason"] for line in app.get(f"{URL}{id}/timeline/").json()["results"]]
    assert reasons == [None, None, "Selasa, 1 Desember 2026, pukul 9.", "Cuaca", None, None]


def test_a_reason_is_one_of_those_offered_and_has_words_where_it_says_too_little() -> None:
    app, id = submitted("site-visit")
    rina = officer()
    take(rina, id, "start_review")

    assert [each["code"] for each in offered(rina, id, "reject")["reason_codes"]] == [
        "berkas_tidak_sah",
        "tidak_memenuhi_syarat",
        "lainnya",
    ]
    for body, expected in (
        ({}, {"/reason_code": "required"}),
        ({"reason": "Tidak sah."}, {"/reason_code": "required"}),
        ({"reason_code": "bosan"}, {"/reason_code": "unknown"}),
        ({"reason_code": "lainnya"}, {"/reason": "required"}),
    ):
        refused = take(rina, id, "reject", **body)
        assert (problem(refused), fields(refused)) == ((422, "invalid_reason"), expected)
    assert Application.objects.get().state == "in_review"
    assert take(rina, id, "reject", reason_code="lainnya", reason="Tanda tangan berbeda.").status_code == 200
    line = app.get(f"{URL}{id}/timeline/").json()["results"][-1]
    assert line["reason"] == "Alasan lain. Tanda tangan berbeda."
    assert Event.objects.order_by("-sequence")[0].data == {"reason_code": "lainnya"}


def test_a_request_for_information_is_extended_once_by_seven_working_days() -> None:
    ten = {"working_days": 10, "from": "complete", "basis": "UU 14/2008 Pasal 22 ayat (7)"}
    app, id = submitted("information-request", deadline=ten)
    rina = officer()
    take(rina, id, "register")
    assert counted(app, id) == 10

    extended = take(rina, id, "extend", reason_code="belum_dikuasai", reason="Ada di gudang arsip.")
    again = take(rina, id, "extend", reason_code="belum_dikuasai", reason="Belum ketemu.")

    assert extended.status_code == 200
    assert problem(again) == (409, "guard_not_met")
    assert offered(rina, id, "extend")["blocked"] == "Tenggat sudah pernah diperpanjang."
    told = app.get(f"{URL}{id}/deadline/").json()
    assert counted(app, id) == 17
    assert told["due_on"] == told["days"][-1]["date"] == extended.json()["due_on"]
    assert told["explanation"].endswith("Diperpanjang 7 hari kerja (UU 14/2008 Pasal 22 ayat (8)).")
    hand_in(rina, id, "provide", "informasi")
    assert take(rina, id, "provide").json()["end"] == "granted"


def test_who_proposes_to_refuse_information_does_not_refuse_it() -> None:
    _app, id = submitted("information-request")
    both, other = officer("officer", "approver"), officer("approver", email="budi@example.org")
    take(both, id, "register")
    take(both, id, "propose_refusal", reason="Rahasia pribadi.")

    assert problem(take(both, id, "refuse", reason_code="tidak_dikuasai")) == (403, "action_forbidden")
    assert take(other, id, "refuse", reason_code="tidak_dikuasai").json()["end"] == "rejected"


def test_a_complaint_is_taken_up_answered_and_closed() -> None:
    _app, id = submitted("complaint")
    rina = officer()

    take(rina, id, "accept")
    take(rina, id, "answer", reason="Lampu jalan sudah diganti.")
    closed = take(rina, id, "close", reason_code="tanpa_tanggapan")

    assert (closed.json()["state_label"], closed.json()["end"]) == ("Selesai", "granted")


def test_a_guard_holds_an_action_back_and_says_why() -> None:
    workflow = {**workflow_content("standard-review")}
    guard = {
        "rule": {"==": [{"var": "answers.data.kawin"}, True]},
        "message": {"id": "Hanya untuk yang sudah kawin.", "en": "Only for the married."},
    }
    workflow["transitions"] = [
        each | {"guard": guard} if each["action"] == "grant" else each for each in workflow["transitions"]
    ]
    _app, id = submitted(workflow)
    rina = officer()
    take(rina, id, "start_review")

    assert offered(rina, id, "grant")["blocked"] == "Hanya untuk yang sudah kawin."
    assert offered(rina, id, "reject")["blocked"] is None
    assert problem(take(rina, id, "grant")) == (409, "guard_not_met")
    assert Application.objects.get().state == "in_review"
