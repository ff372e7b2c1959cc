"""`office/applications/`: the officer's own agency, what may be done, doing it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.agencies.models import Membership
from services.applications.models import Event
from services.applications.queries.chain import broken_links
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import agency, member, publish_service, resident
from tests.services.documents.crafted import pdf
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/office/applications/"


@pytest.fixture
def siti() -> Client:
    publish_service()
    return signed_in(resident(), "applications", "account")


@pytest.fixture
def id(siti: Client) -> str:
    application = ready(siti)
    assert submit(siti, application).status_code == 200
    return application


def officer(*roles: str, email: str = "rina@example.org", code: str = "DISDUKCAPIL") -> Client:
    return signed_in(member(email, *(roles or ("officer",)), code=code), "office")


def take(client: Client, id: str, action: str, **body: Any) -> Any:
    return client.post(f"{URL}{id}/actions/{action}/", data=body, content_type="application/json")


def hand_in(
    client: Client, id: str, action: str, document: str, content: bytes = pdf(), *, at: str = URL, **headers: str
) -> Any:
    """Upload a file for an action."""
    file = SimpleUploadedFile("berkas.pdf", content)
    return client.post(f"{at}{id}/actions/{action}/files/", {"document": document, "file": file}, headers=headers)


def actions(client: Client, id: str) -> list[str]:
    return [each["action"] for each in client.get(f"{URL}{id}/actions/").json()["results"]]


def test_the_queue_holds_what_is_open_at_my_agency_and_names_nobody(siti: Client, id: str) -> None:
    ready(siti)
    rina = officer()

    answer = rina.get(URL)

    assert [line["id"] for line in answer.json()["results"]] == [id]
    assert b"Siti" not in answer.content
    take(rina, id, "start_review")
    assert [line["state"] for line in rina.get(f"{URL}?state=in_review").json()["results"]] == ["in_review"]
    assert rina.get(f"{URL}?state=submitted").json()["results"] == []
    take(rina, id, "grant")
    assert rina.get(URL).json()["results"] == []


def test_another_agency_finds_nothing(id: str) -> None:
    hendra = officer(email="hendra@example.org", code="DPMPTSP")

    assert hendra.get(URL).json()["results"] == []
    for answer in (
        hendra.get(f"{URL}{id}/"),
        hendra.get(f"{URL}{id}/timeline/"),
        hendra.get(f"{URL}{id}/actions/"),
        hendra.get(f"{URL}{id}/document/"),
        take(hendra, id, "start_review"),
    ):
        assert problem(answer) == (404, "not_found")
    assert DataAccess.objects.count() == 0


def test_a_resident_and_a_token_without_the_scope_are_refused(siti: Client, id: str) -> None:
    budi = signed_in(resident("budi@example.org"), "office")

    assert problem(budi.get(URL)) == (403, "not_staff")
    assert problem(siti.get(URL)) == (403, "insufficient_scope")


def test_a_draft_is_not_the_offices_business(siti: Client) -> None:
    draft = ready(siti)

    assert problem(officer().get(f"{URL}{draft}/")) == (404, "not_found")


def test_only_what_the_workflow_offers_to_my_role_may_be_done(id: str) -> None:
    rina, dewi = officer(), officer("admin", email="dewi@example.org")

    assert actions(rina, id) == ["start_review"]
    assert actions(dewi, id) == []
    assert problem(take(rina, id, "grant")) == (409, "action_not_available")
    assert problem(take(dewi, id, "start_review")) == (403, "action_forbidden")
    assert problem(take(rina, id, "withdraw")) == (403, "action_forbidden")
    assert take(rina, id, "start_review").json()["state"] == "in_review"
    assert actions(rina, id) == ["grant", "reject"]


def test_a_refusal_needs_a_reason_that_the_resident_reads(siti: Client, id: str) -> None:
    rina = officer()
    take(rina, id, "start_review")

    refused = take(rina, id, "reject", reason="  ")
    assert problem(refused) == (422, "invalid_reason")
    assert fields(refused) == {"/reason": "required"}
    assert fields(take(rina, id, "reject", reason="a" * 2001)) == {"/reason": "max_length"}
    assert take(rina, id, "reject", reason="Foto tidak terbaca").json()["end"] == "rejected"

    lines = siti.get(f"/api/v1/applications/{id}/timeline/").json()["results"]
    assert [(line["type"], line["by"], line["reason"]) for line in lines] == [
        ("submitted", "resident", None),
        ("in_review", "officer", None),
        ("rejected", "officer", "Foto tidak terbaca"),
    ]


def test_a_decision_taken_twice_is_taken_once(id: str) -> None:
    rina = officer()
    take(rina, id, "start_review")

    answers = [take(rina, id, "grant") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 409]
    assert Event.objects.filter(type="granted").count() == 1


def test_who_recommends_does_not_approve() -> None:
    publish_service(workflow="two-step-approval")
    siti = signed_in(resident(), "applications")
    id = ready(siti)
    submit(siti, id)
    both = officer("officer", "approver")
    take(both, id, "start_review")
    take(both, id, "recommend")

    assert "approve" not in actions(both, id)
    assert problem(take(both, id, "approve")) == (403, "action_forbidden")
    maya = officer("approver", email="maya@example.org")
    assert actions(maya, id) == ["approve", "refuse", "return"]
    assert take(maya, id, "approve").json()["end"] == "granted"


def test_staff_do_not_handle_what_they_applied_for_themselves() -> None:
    publish_service()
    person = member("rina@example.org", "officer")
    app, rina = signed_in(person, "applications"), signed_in(person, "office")
    own = ready(app)
    submit(app, own)

    assert actions(rina, own) == []
    assert problem(take(rina, own, "start_review")) == (403, "action_forbidden")
    assert take(officer(email="agus@example.org"), own, "start_review").status_code == 200
    taken_back = app.post(f"/api/v1/applications/{own}/withdraw/", data={}, content_type="application/json")
    assert taken_back.json()["end"] == "withdrawn"


def test_a_document_that_is_not_there_was_not_read(siti: Client, id: str) -> None:
    assert problem(officer().get(f"{URL}{id}/document/")) == (404, "not_found")
    assert DataAccess.objects.count() == 0


def test_each_reading_is_shown_to_the_resident(siti: Client, id: str) -> None:
    rina = officer()
    file_id = rina.get(f"{URL}{id}/").json()["files"][0]["id"]
    rina.get(f"{URL}{id}/timeline/")
    assert rina.get(f"{URL}{id}/files/{file_id}/").headers["Content-Type"] == "image/png"
    take(rina, id, "start_review")

    log = siti.get("/api/v1/me/access-log/?limit=2").json()
    rest = siti.get(log["next"]).json()

    assert [line["what"] for line in log["results"] + rest["results"]] == [
        "decision",
        "file",
        "timeline",
        "application",
    ]
    assert log["results"][0]["agency"] == {"code": "DISDUKCAPIL", "name": "DISDUKCAPIL"}
    assert log["results"][0]["reader"] == {"name": "Rina", "role": "officer"}
    assert (log["results"][0]["application"], log["results"][0]["kind"]) == (id, "staff")
    assert siti.get(rest["previous"]).json() == log


def test_the_office_sees_who_applies(id: str) -> None:
    told = officer().get(f"{URL}{id}/").json()

    assert told["applicant"] == {"id": str(User.objects.get(email="siti@example.org").id), "name": "Siti"}
    assert told["answers"]["data"]["nama"] == "Siti Rahma"


def test_the_chain_of_a_decided_application_holds(id: str) -> None:
    rina = officer()
    take(rina, id, "start_review")
    take(rina, id, "grant")

    assert list(broken_links()) == []


def test_the_queue_costs_two_queries_beside_the_token(
    siti: Client, id: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        submit(siti, ready(siti))
    rina = officer()
    rina.get(URL)

    with django_assert_num_queries(3):
        assert len(rina.get(URL).json()["results"]) == 5


def test_the_queue_of_two_agencies_is_one_list_in_order_of_the_day(siti: Client, id: str) -> None:
    person = member("rina@example.org", "officer")
    Membership.objects.create(user=person, agency=agency("DPMPTSP"), role="officer")
    rina = signed_in(person, "office")
    publish_service("DPMPTSP", service="lain", deadline={"working_days": 1, "from": "complete", "basis": "Uji"})
    sooner = ready(siti, service="lain")
    assert submit(siti, sooner).status_code == 200

    first = rina.get(f"{URL}?limit=1").json()
    second = rina.get(first["next"]).json()

    assert [first["results"][0]["id"], second["results"][0]["id"]] == [sooner, id]
    assert second["next"] is None
    assert rina.get(second["previous"]).json()["results"] == first["results"]
