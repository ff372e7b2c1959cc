"""`applications/`: beginning, filling in, discarding."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from services.applications.models import Application, ApplicationFile
from services.documents.models import StoredFile
from tests.problems import fields, problem
from tests.services.applications.factory import ANSWERS, publish_service, resident
from tests.services.documents.crafted import jpeg, pdf, png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/applications/"


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications")


def begin(app: Client, **body: Any) -> Any:
    return app.post(URL, data={"service": "uji"} | body, content_type="application/json")


def save(app: Client, id: str, answers: Any, etag: str | None) -> Any:
    headers = {"If-Match": etag} if etag else {}
    return app.patch(f"{URL}{id}/", data={"answers": answers}, content_type="application/json", headers=headers)


def test_a_draft_has_the_id_that_the_client_made(app: Client) -> None:
    id = str(uuid4())

    answer = begin(app, id=id)

    assert answer.status_code == 201
    assert {key: answer.json()[key] for key in ("id", "state", "number", "version", "answers", "revision")} == {
        "id": id,
        "state": "draft",
        "number": None,
        "version": 1,
        "answers": {},
        "revision": 1,
    }


def test_the_same_id_again_is_the_same_draft(app: Client) -> None:
    id = str(uuid4())
    begin(app, id=id)

    again = begin(app, id=id)

    assert (again.status_code, again.json()["id"]) == (200, id)
    assert Application.objects.count() == 1


def test_an_id_of_somebody_else_is_taken(app: Client) -> None:
    id = str(uuid4())
    begin(signed_in(resident("budi@example.org"), "applications"), id=id)

    assert problem(begin(app, id=id)) == (409, "id_taken")


def test_what_is_wrong_with_the_request_is_named(app: Client) -> None:
    assert fields(begin(app, id="x")) == {"/id": "invalid"}
    assert fields(begin(app, service="tidak-ada")) == {"/service": "unknown_service"}
    assert fields(begin(app, service=None)) == {"/service": "null"}


def test_a_person_not_known_surely_enough_is_refused() -> None:
    publish_service(access={"audience": ["resident"], "assurance": "verified"})

    answer = begin(signed_in(resident(assurance="basic"), "applications"))

    assert problem(answer) == (403, "assurance_too_low")


def test_saving_merges_and_tells_what_is_still_wrong(app: Client) -> None:
    made = begin(app)
    id = made.json()["id"]

    first = save(app, id, {"data": {"nama": "Si", "nik": "12"}}, made.headers["ETag"])
    second = save(app, id, {"data": {"nama": "Siti Rahma", "nik": None}}, first.headers["ETag"])

    assert {each["pointer"]: each["code"] for each in first.json()["problems"]} == {
        "/answers/data/nama": "min_length",
        "/answers/data/nik": "format",
        "/answers/data/kawin": "required",
    }
    assert second.json()["answers"] == {"data": {"nama": "Siti Rahma"}}
    assert second.json()["revision"] == 3


def test_hidden_means_dropped(app: Client) -> None:
    made = begin(app)

    answer = save(app, made.json()["id"], {"data": {"kawin": False, "pasangan": "Budi"}}, made.headers["ETag"])

    assert answer.json()["answers"] == {"data": {"kawin": False}}


def test_what_only_a_program_gets_wrong_is_refused_and_nothing_saved(app: Client) -> None:
    made = begin(app)
    id = made.json()["id"]

    answer = save(app, id, {"data": {"nama": 5, "rumah": "x"}, "lain": 1}, made.headers["ETag"])

    assert problem(answer) == (400, "invalid_answers")
    assert fields(answer) == {
        "/answers/data/nama": "type",
        "/answers/data/rumah": "unknown_field",
        "/answers/lain": "unknown_field",
    }
    assert Application.objects.get(id=id).answers == {}


@pytest.mark.parametrize("answers", [[], "x", None, 1])
def test_answers_that_are_no_object_are_refused(app: Client, answers: Any) -> None:
    made = begin(app)

    answer = save(app, made.json()["id"], answers, made.headers["ETag"])

    assert answer.status_code == 400
    assert list(fields(answer)) == ["/answers"]


@pytest.mark.parametrize("inmost", ["1", "12345678901234567", r'"\u0000"'])
@pytest.mark.parametrize("depth", [300, 600, 1000])
def test_answers_nested_deeper_than_any_form_are_refused(app: Client, inmost: str, depth: int) -> None:
    begun = begin(app, id=str(uuid4()))
    body = '{"answers": {"data": ' + "[" * depth + inmost + "]" * depth + "}}"

    answer = app.patch(
        f"{URL}{begun.json()['id']}/",
        data=body,
        content_type="application/json",
        headers={"If-Match": begun.headers["ETag"]},
    )

    assert answer.status_code == 400, answer.content
    assert answer.json()["code"] != "malformed_json"
    assert Application.objects.get().revision == 1


def test_a_draft_that_another_device_changed_is_not_overwritten(app: Client) -> None:
    made = begin(app)
    id, etag = made.json()["id"], made.headers["ETag"]
    save(app, id, {"data": {"nama": "Siti"}}, etag)

    assert problem(save(app, id, {"data": {"nama": "Sita"}}, etag)) == (412, "precondition_failed")
    assert problem(save(app, id, {"data": {"nama": "Sita"}}, None)) == (428, "precondition_required")
    assert Application.objects.get(id=id).answers == {"data": {"nama": "Siti"}}


def test_who_has_it_already_gets_no_body(app: Client) -> None:
    made = begin(app)
    url = f"{URL}{made.json()['id']}/"

    same = app.get(url, headers={"If-None-Match": made.headers["ETag"]})
    english = app.get(url, headers={"If-None-Match": made.headers["ETag"], "Accept-Language": "en"})

    assert (same.status_code, same.content) == (304, b"")
    assert (english.status_code, english.json()["state_label"]) == (200, "Draft")


def test_anothers_draft_is_not_there(app: Client) -> None:
    made = begin(signed_in(resident("budi@example.org"), "applications"))
    id, etag = made.json()["id"], made.headers["ETag"]

    assert problem(app.get(f"{URL}{id}/")) == (404, "not_found")
    assert problem(save(app, id, ANSWERS, etag)) == (404, "not_found")
    assert problem(app.delete(f"{URL}{id}/", headers={"If-Match": etag})) == (404, "not_found")
    assert problem(app.get(f"{URL}{id}/timeline/")) == (404, "not_found")
    assert problem(app.get(f"{URL}{id}/document/")) == (404, "not_found")


def attach(app: Client, id: str, requirement: str, content: bytes, name: str) -> Any:
    return app.post(f"{URL}{id}/files/", {"requirement": requirement, "file": SimpleUploadedFile(name, content)})


def test_a_file_is_handed_in_replaced_read_and_taken_out(app: Client) -> None:
    id = begin(app).json()["id"]

    first = attach(app, id, "foto", png(), "a.png")
    second = attach(app, id, "foto", jpeg(), "b.jpg")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["media_type"] == "image/jpeg"
    assert StoredFile.objects.count() == 1
    url = f"{URL}{id}/files/{second.json()['id']}/"
    assert app.get(url).headers["Content-Disposition"].startswith("attachment")
    assert app.delete(url).status_code == 204
    assert problem(app.get(url)) == (404, "not_found")


def test_a_file_that_is_not_asked_or_not_of_its_kind_is_refused(app: Client) -> None:
    id = begin(app).json()["id"]

    assert fields(attach(app, id, "lain", png(), "a.png")) == {"/requirement": "unknown_requirement"}
    assert fields(attach(app, id, "foto", pdf(), "a.png")) == {"/file": "file_type_not_accepted"}
    assert fields(app.post(f"{URL}{id}/files/", {"requirement": "foto"})) == {"/file": "required"}
    assert ApplicationFile.objects.count() == 0


def test_a_discarded_draft_is_gone_with_its_files(app: Client) -> None:
    id = begin(app).json()["id"]
    attach(app, id, "foto", png(), "a.png")
    etag = app.get(f"{URL}{id}/").headers["ETag"]

    assert app.delete(f"{URL}{id}/", headers={"If-Match": etag}).status_code == 204

    assert Application.objects.count() == 0
    assert StoredFile.objects.count() == 0


def test_an_upload_that_arrives_again_late_does_not_take_a_newer_ones_place(app: Client) -> None:
    id = begin(app).json()["id"]
    url, first = f"{URL}{id}/files/", {"Idempotency-Key": "first"}

    def upload(content: bytes, headers: dict[str, str], requirement: str = "foto") -> Any:
        data = {"requirement": requirement, "file": SimpleUploadedFile("a.png", content)}
        return app.post(url, data, headers=headers)

    older = upload(png(), first)
    newer = upload(png(70, 50), {"Idempotency-Key": "second"})
    late = upload(png(), first)

    assert (late.json(), late.headers["Idempotency-Replayed"]) == (older.json(), "true")
    assert app.get(f"{URL}{id}/").json()["files"] == [newer.json()]
    assert problem(upload(png(80, 60), first)) == (422, "idempotency_key_reused")
