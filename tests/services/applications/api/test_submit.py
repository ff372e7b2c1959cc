"""`applications/{id}/submit/`: everything checked, done once, kept as it was."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.agencies.models import Holiday
from services.applications.models import Application, Event, Submission
from services.applications.queries.chain import broken_links
from services.catalogue.models import Service
from services.events.models import OutboxEvent
from tests.problems import fields, problem
from tests.services.applications.factory import ANSWERS, publish_service, resident
from tests.services.documents.crafted import png
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/applications/"


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications")


def ready(app: Client, answers: Any = ANSWERS, *, service: str = "uji", files: bool = True) -> str:
    """Begin, fill in, hand in; return the id."""
    made = app.post(URL, data={"service": service}, content_type="application/json")
    id = str(made.json()["id"])
    saved = app.patch(
        f"{URL}{id}/",
        data={"answers": answers},
        content_type="application/json",
        headers={"If-Match": made.headers["ETag"]},
    )
    assert saved.status_code == 200, saved.content
    if files:
        handed = app.post(f"{URL}{id}/files/", {"requirement": "foto", "file": SimpleUploadedFile("a.png", png())})
        assert handed.status_code == 201, handed.content
    return id


def submit(app: Client, id: str, key: str | None = None, **headers: str) -> Any:
    return app.post(f"{URL}{id}/submit/", headers={"Idempotency-Key": key or str(uuid4())} | headers)


@time_machine.travel(datetime(2026, 8, 14, 9, 0, tzinfo=UTC), tick=False)
def test_a_submission_gets_a_number_a_fee_and_a_day_for_the_answer(app: Client) -> None:
    Holiday.objects.create(date="2026-08-17", name="Hari Kemerdekaan", kind="libur_nasional")

    answer = submit(app, ready(app))

    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert {key: told[key] for key in ("state", "state_label", "fee", "submitted_at", "due_on", "end")} == {
        "state": "submitted",
        "state_label": "Diajukan",
        "fee": {"amount": 10000, "currency": "IDR"},
        "submitted_at": "2026-08-14T17:00:00+08:00",
        "due_on": "2026-08-20",
        "end": None,
    }
    assert told["number"].startswith("BPN-")
    assert app.get(f"{URL}{told['id']}/").json() == {key: told[key] for key in told if key != "receipt"}


@time_machine.travel(datetime(2026, 8, 14, 9, 0, tzinfo=UTC), tick=False)
def test_the_day_is_explained(app: Client) -> None:
    Holiday.objects.create(date="2026-08-17", name="Hari Kemerdekaan", kind="libur_nasional")
    id = ready(app)
    assert problem(app.get(f"{URL}{id}/deadline/")) == (409, "not_submitted")
    submit(app, id)

    told = app.get(f"{URL}{id}/deadline/").json()

    assert (told["due_on"], told["started_on"], told["working_days"], told["basis"]) == (
        "2026-08-20",
        "2026-08-14",
        3,
        "Standar uji",
    )
    assert [(day["date"][-2:], day["counted"], day["why"], day["name"]) for day in told["days"]] == [
        ("14", False, "start_day", None),
        ("15", False, "weekend", None),
        ("16", False, "weekend", None),
        ("17", False, "holiday", "Hari Kemerdekaan"),
        ("18", True, "workday", None),
        ("19", True, "workday", None),
        ("20", True, "workday", None),
    ]


def test_everything_that_is_missing_is_named_at_once(app: Client) -> None:
    answer = submit(app, ready(app, {"data": {"nama": "Si", "kawin": True}}, files=False))

    assert problem(answer) == (422, "invalid_application")
    assert fields(answer) == {
        "/answers/data/nama": "min_length",
        "/answers/data/nik": "required",
        "/answers/data/pasangan": "required",
        "/files/foto": "required",
    }


def test_a_document_is_asked_only_for_the_answers_that_call_for_it(app: Client) -> None:
    married = {"data": ANSWERS["data"] | {"kawin": True, "pasangan": "Budi"}}

    answer = submit(app, ready(app, married))

    assert fields(answer) == {"/files/surat": "required"}


def test_what_was_submitted_is_kept_as_submitted(app: Client) -> None:
    id = ready(app)
    submit(app, id)

    kept = Submission.objects.get(application_id=id)

    assert kept.answers == ANSWERS
    assert list(kept.files) == ["foto"]
    event = Event.objects.get(application_id=id)
    assert (event.sequence, event.type, event.from_state, event.to_state, event.actor_role) == (
        1,
        "submitted",
        "draft",
        "submitted",
        "resident",
    )
    assert event.data["sha256"] == kept.sha256
    box = OutboxEvent.objects.get()
    assert (box.id, box.topic, str(box.key)) == (event.id, "application.submitted", id)
    assert list(broken_links()) == []


@pytest.mark.parametrize("table", ["applications_event", "applications_submission", "catalogue_serviceversion"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_history(app: Client, table: str, change: str) -> None:
    submit(app, ready(app))

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table))


@pytest.mark.parametrize("table", ["applications_event", "applications_submission", "applications_actionfile"])
def test_no_session_can_call_the_history_disposable(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        (name,) = cursor.fetchone()
        cursor.execute(f'ALTER DATABASE "{name}" RESET superapp.disposable')  # rolled back with the test
        cursor.execute("SET superapp.disposable = 'yes'")

        with pytest.raises(IntegrityError, match=f"{table} is append-only"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_sent_again_it_answers_with_what_stands(app: Client) -> None:
    id, key = ready(app), str(uuid4())

    first, same_key, other_key = submit(app, id, key), submit(app, id, key), submit(app, id)

    assert same_key.json() == first.json() == other_key.json()
    assert (same_key.headers["Idempotency-Replayed"], first.headers.get("Idempotency-Replayed")) == ("true", None)
    assert Event.objects.count() == Submission.objects.count() == OutboxEvent.objects.count() == 1


def test_a_key_that_came_second_stands_for_its_answer_too(app: Client) -> None:
    id, other, late = ready(app), ready(app), str(uuid4())
    submit(app, id)
    answer = submit(app, id, late)
    app.post(f"{URL}{id}/withdraw/", data={}, content_type="application/json")

    again = submit(app, id, late)

    assert (again.json(), again.json()["state"]) == (answer.json(), "submitted")
    assert problem(submit(app, other, late)) == (422, "idempotency_key_reused")


def test_a_service_closed_meanwhile_takes_no_submission_and_the_draft_stays(app: Client) -> None:
    id = ready(app)
    Service.objects.update(is_open=False)

    assert problem(submit(app, id)) == (409, "service_closed")
    assert app.get(f"{URL}{id}/").json()["state"] == "draft"
    Service.objects.update(is_open=True)
    assert submit(app, id).status_code == 200


def test_a_draft_that_does_not_stand_still_is_refused_in_words(app: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    id = ready(app)
    monkeypatch.setattr("services.applications.operations.submission._attempt", lambda *_: None)

    assert problem(submit(app, id)) == (409, "draft_busy")


def test_a_key_is_needed_and_stands_for_one_request(app: Client) -> None:
    one, other, key = ready(app), ready(app), str(uuid4())
    submit(app, one, key)

    assert problem(app.post(f"{URL}{other}/submit/")) == (400, "idempotency_key_required")
    assert problem(submit(app, other, key)) == (422, "idempotency_key_reused")


def test_what_another_device_changed_is_not_submitted(app: Client) -> None:
    id = ready(app)

    assert problem(submit(app, id, None, **{"If-Match": '"1.id"'})) == (412, "precondition_failed")
    assert submit(app, id, None, **{"If-Match": '"3.id"'}).status_code == 200


def test_anothers_draft_cannot_be_submitted(app: Client) -> None:
    id = ready(signed_in(resident("budi@example.org"), "applications"))

    assert problem(submit(app, id)) == (404, "not_found")


def test_after_submission_nothing_of_it_can_be_changed(app: Client) -> None:
    id = ready(app)
    etag = submit(app, id).headers.get("ETag") or app.get(f"{URL}{id}/").headers["ETag"]
    change = {"data": {"answers": {}}, "content_type": "application/json", "headers": {"If-Match": etag}}

    assert problem(app.patch(f"{URL}{id}/", **change)) == (409, "not_a_draft")  # type: ignore[arg-type]
    assert problem(app.delete(f"{URL}{id}/", headers={"If-Match": etag})) == (409, "not_a_draft")
    handed = app.post(f"{URL}{id}/files/", {"requirement": "foto", "file": SimpleUploadedFile("a.png", png())})
    assert problem(handed) == (409, "not_a_draft")


def test_a_resident_takes_back_what_is_open_once(app: Client) -> None:
    id = ready(app)
    submit(app, id)

    first = app.post(f"{URL}{id}/withdraw/", data={"reason": "Salah isi"}, content_type="application/json")
    second = app.post(f"{URL}{id}/withdraw/", data={}, content_type="application/json")

    assert (first.json()["state"], first.json()["end"]) == ("withdrawn", "withdrawn")
    assert problem(second) == (409, "action_not_available")
    assert [event.type for event in Event.objects.order_by("sequence")] == ["submitted", "withdrawn"]


def test_an_application_stays_on_the_version_it_was_begun_under(app: Client) -> None:
    id = ready(app)
    publish_service(fee={"amount": 99, "basis": "Perda baru"})

    told = submit(app, id).json()

    assert (told["version"], told["fee"]["amount"]) == (1, 10000)


def test_submitting_costs_two_queries_beside_the_token(
    app: Client, settings: LazySettings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.CALENDAR_FRESH_SECONDS = 60  # the calendar is in the process by then
    submit(app, ready(app))
    id = ready(app)

    with django_assert_num_queries(3):
        assert submit(app, id).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_numbers_are_unique_even_when_chance_repeats_itself(app: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = iter(["BPN-0000-0000-0", "BPN-0000-0000-0", "BPN-0000-0001-1"])
    monkeypatch.setattr("services.applications.operations.submission.new_number", lambda: next(numbers))

    first, second = submit(app, ready(app)), submit(app, ready(app))

    assert [answer.json()["number"] for answer in (first, second)] == ["BPN-0000-0000-0", "BPN-0000-0001-1"]
    assert Application.objects.exclude(number=None).count() == 2
