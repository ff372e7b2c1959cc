"""A child comes of age or marries: nobody acts for them any more, and what was done in their name becomes theirs."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from accounts.mandates import operations
from accounts.mandates.majority import of_age_at, own_card_at
from accounts.mandates.models import Dependant, Ending, Mandate, Relation
from accounts.models import User
from accounts.operations import register_person
from accounts.proofing.operations.keeping import Taken, holder_of, keep_numbers, load_identity
from services.applications.models import Application
from services.applications.operations.drafts import create_draft
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.mandates.acting import NIK, bearer, child_of, post, swap
from tests.problems import problem
from tests.services.applications.factory import publish_service

KK = "6471010506240001"
BORN = date(2019, 3, 14)
GROWN = of_age_at(BORN) + timedelta(days=4)  # the worker was down all the while


@pytest.fixture
def child(siti: User, officer: User) -> Mandate:
    return child_of(siti, officer)


@pytest.fixture
def aisyah() -> User:
    """The account that the child opens for herself."""
    return register_person(full_name="Aisyah", email="aisyah@balikpapan.example", now=timezone.now())


def applied(child: Mandate) -> Application:
    publish_service()
    application, _created = create_draft(
        id=uuid4(), applicant_id=child.principal_id, assurance="verified", service="uji", now=timezone.now()
    )
    return application


def proves_her_nik(person: User, now: datetime) -> None:
    keep_numbers(person_id=person.pk, nik=NIK, kk=KK, now=now)


def tell_all(now: datetime) -> dict[tuple[Any, str], str]:
    while drain(now=now):
        pass
    return {(each.recipient_id, each.kind): each.body["id"] for each in Notice.objects.all()}


def test_a_late_worker_ends_it_and_tells(child: Mandate, siti: User, own: str) -> None:
    token = swap(own, child.id).json()["access_token"]
    with time_machine.travel(of_age_at(BORN) - timedelta(days=10)):
        assert operations.tend(now=timezone.now()) == 1
        assert "berakhir pada 14-03-2037" in tell_all(timezone.now())[siti.pk, "mandate.expiring"]

    assert operations.tend(now=GROWN) == 1

    child.refresh_from_db()
    assert (child.state, child.ending, child.ended_at) == ("ended", "of_age", GROWN)
    assert "tidak lagi dapat bertindak" in tell_all(GROWN)[siti.pk, "mandate.ended"]
    assert bearer(token).get("/api/v1/me/").status_code == 401


def test_of_age_she_proves_her_nik_and_has_what_was_applied_for(child: Mandate, siti: User, aisyah: User) -> None:
    draft = applied(child)

    proves_her_nik(aisyah, GROWN)  # before any worker ended the mandate

    draft.refresh_from_db()
    child.refresh_from_db()
    assert draft.applicant_id == aisyah.pk
    assert (child.state, child.ending) == ("ended", "of_age")
    assert not User.objects.get(pk=child.principal_id).is_active
    told = tell_all(GROWN)
    assert "kini ada di akun ini" in told[aisyah.pk, "childhood.handed_over"]
    assert "Aisyah kini mengurus sendiri" in told[siti.pk, "childhood.handed_over"]
    assert (aisyah.pk, "mandate.ended") in told
    assert [each.id for each in _seen_by(aisyah)] == [child.id]
    proves_her_nik(aisyah, GROWN)
    assert Dependant.objects.get().claimed_at == GROWN


def _seen_by(person: User) -> list[Mandate]:
    from accounts.mandates.queries import visible_to

    return list(visible_to(person.pk))


NADIA: dict[str, Any] = {"nik": "6471015102150003", "full_name": "Nadia", "birth_date": date(2015, 2, 11)}


@pytest.fixture
def on_the_card(siti: User) -> Mandate:
    """Nadia, a child whose NIK the family card of her mother proved."""
    load_identity(person_id=siti.pk, nik="6471014503950001", kk=KK, now=timezone.now())
    mandate = operations.add_child(parent_id=siti.pk, now=timezone.now(), **NADIA)
    assert mandate.state == "active"
    return mandate


def test_with_her_own_identity_card_at_17_she_proves_the_nik_that_the_family_card_proved(
    on_the_card: Mandate, aisyah: User
) -> None:
    day = own_card_at(NADIA["birth_date"])
    assert day.date() == date(2032, 2, 11)

    with pytest.raises(Taken):
        keep_numbers(person_id=aisyah.pk, nik=NADIA["nik"], kk=KK, now=day - timedelta(seconds=1))
    assert holder_of(NADIA["nik"]) == on_the_card.principal_id
    assert Dependant.objects.get().claimed_by is None

    keep_numbers(person_id=aisyah.pk, nik=NADIA["nik"], kk=KK, now=day)
    assert holder_of(NADIA["nik"]) == aisyah.pk


def test_at_17_her_parents_still_act_and_what_they_did_is_hers_at_18(
    on_the_card: Mandate, siti: User, aisyah: User
) -> None:
    draft = applied(on_the_card)
    keep_numbers(person_id=aisyah.pk, nik=NADIA["nik"], kk=KK, now=own_card_at(NADIA["birth_date"]))

    draft.refresh_from_db()
    on_the_card.refresh_from_db()
    assert (draft.applicant_id, on_the_card.state) == (on_the_card.principal_id, "active")
    told = tell_all(timezone.now())
    assert "Bukan anak Anda?" in told[siti.pk, "childhood.claimed"]
    assert "semuanya berpindah ke akun ini" in told[aisyah.pk, "childhood.claimed"]
    father = register_person(full_name="Ayah", email="ayah@balikpapan.example", now=timezone.now())
    User.objects.filter(pk=father.pk).update(assurance="verified")
    asked = operations.add_child(parent_id=father.pk, now=timezone.now(), **NADIA)
    assert (asked.state, asked.principal_id) == ("proposed", on_the_card.principal_id)

    operations.tend(now=of_age_at(NADIA["birth_date"]))

    draft.refresh_from_db()
    assert draft.applicant_id == aisyah.pk
    assert {each.state for each in Mandate.objects.all()} == {"ended"}


def test_who_proved_it_while_a_child_gets_it_when_the_worker_sees_that_she_is_grown(
    child: Mandate, aisyah: User
) -> None:
    draft = applied(child)
    proves_her_nik(aisyah, timezone.now())
    draft.refresh_from_db()
    assert draft.applicant_id == child.principal_id

    operations.tend(now=GROWN)

    draft.refresh_from_db()
    assert draft.applicant_id == aisyah.pk


def test_who_lost_the_nik_meanwhile_gets_nothing(child: Mandate, aisyah: User) -> None:
    from accounts.proofing.operations.keeping import take_away

    draft = applied(child)
    proves_her_nik(aisyah, timezone.now())
    take_away(person_id=aisyah.pk, why="dispute", about=uuid4(), now=timezone.now())

    operations.tend(now=GROWN)

    draft.refresh_from_db()
    assert draft.applicant_id == child.principal_id


def test_married_she_leaves_everybodys_power_at_the_counter(
    child: Mandate, siti: User, officer: User, aisyah: User, own: str
) -> None:
    token = swap(own, child.id).json()["access_token"]
    draft = applied(child)
    reason = "Kutipan akta nikah 0123/045/II/2026"

    ended = operations.end_at_counter(
        mandate_id=child.id, officer_id=officer.pk, kinds=[Relation.CHILD], ending=Ending.MARRIED, reason=reason,
        now=timezone.now(),
    )  # fmt: skip

    assert (ended.state, ended.ending, ended.reason) == ("ended", "married", reason)
    assert bearer(token).get("/api/v1/me/").status_code == 401
    assert reason in tell_all(timezone.now())[siti.pk, "mandate.ended"]
    again = post(own, "me/dependants/", nik=NIK, full_name="Aisyah", birth_date=str(BORN))
    assert again.json()["errors"][0]["code"] == "not_a_child"
    proves_her_nik(aisyah, timezone.now())
    draft.refresh_from_db()
    assert draft.applicant_id == aisyah.pk


def test_a_guardian_takes_the_parents_place(child: Mandate, siti: User, officer: User) -> None:
    uncle = register_person(full_name="Paman", email="paman@balikpapan.example", now=timezone.now())
    User.objects.filter(pk=uncle.pk).update(assurance="verified")
    asked = operations.add_child(
        parent_id=uncle.pk, nik=NIK, full_name="A", birth_date=BORN, guardian=True, now=timezone.now()
    )
    assert (asked.kind, asked.awaiting, asked.principal_id) == ("guardian", "officer", child.principal_id)
    kinds = [Relation.CHILD, Relation.GUARDIAN]

    operations.confirm(mandate_id=asked.id, officer_id=officer.pk, number=NIK, kinds=kinds, now=timezone.now())
    operations.end_at_counter(
        mandate_id=child.id, officer_id=officer.pk, kinds=kinds, ending=Ending.GUARDIAN, reason="Penetapan PN 12/2026",
        now=timezone.now(),
    )  # fmt: skip

    states = dict(Mandate.objects.values_list("agent__full_name", "state"))
    assert states == {"Siti Aminah": "ended", "Paman": "active"}
    assert operations.tend(now=GROWN) == 1
    assert Mandate.objects.get(agent=uncle).ending == "of_age"


def test_the_counter_does_not_end_its_own_nor_anothers_kind(child: Mandate, siti: User, officer: User) -> None:
    for who, kinds in ((siti, [Relation.CHILD]), (officer, [Relation.COMPANY])):
        with pytest.raises(Mandate.DoesNotExist):
            operations.end_at_counter(
                mandate_id=child.id, officer_id=who.pk, kinds=kinds, ending=Ending.OFFICER, reason="salah",
                now=timezone.now(),
            )  # fmt: skip

    child.refresh_from_db()
    assert child.state == "active"


def test_a_stranger_with_another_nik_gets_nothing(child: Mandate, aisyah: User) -> None:
    keep_numbers(person_id=aisyah.pk, nik="6471015403190009", kk=KK, now=GROWN)

    assert Dependant.objects.get().claimed_by is None


def test_an_ended_account_of_a_child_is_not_opened_again(child: Mandate, aisyah: User, own: str) -> None:
    proves_her_nik(aisyah, GROWN)

    answer = post(own, "me/dependants/", nik=NIK, full_name="Aisyah", birth_date=str(BORN))

    assert problem(answer) == (400, "invalid")
