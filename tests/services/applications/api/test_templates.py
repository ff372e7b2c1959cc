"""`office/answer-templates/`: an agency's admins word them, its staff use them, nothing typed becomes a placeholder."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.applications.models import AnswerTemplate, AnswerWording
from services.applications.operations.templates import MOST
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/office/answer-templates/"
BODY = {
    "id": "Yth. {applicant}, foto pada {number} ({service}) tidak terbaca. Batas: {due_on}.",
    "en": "Dear {applicant}, the photo of {number} ({service}) cannot be read. Due: {due_on}.",
}


@pytest.fixture
def dewi() -> Client:
    publish_service()
    return officer("admin", email="dewi@example.org")


def texts(**more: Any) -> dict[str, Any]:
    return {"title": {"id": "Foto buram", "en": "Blurred photo"}, "body": BODY} | more


def word(client: Client, **more: Any) -> Any:
    return client.post(URL, {"key": "foto-buram"} | texts(**more), content_type="application/json")


def reword(client: Client, id: str, etag: str, **more: Any) -> Any:
    headers = {"If-Match": etag}
    return client.put(f"{URL}{id}/", texts(**more), content_type="application/json", headers=headers)


def test_an_admin_words_it_and_an_officer_uses_it_for_an_application(dewi: Client) -> None:
    made = word(dewi)
    assert made.status_code == 201, made.content
    app = signed_in(resident(), "applications", "account")
    User.objects.filter(email="siti@example.org").update(full_name="Siti {number} {applicant}")
    id = ready(app)
    number = submit(app, id).json()["number"]
    rina = officer()

    (listed,) = rina.get(URL).json()["results"]
    shown = rina.get(f"/api/v1/office/applications/{id}/answer-templates/{listed['id']}/").json()["body"]

    assert (listed["key"], listed["version"], listed["author"]) == ("foto-buram", 1, "Dewi")
    assert shown["id"].startswith(f"Yth. Siti {{number}} {{applicant}}, foto pada {number} (Layanan uji) tidak")
    assert "(Test service) cannot be read. Due: " in shown["en"]
    assert DataAccess.objects.filter(about=id, what="application", reader_name="Rina").count() == 1
    preview = rina.get(f"{URL}{listed['id']}/preview/").json()["body"]["id"]
    assert preview.startswith("Yth. Siti Aminah, foto pada BPN-7K3M-2Q9F-0 (Akta Kelahiran)")


def test_other_words_are_a_new_version_and_the_old_are_kept(dewi: Client) -> None:
    id = word(dewi).json()["id"]
    first = dewi.get(f"{URL}{id}/")

    done = reword(dewi, id, first.headers["ETag"], title={"id": "Foto gelap", "en": "Dark photo"})
    same = reword(dewi, id, done.headers["ETag"], title={"id": "Foto gelap", "en": "Dark photo"})
    late = reword(dewi, id, first.headers["ETag"])

    assert (done.json()["version"], same.json()["version"]) == (2, 2)
    assert problem(late) == (412, "precondition_failed")
    versions = dewi.get(f"{URL}{id}/").json()["versions"]
    assert [(each["version"], each["title"]["en"]) for each in versions] == [(2, "Dark photo"), (1, "Blurred photo")]
    assert problem(dewi.put(f"{URL}{id}/", texts(), content_type="application/json")) == (428, "precondition_required")


def test_taken_out_of_use_its_key_is_free_and_its_words_are_kept(dewi: Client) -> None:
    id = word(dewi).json()["id"]
    assert problem(word(dewi)) == (409, "key_taken")
    assert word(dewi, service="uji").status_code == 201
    assert problem(word(dewi, service="uji")) == (409, "key_taken")

    assert dewi.delete(f"{URL}{id}/", headers={"If-Match": '"1"'}).status_code == 204

    assert problem(dewi.get(f"{URL}{id}/")) == (404, "not_found")
    assert problem(dewi.delete(f"{URL}{id}/", headers={"If-Match": "*"})) == (404, "not_found")
    assert word(dewi).status_code == 201
    assert AnswerWording.objects.filter(template_id=id).count() == 1


def test_a_services_own_is_for_that_service_alone(dewi: Client) -> None:
    publish_service(service="lain")
    only = word(dewi, service="lain").json()["id"]
    app = signed_in(resident(), "applications")
    submit(app, id := ready(app))
    rina = officer()

    assert [each["service"] for each in rina.get(f"{URL}?service=lain").json()["results"]] == ["lain"]
    assert rina.get(f"{URL}?service=uji").json()["results"] == []
    found = rina.get(f"/api/v1/office/applications/{id}/answer-templates/{only}/")
    assert problem(found) == (404, "not_found")
    assert DataAccess.objects.count() == 0


def test_another_agency_sees_none_and_an_officer_words_none(dewi: Client) -> None:
    id = word(dewi).json()["id"]
    hendra = officer("admin", email="hendra@example.org", code="DPMPTSP")
    rina = officer()

    assert hendra.get(URL).json()["results"] == []
    for answer in (
        hendra.get(f"{URL}{id}/"),
        hendra.get(f"{URL}{id}/preview/"),
        reword(hendra, id, "*"),
        hendra.delete(f"{URL}{id}/", headers={"If-Match": "*"}),
    ):
        assert problem(answer) == (404, "not_found")
    for answer in (word(rina), reword(rina, id, "*"), rina.delete(f"{URL}{id}/", headers={"If-Match": "*"})):
        assert problem(answer) == (403, "not_agency_admin")
    assert fields(word(dewi, agency="DPMPTSP")) == {"/agency": "invalid"}
    assert fields(word(hendra, service="uji")) == {"/service": "unknown_service"}
    assert AnswerWording.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"body": {"id": "{nik}", "en": "{applicant.password}"}}, {"/body/id", "/body/en"}),
        ({"body": {"id": "{}", "en": "x"}}, {"/body/id"}),
        ({"body": {"id": "x"}}, {"/body/en"}),
        ({"body": "x"}, {"/body"}),
        ({"title": {"id": "x" * 121, "en": "x"}}, {"/title/id"}),
        ({"body": {"id": "x" * 1501, "en": "x"}}, {"/body/id"}),
        ({"key": "foto buram"}, {"/key"}),
    ],
)
def test_bad_input_is_named(dewi: Client, change: dict[str, Any], expected: set[str]) -> None:
    answer = word(dewi, **change)

    assert (problem(answer)[0], set(fields(answer))) == (400, expected)
    assert AnswerTemplate.objects.count() == 0


def test_there_are_at_most_so_many(dewi: Client) -> None:
    id = word(dewi).json()["id"]
    agency_id = AnswerTemplate.objects.get(id=id).agency_id
    AnswerTemplate.objects.bulk_create(AnswerTemplate(agency_id=agency_id, key=f"x{n}") for n in range(MOST - 1))

    assert problem(word(dewi, key="satu-lagi")) == (409, "too_many")
    AnswerTemplate.objects.filter(key="x1").update(withdrawn_at=timezone.now())
    assert word(dewi, key="satu-lagi").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_two_who_reword_at_once_one_is_told(dewi: Client) -> None:
    id = word(dewi).json()["id"]

    answers = at_once(
        lambda: reword(dewi, id, '"1"', title={"id": "Satu", "en": "One"}),
        lambda: reword(dewi, id, '"1"', title={"id": "Dua", "en": "Two"}),
    )

    assert sorted(each.status_code for each in answers) == [200, 412]
    assert AnswerWording.objects.count() == 2


def test_nobodys_template_is_not_found(dewi: Client) -> None:
    assert problem(dewi.get(f"{URL}{uuid4()}/")) == (404, "not_found")
