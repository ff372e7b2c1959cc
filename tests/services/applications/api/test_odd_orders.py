"""A bad network: what is sent arrives twice, late, in another order, or with something else in it."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from services.applications.models import Application, Event, Submission
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import ANSWERS, publish_service, resident
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Client:
    publish_service()
    publish_service(service="lain")
    return signed_in(resident(), "applications")


def create(app: Client, id: str, service: str = "uji", **headers: str) -> Any:
    return app.post(URL, {"id": id, "service": service}, content_type="application/json", headers=headers)


def save(app: Client, id: str, answers: Any = ANSWERS, etag: str = "*") -> Any:
    body = {"answers": answers}
    return app.patch(f"{URL}{id}/", body, content_type="application/json", headers={"If-Match": etag})


def hand_in(app: Client, id: str) -> Any:
    return app.post(f"{URL}{id}/files/", {"requirement": "foto", "file": SimpleUploadedFile("a.png", png())})


def test_what_overtakes_the_creation_is_refused_and_keeps_no_key(app: Client) -> None:
    id, key = str(uuid4()), str(uuid4())

    early = [submit(app, id, key), save(app, id), hand_in(app, id)]

    assert [problem(each) for each in early] == [(404, "not_found")] * 3
    assert create(app, id).status_code == 201
    assert (save(app, id).status_code, hand_in(app, id).status_code) == (200, 201)
    assert submit(app, id, key).status_code == 200
    assert Submission.objects.count() == 1


def test_created_twice_it_is_one_and_another_body_takes_it_not_over(app: Client) -> None:
    id, budi = str(uuid4()), signed_in(resident("budi@example.org"), "applications")
    first = create(app, id)
    save(app, id)

    again, other, stranger = create(app, id), create(app, id, "lain"), create(budi, id)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["answers"] == ANSWERS
    assert [problem(each) for each in (other, stranger)] == [(409, "id_taken")] * 2
    assert fields(other) == {"/id": "id_taken"}
    (kept,) = Application.objects.all()
    assert (kept.service.slug, kept.answers) == ("uji", ANSWERS)


def test_a_key_stands_for_one_body(app: Client) -> None:
    id, key = str(uuid4()), str(uuid4())
    create(app, id, **{"Idempotency-Key": key})

    other = create(app, str(uuid4()), **{"Idempotency-Key": key})

    assert problem(other) == (422, "idempotency_key_reused")
    assert Application.objects.count() == 1


def test_a_creation_that_comes_again_after_the_submission_answers_with_what_stands(app: Client) -> None:
    id = ready(app)
    number = submit(app, id).json()["number"]

    late = create(app, id)

    assert (late.status_code, late.json()["number"], late.json()["state"]) == (200, number, "submitted")
    assert Event.objects.count() == 1


def test_what_comes_after_the_submission_changes_nothing(app: Client) -> None:
    id = ready(app)
    submit(app, id)
    stood = app.get(f"{URL}{id}/").json()

    late = [
        save(app, id, {"data": {"nama": "Lain"}}),
        hand_in(app, id),
        app.delete(f"{URL}{id}/", headers={"If-Match": "*"}),
    ]

    assert [problem(each) for each in late] == [(409, "not_a_draft")] * 3
    assert app.get(f"{URL}{id}/").json() == stood


def test_a_discarded_draft_does_not_come_back_by_a_late_save(app: Client) -> None:
    id = ready(app)
    app.delete(f"{URL}{id}/", headers={"If-Match": "*"})

    assert problem(save(app, id)) == (404, "not_found")
    assert problem(app.delete(f"{URL}{id}/", headers={"If-Match": "*"})) == (404, "not_found")
    assert Application.objects.count() == 0
