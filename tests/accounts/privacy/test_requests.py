"""`me/data-requests/` and `office/data-requests/`: 3 x 24 hours (UU 27/2022, art. 30, 32 and 40)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.privacy.models import DataAccess, DataRequest
from accounts.privacy.operations.requests import close_requests, tend_requests
from accounts.sign_in.operations import add_authenticator_app
from services.events.models import OutboxEvent
from services.events.operations import drain
from services.notifications.models import Notice
from tests.problems import fields, problem
from tests.services.applications.factory import member
from tests.services.signed_in import signed_in

MINE, OFFICE = "/api/v1/me/data-requests/", "/api/v1/office/data-requests/"
CORRECTION = {"kind": "correction", "text": "Nama saya salah eja.", "full_name": "Siti Aminah Putri"}
GRANTED = {"outcome": "granted", "answer": "Sesuai KTP-el."}


@pytest.fixture
def staff() -> User:
    """Staff of the platform, with an authenticator app."""
    tono = register_person(full_name="Tono", email="tono@balikpapan.example", now=timezone.now())
    call_command("platform_staff", "tono@balikpapan.example")
    add_authenticator_app(person_id=tono.pk, secret="BALIKPAPANKOTAMINYAKBERIMAN23456")
    tono.refresh_from_db()
    return tono


@pytest.fixture
def office(staff: User) -> Client:
    return signed_in(staff, "office")


def ask(caller: Client, body: dict[str, Any] | None = None, key: str = "") -> Any:
    said = CORRECTION if body is None else body
    return caller.post(MINE, said, content_type="application/json", headers={"Idempotency-Key": key or str(uuid4())})


def answer(office: Client, id: str, body: dict[str, Any] | None = None) -> Any:
    return office.post(f"{OFFICE}{id}/answer/", body or GRANTED, content_type="application/json")


def test_a_name_that_was_proved_is_corrected_by_who_answers_for_it(siti: Client, person: User, office: Client) -> None:
    User.objects.update(assurance="verified")
    refused = siti.patch("/api/v1/me/", {"full_name": "Ratu"}, content_type="application/json")
    assert (*problem(refused), fields(refused)) == (409, "name_is_proved", {"/full_name": "name_is_proved"})
    assert "me/data-requests/" in refused.json()["detail"]
    same = {"full_name": person.full_name, "language": "en"}
    assert siti.patch("/api/v1/me/", same, content_type="application/json").status_code == 200

    made = ask(siti)
    assert made.status_code == 201, made.content
    told = made.json()
    hours = datetime.fromisoformat(told["due_at"]) - datetime.fromisoformat(told["made_at"])
    assert (told["state"], hours) == ("open", timedelta(hours=72))

    waiting = office.get(OFFICE).json()["results"]
    assert [each["id"] for each in waiting] == [told["id"]]
    assert "Siti" not in str(waiting)
    read = office.get(f"{OFFICE}{told['id']}/").json()
    assert (read["person"]["full_name"], read["full_name"]) == ("Siti Aminah", "Siti Aminah Putri")
    noted = DataAccess.objects.get(person=person)
    assert (noted.reader_role, noted.reader_name) == ("dpo", "Tono")
    assert answer(office, told["id"]).json()["state"] == "granted"

    person.refresh_from_db()
    assert person.full_name == "Siti Aminah Putri"
    mine = siti.get(MINE).json()["results"][0]
    assert (mine["state"], mine["answer"]) == ("granted", "Sesuai KTP-el.")
    drain(now=timezone.now())
    assert Notice.objects.get(recipient=person).kind == "privacy.request_answered"
    assert problem(answer(office, told["id"])) == (409, "already_answered")
    assert office.get(OFFICE).json()["results"] == []


def test_a_refusal_changes_nothing_but_says_why(siti: Client, person: User, office: Client) -> None:
    id = ask(siti).json()["id"]

    assert fields(answer(office, id, {"outcome": "refused"})) == {"/answer": "required"}
    assert fields(answer(office, id, {"outcome": "open", "answer": "-"})) == {"/outcome": "invalid_choice"}
    assert answer(office, id, {"outcome": "refused", "answer": "KTP-el berbeda."}).status_code == 200

    person.refresh_from_db()
    assert (person.full_name, siti.get(MINE).json()["results"][0]["answer"]) == ("Siti Aminah", "KTP-el berbeda.")


def test_only_staff_of_the_platform_with_a_second_factor_come_in(siti: Client, staff: User, person: User) -> None:
    id = ask(siti).json()["id"]
    rina = signed_in(member("rina@example.org", "admin"), "office")
    bare = register_person(full_name="Bowo", email="bowo@example.org", now=timezone.now())
    User.objects.filter(pk=bare.pk).update(is_staff=True)
    for caller, code in (
        (signed_in(person, "office"), "not_platform_staff"),
        (rina, "not_platform_staff"),
        (signed_in(bare, "office", methods=("pwd",)), "second_factor_required"),
        (signed_in(staff, "account"), "insufficient_scope"),
    ):
        for refused in (caller.get(OFFICE), caller.get(f"{OFFICE}{id}/"), answer(caller, id)):
            assert problem(refused) == (403, code)
    assert DataRequest.objects.get().state == "open"
    assert not DataAccess.objects.exists()


def test_nobody_answers_their_own_request_and_others_requests_are_not_seen(
    staff: User, office: Client, siti: Client
) -> None:
    own = ask(signed_in(staff, "account")).json()["id"]

    assert problem(answer(office, own)) == (409, "own_request")
    assert siti.get(MINE).json()["results"] == []
    assert problem(answer(office, str(uuid4()))) == (404, "not_found")
    assert problem(office.get(f"{OFFICE}{uuid4()}/")) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, {"/kind": "required", "/text": "required"}),
        ({"kind": "magic", "text": "x"}, {"/kind": "invalid_choice"}),
        ({"kind": "access", "text": "x" * 2001}, {"/text": "max_length"}),
        ({"kind": "access", "text": "x", "full_name": "Ratu"}, {"/full_name": "invalid"}),
        (CORRECTION | {"full_name": "\u202eitiS"}, {"/full_name": "invalid"}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(siti: Client, body: dict[str, Any], wrong: dict[str, str]) -> None:
    assert fields(ask(siti, body)) == wrong
    assert not DataRequest.objects.exists()


def test_sent_twice_it_is_one_request_and_no_more_than_five_wait(siti: Client) -> None:
    first, again = ask(siti, key="a"), ask(siti, key="a")
    assert first.json() == again.json()
    assert [ask(siti).status_code for _ in range(4)] == [201] * 4

    assert problem(ask(siti)) == (409, "too_many_open_requests")
    page = siti.get(f"{MINE}?limit=2").json()
    older = siti.get(page["next"]).json()
    assert len({each["id"] for each in page["results"] + older["results"]}) == 4
    assert siti.get(older["previous"]).json()["results"] == page["results"]


def test_the_clock_reminds_once_and_escalates_once(siti: Client, person: User, staff: User) -> None:
    ask(siti)
    made = DataRequest.objects.get().made_at

    assert tend_requests(now=made + timedelta(hours=47)) == 0
    assert [tend_requests(now=made + timedelta(hours=hours)) for hours in (48, 49, 72, 80)] == [1, 0, 1, 0]

    told = OutboxEvent.objects.filter(topic__startswith="privacy.request_").order_by("created_at", "topic")
    assert [(each.topic, each.body["person"]) for each in told] == [
        ("privacy.request_due", str(staff.pk)),
        ("privacy.request_late", str(person.pk)),
        ("privacy.request_overdue", str(staff.pk)),
    ]
    drain(now=timezone.now())
    assert {each.recipient_id for each in Notice.objects.all()} == {staff.pk, person.pk}
    assert "Siti" not in str([each.body for each in Notice.objects.filter(recipient=staff)])


def test_an_answered_request_has_no_clock(siti: Client, office: Client) -> None:
    answer(office, ask(siti).json()["id"])

    assert tend_requests(now=timezone.now() + timedelta(days=9)) == 0


def test_an_erased_account_leaves_no_words(siti: Client, person: User) -> None:
    ask(siti)

    close_requests(person_id=person.pk, words="(akun dihapus)", now=timezone.now())

    left = DataRequest.objects.get()
    assert (left.state, left.text, left.full_name, left.answer) == ("refused", "", "", "(akun dihapus)")


def test_staff_of_the_platform_are_made_and_unmade_by_a_proved_address(staff: User) -> None:
    call_command("platform_staff", "tono@balikpapan.example", "--end")
    with pytest.raises(CommandError):
        call_command("platform_staff", "nobody@balikpapan.example")

    staff.refresh_from_db()
    assert staff.is_staff is False
