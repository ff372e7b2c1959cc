"""What becomes of an application when its agency's module fails, as its definition says, and who sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from services.applications.models import Event
from services.applications.queries.chain import broken_links
from services.events.models import Delivery
from services.events.operations import drain
from services.module_api.calling import forget_failures
from tests.bent import Bent
from tests.problems import problem
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
MODULE = "module_opd_lentur"
BROKEN = "raise RuntimeError('ups')\nanswer"


@pytest.fixture
def app(bent: Bent) -> Client:
    return signed_in(resident(), "applications", "notifications")


def policy(name: str) -> None:
    publish_service(module=MODULE, hooks={"on_failure": name})


def lines(who: Client, id: str, *, office: bool = False, language: str = "en") -> list[dict[str, Any]]:
    path = f"/api/v1/{'office/' if office else ''}applications/{id}/timeline/"
    return list(who.get(path, HTTP_ACCEPT_LANGUAGE=language).json()["results"])


def work(*, later: timedelta = timedelta()) -> None:
    while drain(now=timezone.now() + later):
        pass


@pytest.mark.parametrize("hook", ["validate", "fees"])
def test_block_keeps_the_draft_and_says_try_again(app: Client, bent: Bent, hook: str) -> None:
    policy("block")
    bent.does(**{hook: BROKEN})
    id = ready(app)

    assert problem(submit(app, id)) == (503, "module_unavailable")

    assert Event.objects.count() == 0
    assert app.get(f"/api/v1/applications/{id}/").json()["state"] == "draft"


@pytest.mark.parametrize("hook", ["validate", "fees"])
def test_allow_editable_lets_it_pass_once_and_both_sides_read_that_it_was_not_checked(
    app: Client, bent: Bent, hook: str
) -> None:
    policy("allow-editable")
    bent.does(**{hook: BROKEN})
    id = ready(app)

    assert submit(app, id).status_code == 200

    words = "The check by the system of DISDUKCAPIL did not answer. This step holds without that check."
    assert [line["note"] for line in lines(app, id)] == [words]
    assert [line["note"] for line in lines(officer(), id, office=True)] == [words]
    bent.behaves()
    work()
    assert Event.objects.count() == 1
    assert words in app.get("/api/v1/notifications/", HTTP_ACCEPT_LANGUAGE="en").json()["results"][0]["body"]


def test_what_answers_leaves_no_note(app: Client, bent: Bent) -> None:
    policy("allow-and-reverify")
    id = ready(app)
    submit(app, id)

    work()

    assert [line["note"] for line in lines(app, id)] == [None]
    assert not Delivery.objects.filter(consumer="check_again").exists()


def test_reverify_asks_again_until_the_module_is_back_and_tells_what_it_found(app: Client, bent: Bent) -> None:
    policy("allow-and-reverify")
    bent.does(validate=BROKEN, fees=BROKEN)
    id = ready(app)
    assert submit(app, id).status_code == 200
    work()
    assert [line["type"] for line in lines(app, id)] == ["submitted"]
    waiting = Delivery.objects.get(consumer="check_again")
    assert (waiting.done_at, waiting.parked_at) == (None, None)
    bent.does(
        validate="""
            seen(snapshot.state, snapshot.number, snapshot.files)
            answer = [Problem("/data/nik", "x", {"id": "NIK tidak terdaftar.", "en": "The NIK is not registered."})]
        """,
        fees="[FeeLine({'id': 'x', 'en': 'y'}, 2500, 'Uji')]",
    )
    forget_failures()

    work(later=timedelta(minutes=2))
    work(later=timedelta(minutes=4))

    found = "An officer will look at it: The NIK is not registered. The fee should be Rp12.500, not Rp10.000."
    last = lines(app, id)[-1]
    assert (last["type"], last["by"], last["note"]) == ("checked_again", "system", found)
    assert last["label"] == "Checked again by the agency's system"
    assert lines(officer(), id, office=True)[-1]["note"] == found
    assert len(lines(app, id)) == 2
    assert bent.seen("validate") == "('draft', None, ('foto',))"
    notices = app.get("/api/v1/notifications/", HTTP_ACCEPT_LANGUAGE="en").json()["results"]
    assert found in notices[0]["body"]
    assert list(broken_links()) == []
    assert app.get(f"/api/v1/applications/{id}/").json()["state"] == "submitted"


def test_a_check_made_up_for_that_finds_nothing_is_told_in_the_history_alone(app: Client, bent: Bent) -> None:
    policy("allow-and-reverify")
    bent.does(validate=BROKEN)
    id = ready(app)
    submit(app, id)
    bent.behaves()

    work()

    assert [line["note"] for line in lines(app, id)] == [
        "The check by the system of DISDUKCAPIL did not answer. This step holds, and will be checked again.",
        "Nothing is wrong.",
    ]
    kinds = [each["kind"] for each in app.get("/api/v1/notifications/").json()["results"]]
    assert kinds == ["application.submitted"]


@pytest.mark.parametrize(("name", "notes"), [("allow-editable", 0), ("allow-and-reverify", 1)])
def test_a_guard_that_failed_is_asked_again_with_the_state_of_then(
    app: Client, bent: Bent, name: str, notes: int
) -> None:
    policy(name)
    id = ready(app)
    submit(app, id)
    bent.does(guard=BROKEN)
    rina = officer()
    assert take(rina, id, "start_review").status_code == 200
    assert "did not answer" in lines(rina, id, office=True)[-1]["note"]
    bent.does(guard="seen(snapshot.state, action)\nanswer = Deny({'id': 'Belum.', 'en': 'Not yet.'})")

    work()

    again = [line["note"] for line in lines(app, id) if line["type"] == "checked_again"]
    assert again == ["An officer will look at it: Not yet."] * notes
    if notes:
        assert bent.seen("guard") == "('submitted', 'start_review')"
    assert rina.get(f"/api/v1/office/applications/{id}/").json()["state"] == "in_review"


def test_a_month_of_silence_is_parked_for_a_person(app: Client, bent: Bent) -> None:
    policy("allow-and-reverify")
    bent.does(validate=BROKEN)
    submit(app, ready(app))

    work()
    for _ in range(20):
        forget_failures()
        work(later=timedelta(days=29))
    assert Delivery.objects.get(consumer="check_again").parked_at is None
    work(later=timedelta(days=31))

    assert Delivery.objects.get(consumer="check_again").parked_at is not None
