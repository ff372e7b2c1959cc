"""Acting for a company: the register of business licences names the director, or an officer compares the papers."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.mandates import operations
from accounts.mandates.companies import Company, Unavailable, register
from accounts.mandates.companies.silent import Silent
from accounts.mandates.models import Mandate
from accounts.models import User
from accounts.proofing.operations.keeping import load_identity
from tests.accounts.mandates.acting import post

BERIMAN = "0220001234567"
CLOSED = "0220009999999"
KK = "6471010506240001"


class Down:
    """A register that does not answer."""

    name = "down"

    def look_up(self, nib: str) -> Company | None:
        raise Unavailable("no answer")


@pytest.fixture
def director(siti: User) -> User:
    load_identity(person_id=siti.pk, nik="6471014503950001", kk=KK, now=timezone.now())
    return siti


def ask(own: str, nib: str) -> Any:
    return post(own, "me/companies/", name="PT Apa Saja", nib=nib)


def test_named_as_a_director_one_acts_at_once_and_the_stand_in_says_that_it_is_one(own: str, director: User) -> None:
    asked = ask(own, BERIMAN).json()

    assert (asked["state"], asked["evidence"], asked["source"]) == ("active", "nib", "simulator")
    assert asked["principal"]["name"] == "PT Beriman Jaya"  # as the register writes it


def test_whom_the_register_does_not_name_waits_for_an_officer(own: str, siti: User) -> None:
    load_identity(person_id=siti.pk, nik="6471010107930002", kk=KK, now=timezone.now())

    asked = ask(own, BERIMAN).json()

    assert (asked["state"], asked["awaiting"], asked["source"]) == ("proposed", "officer", None)


def test_a_nib_that_was_revoked_is_refused(own: str, director: User) -> None:
    refused = ask(own, CLOSED)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (400, "/nib")
    assert Mandate.objects.count() == 0


@pytest.mark.parametrize("path", ["tests.accounts.mandates.test_companies.Down", f"{Silent.__module__}.Silent"])
def test_without_an_answer_it_waits_for_an_officer(own: str, director: User, settings: LazySettings, path: str) -> None:
    settings.COMPANY_REGISTER = path

    asked = ask(own, BERIMAN).json()

    assert (asked["state"], asked["awaiting"]) == ("proposed", "officer")
    assert asked["principal"]["name"] == "PT Apa Saja"


def test_two_directors_act_for_one_company(own: str, director: User, officer: User) -> None:
    ask(own, BERIMAN)
    User.objects.filter(pk=officer.pk).update(assurance="verified")

    second = operations.add_company(director_id=officer.pk, name="x", nib=BERIMAN, npwp="", now=timezone.now())

    assert {each.principal_id for each in Mandate.objects.all()} == {second.principal_id}
    assert (second.state, second.awaiting) == ("proposed", "officer")


def test_nobodys_nik_is_in_what_a_log_would_show() -> None:
    found = register().look_up(BERIMAN)

    assert "6471014503950001" not in repr(found)
