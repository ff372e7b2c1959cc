"""What an agency's code does to its applications, and what its failure does."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from services.applications.consumers import tell_module
from services.events.models import OutboxEvent
from services.events.operations import Park as ParkDelivery
from services.events.operations import RetryLater
from services.module_api import OPDModule
from tests.bent import Bent
from tests.problems import fields, problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import ANSWERS, publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
MODULE = "module_opd_lentur"


@pytest.fixture
def app(bent: Bent) -> Client:
    publish_service(module=MODULE)
    return signed_in(resident(), "applications")


BROKEN = "raise RuntimeError('ups')\nanswer"


def test_its_problems_refuse_the_submission_and_name_the_field(app: Client, bent: Bent) -> None:
    bent.does(
        validate="""
            seen(snapshot.service, snapshot.files, snapshot.applicant.name)
            answer = [Problem("/data/nik", "not_registered", {"id": "NIK tidak terdaftar.", "en": "Not registered."})]
        """
    )

    answer = submit(app, ready(app))

    assert problem(answer) == (422, "invalid_application")
    assert fields(answer) == {"/answers/data/nik": "not_registered"}
    assert bent.seen("validate") == "('uji', ('foto',), 'Siti')"


def test_its_fee_comes_on_top(app: Client, bent: Bent) -> None:
    words = "{'id': 'x', 'en': 'x'}"
    bent.does(fees=f"[FeeLine({words}, 2500, 'Uji'), FeeLine({words}, 500, 'Uji')]")

    assert submit(app, ready(app)).json()["fee"]["amount"] == 13_000


def test_what_it_does_to_its_copy_is_not_kept(app: Client, bent: Bent) -> None:
    bent.does(validate="snapshot.answers['data']['nama'] = 'Orang lain'\nanswer = []")
    id = ready(app)

    assert submit(app, id).status_code == 200

    assert app.get(f"/api/v1/applications/{id}/").json()["answers"]["data"]["nama"] == ANSWERS["data"]["nama"]


def test_it_is_told_the_citys_time(app: Client, bent: Bent) -> None:
    bent.does(validate="seen(str(snapshot.submitted_at.utcoffset()))\nanswer = []")

    submit(app, ready(app))

    assert bent.seen("validate") == "('8:00:00',)"


def test_a_fee_rule_that_gives_no_amount_is_not_the_residents_fault(app: Client) -> None:
    publish_service(fee={"rule": {"/": [1, 0]}, "basis": "Uji"})
    id = ready(app)

    answer = submit(app, id)

    assert problem(answer) == (503, "fee_unavailable")
    assert app.get(f"/api/v1/applications/{id}/").json()["state"] == "draft"


def test_when_it_fails_nothing_passes_unchecked_and_the_draft_is_safe(app: Client, bent: Bent) -> None:
    bent.does(validate=BROKEN)
    id = ready(app)

    answer = submit(app, id)

    assert problem(answer) == (503, "module_unavailable")
    assert answer.headers["Retry-After"] == "60"
    assert app.get(f"/api/v1/applications/{id}/").json()["state"] == "draft"
    bent.behaves()
    assert submit(app, id).status_code == 200


def test_when_it_fails_a_definition_may_let_it_pass(bent: Bent) -> None:
    publish_service(module=MODULE, hooks={"on_failure": "allow-and-reverify"})
    app = signed_in(resident(), "applications")
    bent.does(validate=BROKEN, fees=BROKEN)

    assert submit(app, ready(app)).json()["fee"]["amount"] == 10_000


def test_its_guard_denies_an_action_in_words(app: Client, bent: Bent) -> None:
    id = ready(app)
    submit(app, id)
    rina = officer()
    take(rina, id, "start_review")
    bent.does(
        guard="""
            seen(snapshot.state, snapshot.files)
            answer = Deny({"id": f"Tidak boleh {action}.", "en": f"Not {action}."})
        """
    )

    answer = take(rina, id, "grant")

    assert answer.status_code == 403
    assert bent.seen("guard") == "('in_review', ('foto',))"
    assert answer.json()["detail"] == "Tidak boleh grant."
    assert rina.get(f"/api/v1/office/applications/{id}/").json()["state"] == "in_review"


def test_its_guard_sees_what_was_handed_in_and_when_by_the_citys_clock(app: Client, bent: Bent) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 22, 30, tzinfo=UTC), tick=False):
        id = ready(app)
        submit(app, id)

    bent.does(guard="seen(snapshot.files, snapshot.number is not None, str(snapshot.submitted_at))\nanswer = Allow()")

    take(officer(), id, "start_review")

    assert bent.seen("guard") == "(('foto',), True, '2026-11-24 06:30:00+08:00')"


def test_a_guard_that_fails_blocks_the_action(app: Client, bent: Bent) -> None:
    id = ready(app)
    submit(app, id)
    bent.does(guard=BROKEN)

    assert problem(take(officer(), id, "start_review")) == (503, "module_unavailable")


def heard(app: Client) -> OutboxEvent:
    submit(app, ready(app))
    return OutboxEvent.objects.get(topic="application.submitted")


def test_it_hears_of_its_applications(app: Client, bent: Bent) -> None:
    bent.does(on_event="seen(str(event.id), event.topic, event.service, event.body['to_state'])\nanswer = Ack()")
    event = heard(app)

    tell_module(event, timezone.now())

    assert bent.seen("on_event") == f"('{event.id}', 'application.submitted', 'uji', 'submitted')"


@pytest.mark.parametrize(
    ("answer", "raised"),
    [("Retry(5, 'sibuk')", RetryLater), ("Park('perlu orang')", ParkDelivery), ("'ya'", RetryLater)],
)
def test_what_it_asks_for_is_done(app: Client, bent: Bent, answer: str, raised: type[Exception]) -> None:
    bent.does(on_event=answer)
    event = heard(app)

    with pytest.raises(raised) as told:
        tell_module(event, timezone.now())

    if isinstance(told.value, RetryLater):  # as often as it takes; a person is asked after a month
        assert told.value.until == event.created_at + timedelta(days=30)


def test_the_module_of_a_version_is_the_installed_one() -> None:
    from services.applications import hooks

    def of(label: str) -> OPDModule | None:
        return hooks.module_of(SimpleNamespace(module=label))  # type: ignore[arg-type]  # only the label is read

    assert of("module_dpmptsp") is not None
    assert of("module_gone") is None
    assert of("catalogue") is None
