"""What an agency's code does to its applications, and what its failure does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from services.applications.consumers import tell_module
from services.events.models import OutboxEvent
from services.events.operations import Park as ParkDelivery
from services.events.operations import RetryLater
from services.module_api import Ack, Allow, Deny, Event, FeeLine, OPDModule, Park, Problem, Retry, Snapshot
from services.module_api.calling import forget_failures
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import ANSWERS, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


class Uji(OPDModule):
    """A module whose hooks a test sets."""

    name = "tests.services.applications"
    agency = "DISDUKCAPIL"
    api = ">=1,<2"


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    place = ModuleType("uji")
    place.__path__ = [str(Path(__file__).parent)]
    made = Uji("uji", place)
    monkeypatch.setattr("services.applications.checks.module_of", lambda _version: made)
    monkeypatch.setattr("services.applications.operations.transitions.module_of", lambda _version: made)
    monkeypatch.setattr("services.applications.consumers.module_of", lambda _version: made)
    forget_failures()
    yield made
    forget_failures()


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications")


def broken(*_args: Any) -> Any:
    raise RuntimeError("ups")


def test_its_problems_refuse_the_submission_and_name_the_field(app: Client, module: Any) -> None:
    seen: list[Snapshot] = []

    def validate(snapshot: Snapshot) -> list[Problem]:
        seen.append(snapshot)
        return [Problem("/data/nik", "not_registered", {"id": "NIK tidak terdaftar.", "en": "Not registered."})]

    module.validate = validate

    answer = submit(app, ready(app))

    assert problem(answer) == (422, "invalid_application")
    assert fields(answer) == {"/answers/data/nik": "not_registered"}
    assert (seen[0].service, seen[0].files, seen[0].applicant.name) == ("uji", ("foto",), "Siti")


def test_its_fee_comes_on_top(app: Client, module: Any) -> None:
    module.fees = lambda _snapshot: [
        FeeLine({"id": "x", "en": "x"}, 2500, "Uji"),
        FeeLine({"id": "y", "en": "y"}, 500, "Uji"),
    ]

    assert submit(app, ready(app)).json()["fee"]["amount"] == 13_000


def test_what_it_does_to_its_copy_is_not_kept(app: Client, module: Any) -> None:
    def validate(snapshot: Snapshot) -> list[Problem]:
        snapshot.answers["data"]["nama"] = "Orang lain"
        return []

    module.validate = validate
    id = ready(app)

    assert submit(app, id).status_code == 200

    assert app.get(f"/api/v1/applications/{id}/").json()["answers"]["data"]["nama"] == ANSWERS["data"]["nama"]


def test_it_is_told_the_citys_time(app: Client, module: Any) -> None:
    seen: list[Snapshot] = []

    def validate(snapshot: Snapshot) -> list[Problem]:
        seen.append(snapshot)
        return []

    module.validate = validate

    submit(app, ready(app))

    assert seen[0].submitted_at is not None
    assert seen[0].submitted_at.utcoffset() == timedelta(hours=8)


def test_a_fee_rule_that_gives_no_amount_is_not_the_residents_fault(app: Client) -> None:
    publish_service(fee={"rule": {"/": [1, 0]}, "basis": "Uji"})
    id = ready(app)

    answer = submit(app, id)

    assert problem(answer) == (503, "fee_unavailable")
    assert app.get(f"/api/v1/applications/{id}/").json()["state"] == "draft"


def test_when_it_fails_nothing_passes_unchecked_and_the_draft_is_safe(app: Client, module: Any) -> None:
    module.validate = broken
    id = ready(app)

    answer = submit(app, id)

    assert problem(answer) == (503, "module_unavailable")
    assert answer.headers["Retry-After"] == "60"
    assert app.get(f"/api/v1/applications/{id}/").json()["state"] == "draft"
    module.validate = lambda _snapshot: []
    assert submit(app, id).status_code == 200


def test_when_it_fails_a_definition_may_let_it_pass(module: Any) -> None:
    publish_service(hooks={"on_failure": "allow-and-reverify"})
    app = signed_in(resident(), "applications")
    module.validate = module.fees = broken

    assert submit(app, ready(app)).json()["fee"]["amount"] == 10_000


def test_its_guard_denies_an_action_in_words(app: Client, module: Any) -> None:
    id = ready(app)
    submit(app, id)
    rina = officer()
    take(rina, id, "start_review")
    seen: list[Snapshot] = []

    def guard(snapshot: Snapshot, action: str) -> Deny:
        seen.append(snapshot)
        return Deny({"id": f"Tidak boleh {action}.", "en": f"Not {action}."})

    module.guard = guard

    answer = take(rina, id, "grant")

    assert answer.status_code == 403
    assert (seen[0].state, seen[0].files) == ("in_review", ("foto",))
    assert answer.json()["detail"] == "Tidak boleh grant."
    assert rina.get(f"/api/v1/office/applications/{id}/").json()["state"] == "in_review"


def test_its_guard_sees_what_was_handed_in_and_when_by_the_citys_clock(app: Client, module: Any) -> None:
    seen: list[Snapshot] = []
    with time_machine.travel(datetime(2026, 11, 23, 22, 30, tzinfo=UTC), tick=False):
        id = ready(app)
        submit(app, id)

    def guard(snapshot: Snapshot, _action: str) -> Allow:
        seen.append(snapshot)
        return Allow()

    module.guard = guard

    take(officer(), id, "start_review")

    assert (seen[0].files, seen[0].number is not None) == (("foto",), True)
    assert str(seen[0].submitted_at) == "2026-11-24 06:30:00+08:00"


def test_a_guard_that_fails_blocks_the_action(app: Client, module: Any) -> None:
    id = ready(app)
    submit(app, id)
    module.guard = broken

    assert problem(take(officer(), id, "start_review")) == (503, "module_unavailable")


def heard(app: Client) -> OutboxEvent:
    submit(app, ready(app))
    return OutboxEvent.objects.get(topic="application.submitted")


def test_it_hears_of_its_applications(app: Client, module: Any) -> None:
    told: list[Event] = []

    def on_event(event: Event) -> Ack:
        told.append(event)
        return Ack()

    module.on_event = on_event
    event = heard(app)

    tell_module(event, timezone.now())

    assert (told[0].id, told[0].topic, told[0].service) == (event.id, "application.submitted", "uji")
    assert told[0].body["to_state"] == "submitted"


@pytest.mark.parametrize(
    ("answer", "raised"), [(Retry(5, "sibuk"), RetryLater), (Park("perlu orang"), ParkDelivery), ("ya", RetryLater)]
)
def test_what_it_asks_for_is_done(app: Client, module: Any, answer: Any, raised: type[Exception]) -> None:
    module.on_event = lambda _event: answer
    event = heard(app)

    with pytest.raises(raised):
        tell_module(event, timezone.now())


def test_the_module_of_a_version_is_the_installed_one() -> None:
    from services.applications import hooks

    def of(label: str) -> OPDModule | None:
        return hooks.module_of(SimpleNamespace(module=label))  # type: ignore[arg-type]  # only the label is read

    assert of("module_dpmptsp") is not None
    assert of("module_gone") is None
    assert of("catalogue") is None
