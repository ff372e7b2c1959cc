"""`manage.py verify_history`: an applicant changed by raw SQL shows, also where somebody acted for them."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.management import load_command_class
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.mandates.models import Dependant, Mandate
from accounts.mandates.numbers import nik_index
from accounts.models import User
from accounts.privacy.operations.mandates import erase
from accounts.proofing.operations.keeping import keep_numbers
from services.applications.history import event_hash
from services.applications.models import Application, Event
from services.applications.queries.chain import broken_links
from services.notifications.models import Notice
from tests.services.applications.api.test_corrections import NIK, RIGHT, ask, save, send
from tests.services.applications.api.test_objections import filed
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_on_behalf import FAMILY, acting_by, child_of
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_consumers import drain_all
from tests.services.applications.test_retention import MARCH, OVER_ON, WARNED_ON, tend
from tests.services.applications.test_verify_history import tamper, verify
from tests.services.definitions.test_objections import OBJECTION
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
CHILDS_NIK = "6471015403190001"


@pytest.fixture
def siti() -> User:
    publish_service(requirements=[], access=FAMILY, objection=OBJECTION)
    return resident()


@pytest.fixture
def mandate(siti: User) -> Mandate:
    return child_of(siti)


@pytest.fixture
def acting(mandate: Mandate) -> Client:
    return acting_by(mandate)


def handed_in(app: Client) -> str:
    id = ready(app, files=False)
    assert submit(app, id).status_code == 200
    return id


def somebody_elses(id: str) -> None:
    other = resident("lain@example.org")
    tamper("UPDATE applications_application SET applicant_id = %s WHERE id = %s", [str(other.pk), id])


def faults() -> list[str]:
    return [each.what for each in broken_links()]


def test_an_applicant_changed_where_a_mother_acted_is_found(acting: Client) -> None:
    id = handed_in(acting)
    assert faults() == []

    somebody_elses(id)

    code, said = verify()
    assert code == 1
    assert f"{id} event 1: the applicant is not whose it is by its history" in said


def test_every_later_step_seals_it_too_so_that_an_older_history_is_proved_from_there_on(
    acting: Client, mandate: Mandate
) -> None:
    id = handed_in(acting)
    _as_it_was_before(id)
    assert faults() == []
    rina = officer()
    take(rina, id, "start_review")
    ask(rina, id, items=[NIK])
    save(acting, id, {"data": {"nik": RIGHT}})
    assert send(acting, id).status_code == 200
    take(rina, id, "reject", reason="Foto tidak terbaca.")
    objection = filed(acting, id)
    assert acting.post(f"{URL}{objection}/withdraw/", {}, "application/json").status_code == 200

    sealed = Event.objects.filter(actor_role="resident").exclude(application_id=id, sequence=1)
    named = {each.type: each.data["on_behalf_of"]["principal"] for each in sealed}
    assert named == dict.fromkeys(
        ("correction_sent", "objection_filed", "submitted", "withdrawn"), str(mandate.principal_id)
    )
    assert faults() == []
    somebody_elses(id)
    assert faults() == ["the applicant is not whose it is by its history"]


def test_an_older_history_goes_on_verifying_and_cannot_tell(acting: Client) -> None:
    id = handed_in(acting)
    _as_it_was_before(id)

    somebody_elses(id)

    assert verify()[0] == 0  # the mandate alone is named there: `--help` says so


def _as_it_was_before(id: str) -> None:
    """Make the first event as it was written before the history named for whom: with its own hash, and its leaf."""
    event = Event.objects.get(application_id=id, sequence=1)
    del event.data["on_behalf_of"]["principal"]
    facts = {
        name: getattr(event, name)
        for name in ("sequence", "type", "action", "from_state", "to_state", "actor_id", "actor_role", "reason", "data")
    }
    digest = event_hash(previous=event.previous_hash, application_id=event.application_id, at=event.at, **facts)
    tamper("UPDATE applications_event SET data = data #- '{on_behalf_of,principal}', hash = %s", [digest])
    tamper("UPDATE applications_historyleaf SET hash = %s", [digest])


@pytest.mark.parametrize("bent", ['"x"', "null", "7", '{"principal": 7}', '{"principal": "x"}'])
def test_a_trace_that_is_none_is_told_as_a_changed_event(acting: Client, bent: str) -> None:
    handed_in(acting)

    tamper("UPDATE applications_event SET data = jsonb_set(data, '{on_behalf_of}', %s)", [bent])

    assert faults() == ["changed event"]


def test_whose_it_was_changed_for_a_while_shows_at_what_was_done_meanwhile(acting: Client, mandate: Mandate) -> None:
    id = handed_in(acting)
    other = resident("lain@example.org")
    tamper("UPDATE applications_application SET applicant_id = %s", [str(other.pk)])
    assert signed_in(other, "applications").post(f"{URL}{id}/withdraw/", {}, "application/json").status_code == 200
    tamper("UPDATE applications_application SET applicant_id = %s", [str(mandate.principal_id)])

    assert faults() == [
        "it was done for somebody else than before",
        "the applicant is not whose it is by its history",
    ]


@pytest.fixture
def aisyah() -> User:
    """The account that the child opened for herself."""
    return resident("aisyah@example.org")


def grown(mandate: Mandate, aisyah: User) -> None:
    """Let the child, married, prove who she is: what was done in her name is hers."""
    now = timezone.now()
    born = now.date() - timedelta(days=6000)
    index = nik_index(CHILDS_NIK)
    Dependant.objects.create(person=mandate.principal, birth_date=born, nik_index=index, emancipated_at=now)
    keep_numbers(person_id=aisyah.pk, nik=CHILDS_NIK, kk="6471010506240001", now=now)


def test_who_takes_it_over_of_age_has_it_by_the_history_however_long_the_childs_account_is_known(
    acting: Client, mandate: Mandate, aisyah: User
) -> None:
    id, draft = handed_in(acting), ready(acting, files=False)
    drain_all()
    Notice.objects.all().delete()

    grown(mandate, aisyah)
    drain_all()

    hers = signed_in(aisyah, "applications")
    assert {each["id"] for each in hers.get(URL).json()["results"]} == {id, draft}
    first, taken = hers.get(f"{URL}{id}/timeline/", headers={"Accept-Language": "en"}).json()["results"]
    assert (first["on_behalf"]["actor"], taken["label"], taken["by"]) == (
        "Siti",
        "Now in the applicant's own hands",
        "system",
    )
    # Both sides hear of it once, not of each application.
    assert set(Notice.objects.values_list("kind", flat=True)) == {"mandate.ended", "childhood.handed_over"}
    assert hers.post(f"{URL}{id}/withdraw/", {}, "application/json").status_code == 200
    assert submit(hers, draft).status_code == 200
    assert faults() == []
    erase(aisyah.pk, timezone.now())
    assert not Dependant.objects.exists()
    assert faults() == []
    Application.objects.filter(id=id).update(applicant_id=mandate.principal_id)
    assert faults() == ["the applicant is not whose it is by its history"]


@pytest.mark.parametrize("then", ["anonymise", "destroy"])
def test_for_whom_it_was_goes_with_the_person_at_the_end_of_keeping_and_the_chain_holds(then: str) -> None:
    with time_machine.travel(MARCH, tick=False) as clock:
        publish_service(requirements=[], access=FAMILY, retention={"months": 12, "then": then})
        mandate = child_of(resident())
        Mandate.objects.update(expires_at=OVER_ON + timedelta(days=3650))
        acting, rina = acting_by(mandate), officer()
        id = handed_in(acting)
        take(rina, id, "start_review")
        take(rina, id, "reject", reason="Tidak terbaca.")
        drain_all()
        clock.move_to(WARNED_ON)
        assert tend()["warned"] == 1
        warned = Notice.objects.filter(kind="retention.near").values_list("recipient_id", flat=True)
        assert set(warned) == {mandate.agent_id, mandate.principal_id}
        clock.move_to(OVER_ON)

        assert tend()["erased"] == 1

        done = Notice.objects.filter(kind="retention.done").values_list("recipient_id", flat=True)
        assert set(done) == {mandate.agent_id, mandate.principal_id}
        left = str(list(Event.objects.values_list("actor_id", "data", "reason")))
        assert str(mandate.principal_id) not in left
        assert str(mandate.agent_id) not in left
        assert faults() == []


def test_the_command_says_what_it_finds_and_what_it_cannot() -> None:
    command: Any = load_command_class("services.applications", "verify_history")

    said = command.create_parser("manage.py", "verify_history").format_help()

    assert "What it cannot find:\n  - an applicant who was changed where every step was taken by a mandate" in said
    assert "before the history told fees" in said
    assert "--published" in said


def test_it_asks_no_more_for_more_applications(acting: Client) -> None:
    handed_in(acting)
    with CaptureQueriesContext(connection) as for_one:
        assert faults() == []
    for _ in range(3):
        handed_in(acting)

    with CaptureQueriesContext(connection) as for_four:
        assert faults() == []

    assert len(for_four) == len(for_one)
