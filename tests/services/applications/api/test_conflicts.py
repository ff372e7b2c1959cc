"""Two phones, one draft: told field by field, merged where nothing conflicts."""

from typing import Any

import pytest
from django.test import Client

from services.applications.models import Application
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
READ = {"data": {"nama": "Siti", "nik": "6471014101900001"}}


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications")


@pytest.fixture
def id(app: Client) -> str:
    """A draft that both have read, and the other phone changed since."""
    return ready(app, READ, files=False)


def save(app: Client, id: str, data: Any, etag: str = "*", **more: Any) -> Any:
    return app.patch(
        f"{URL}{id}/", {"answers": {"data": data}} | more, content_type="application/json", headers={"If-Match": etag}
    )


def test_each_field_in_conflict_is_named_with_what_stands_and_nothing_is_saved(app: Client, id: str) -> None:
    etag = app.get(f"{URL}{id}/").headers["ETag"]
    save(app, id, {"nama": "Siti Rahma", "kawin": True})

    refused = save(app, id, {"nama": "Siti Aminah", "kawin": True, "nik": "6471014101900002"}, etag)

    assert problem(refused) == (412, "precondition_failed")
    assert refused.json()["conflicts"] == [
        {"pointer": "/answers/data/nama", "base": None, "yours": "Siti Aminah", "theirs": "Siti Rahma"},
        {"pointer": "/answers/data/nik", "base": None, "yours": "6471014101900002", "theirs": "6471014101900001"},
    ]
    assert fields(refused) == {"/answers/data/nama": "conflict", "/answers/data/nik": "conflict"}
    assert refused.headers["ETag"] == app.get(f"{URL}{id}/").headers["ETag"]
    assert _stands(id) == READ["data"] | {"nama": "Siti Rahma", "kawin": True}


def test_a_save_whose_answer_was_lost_is_sent_again(app: Client, id: str) -> None:
    etag = app.get(f"{URL}{id}/").headers["ETag"]
    save(app, id, {"nama": "Siti Rahma", "kawin": None}, etag)

    again = save(app, id, {"nama": "Siti Rahma", "kawin": None}, etag)

    assert (again.status_code, again.json()["conflicts"]) == (200, [])
    assert _stands(id) == READ["data"] | {"nama": "Siti Rahma"}


def test_with_what_was_read_only_what_both_changed_conflicts(app: Client, id: str) -> None:
    etag = app.get(f"{URL}{id}/").headers["ETag"]
    save(app, id, {"nama": "Siti Rahma"})

    merged = save(app, id, {"nik": "6471014101900002", "kawin": False}, etag, base=READ)
    refused = save(app, id, {"nama": "Siti Aminah", "kawin": True}, etag, base=READ)

    assert merged.status_code == 200, merged.content
    assert _stands(id) == {"nama": "Siti Rahma", "nik": "6471014101900002", "kawin": False}
    assert [each["pointer"] for each in refused.json()["conflicts"]] == ["/answers/data/nama", "/answers/data/kawin"]
    assert refused.json()["conflicts"][0]["base"] == "Siti"


def test_what_does_not_conflict_is_saved_when_asked_for_and_the_rest_is_sent_alone(app: Client, id: str) -> None:
    etag = app.get(f"{URL}{id}/").headers["ETag"]
    save(app, id, {"nama": "Siti Rahma"})

    partly = save(app, id, {"nama": "Siti Aminah", "kawin": True}, etag, base=READ, merge=True)
    rest = save(app, id, {"nama": "Siti Aminah"}, partly.headers["ETag"])

    assert partly.status_code == 200, partly.content
    assert [each["pointer"] for each in partly.json()["conflicts"]] == ["/answers/data/nama"]
    assert partly.json()["answers"]["data"]["nama"] == "Siti Rahma"
    assert rest.json()["conflicts"] == []
    assert _stands(id) == READ["data"] | {"nama": "Siti Aminah", "kawin": True}


def test_removing_what_was_changed_elsewhere_conflicts_and_what_is_the_same_does_not(app: Client, id: str) -> None:
    etag = app.get(f"{URL}{id}/").headers["ETag"]
    save(app, id, {"nama": "Siti Rahma", "kawin": True})

    refused = save(app, id, {"nama": None, "kawin": True, "nik": None}, etag, base=READ)

    assert [(each["pointer"], each["yours"]) for each in refused.json()["conflicts"]] == [("/answers/data/nama", None)]


def test_merging_needs_what_was_read(app: Client, id: str) -> None:
    etag = app.get(f"{URL}{id}/").headers["ETag"]
    save(app, id, {"nama": "Siti Rahma"})

    assert problem(save(app, id, {"nama": "Siti Aminah"}, etag, merge=True)) == (412, "precondition_failed")
    assert fields(save(app, id, {"nama": "x"}, etag, base=7)) == {"/base": "not_a_dict"}
    assert fields(save(app, id, {"nama": "x"}, etag, merge="perhaps")) == {"/merge": "invalid"}
    wrong = save(app, id, {"nama": {"x": 1}, "lain": 1}, etag, base=READ, merge=True)
    assert problem(wrong) == (400, "invalid_answers")


def test_after_submission_a_late_save_is_told_that(app: Client) -> None:
    id = ready(app)
    etag = app.get(f"{URL}{id}/").headers["ETag"]
    submit(app, id)

    assert problem(save(app, id, {"nama": "Lain"}, etag, base=READ, merge=True)) == (409, "not_a_draft")


def _stands(id: str) -> Any:
    return Application.objects.get(id=id).answers["data"]
