"""`applications/{id}/actions/`: what the workflow leaves to the applicant, the applicant does and nobody else."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.operations import register_person
from services.applications.models import Event
from tests.problems import fields, problem
from tests.services.applications.api.test_office import actions as office_actions
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready
from tests.services.applications.api.test_workflow import submitted
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


def mine(app: Client, id: str) -> list[str]:
    answer = app.get(f"{URL}{id}/actions/")
    assert answer.status_code == 200, answer.content
    return [each["action"] for each in answer.json()["results"]]


def do(app: Client, id: str, action: str, key: str = "", **body: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return app.post(f"{URL}{id}/actions/{action}/", body, "application/json", headers=headers)


def test_a_complaint_is_completed_answered_disputed_and_confirmed() -> None:
    app, id = submitted("complaint")
    rina = officer()
    take(rina, id, "ask_completion", reason="Di jalan mana?")
    assert mine(app, id) == ["complete", "withdraw"]

    assert do(app, id, "complete", reason="Jl. Mulawarman.").json()["state"] == "submitted"
    take(rina, id, "accept")
    assert mine(app, id) == ["withdraw"]
    take(rina, id, "answer", reason="Lampu sudah diganti.")
    assert do(app, id, "dispute", reason="Masih gelap.").json()["state"] == "in_progress"
    take(rina, id, "answer", reason="Kini diganti.")
    assert do(app, id, "confirm").json()["state"] == "confirmed"

    assert mine(app, id) == []
    assert take(rina, id, "close", reason_code="dinyatakan_selesai").json()["end"] == "granted"
    told = app.get(f"{URL}{id}/timeline/").json()["results"]
    assert "Masih gelap." in [each["reason"] for each in told]
    assert Event.objects.get(action="complete").actor_role == "resident"


def test_a_request_for_information_goes_on_when_it_is_explained() -> None:
    app, id = submitted("information-request")
    rina = officer()
    take(rina, id, "register")
    take(rina, id, "ask_clarification", reason="Tahun berapa?")

    refused = do(app, id, "clarify")
    assert (problem(refused), fields(refused)) == ((422, "invalid_reason"), {"/reason": "required"})
    assert refused.json()["detail"] == "Tuliskan penjelasan Anda."
    assert do(app, id, "clarify", reason="Tahun 2025.").json()["state"] == "in_process"
    assert "provide" in office_actions(rina, id)


def test_an_officers_action_is_not_the_applicants_nor_the_other_way_round() -> None:
    app, id = submitted("complaint")
    rina = officer()

    assert problem(do(app, id, "accept")) == (403, "action_forbidden")
    take(rina, id, "ask_completion", reason="Di jalan mana?")
    assert problem(take(rina, id, "complete", reason="Saya lengkapi.")) == (403, "action_forbidden")
    assert Event.objects.filter(action__in=("accept", "complete")).count() == 0


def test_late_twice_and_never_are_told_apart() -> None:
    app, id = submitted("complaint")
    rina = officer()
    take(rina, id, "ask_completion", reason="Di jalan mana?")

    first = do(app, id, "complete", "one-and-the-same", reason="Jl. Mulawarman.")
    again = do(app, id, "complete", "one-and-the-same", reason="Jl. Mulawarman.")
    late = do(app, id, "complete", reason="Jl. Mulawarman.")

    assert (first.status_code, again.status_code, again.content) == (200, 200, first.content)
    assert problem(late) == (409, "action_not_available")
    assert problem(do(app, id, "dance")) == (409, "action_not_available")
    assert Event.objects.filter(action="complete").count() == 1


def test_a_draft_and_anothers_application_offer_nothing() -> None:
    app, id = submitted("complaint")
    stranger = signed_in(
        register_person(full_name="Lain", email="lain@contoh.example", now=timezone.now()), "applications"
    )

    assert problem(stranger.get(f"{URL}{id}/actions/")) == (404, "not_found")
    assert problem(do(stranger, id, "withdraw")) == (404, "not_found")
    draft = ready(app, files=False)
    assert mine(app, draft) == []
    assert problem(do(app, draft, "withdraw")) == (409, "action_not_available")
