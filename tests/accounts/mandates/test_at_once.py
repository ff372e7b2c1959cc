"""Two at once, on connections of their own."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.mandates import operations
from accounts.mandates.models import ActingToken, Change, Dependant, Mandate
from accounts.models import User
from accounts.operations import register_person
from superapp.http.problems import Problem
from tests.accounts.mandates.acting import NIK, bearer, child_of, swap
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
TURNS = 6


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def together(*tasks: Callable[[], Any]) -> list[Any]:
    """Do all of it at once; a refusal is an answer, too."""
    return at_once(*tasks, refused=(Problem, Mandate.DoesNotExist))


def offered(siti: User, officer: User) -> Mandate:
    until = timezone.localdate() + timedelta(days=30)
    return operations.offer(
        principal_id=siti.pk, address=str(officer.email), services=(), expires_on=until, now=timezone.now()
    )


def history(mandate: Mandate) -> list[str]:
    return list(Change.objects.filter(mandate=mandate).order_by("version").values_list("what", flat=True))


def test_accepted_twice_at_once_it_begins_once(siti: User, officer: User) -> None:
    mandate = offered(siti, officer)

    answers = together(*[lambda: operations.accept(mandate_id=mandate.pk, agent_id=officer.pk, now=timezone.now())] * 4)

    assert [each.state for each in answers] == ["active"] * 4
    assert history(mandate) == ["proposed", "begun"]


def test_accepted_and_taken_back_at_once_it_is_over(siti: User, officer: User) -> None:
    for _turn in range(TURNS):
        mandate = offered(siti, officer)

        accepted, ended = together(
            lambda mandate=mandate: operations.accept(  # type: ignore[misc]
                mandate_id=mandate.pk, agent_id=officer.pk, now=timezone.now()
            ),
            lambda mandate=mandate: operations.end(  # type: ignore[misc]
                mandate_id=mandate.pk, person_id=siti.pk, now=timezone.now()
            ),
        )

        mandate.refresh_from_db()
        assert (mandate.state, ended.state) == ("ended", "ended")
        begun = not isinstance(accepted, Problem)
        assert history(mandate) == ["proposed", *(["begun"] if begun else []), "ended"]


def test_taken_back_during_an_exchange_no_living_token_is_left(siti: User, officer: User, own: str) -> None:
    for _turn in range(TURNS):
        mandate = child_of(siti, officer)

        swapped, _ended = together(
            lambda mandate=mandate: swap(own, mandate.pk),  # type: ignore[misc]
            lambda mandate=mandate: operations.end(  # type: ignore[misc]
                mandate_id=mandate.pk, person_id=siti.pk, now=timezone.now()
            ),
        )

        assert swapped.status_code in (200, 400)
        assert not ActingToken.objects.filter(mandate=mandate).exists()
        if swapped.status_code == 200:
            token = swapped.json()["access_token"]
            assert bearer(token).get("/api/v1/me/").status_code == 401
            assert Client().get("/o/userinfo/", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_both_parents_at_once_add_one_child(siti: User, officer: User) -> None:
    father = register_person(full_name="Ahmad", email="ahmad@balikpapan.example", now=timezone.now())
    User.objects.filter(pk=father.pk).update(assurance="verified")

    def add(parent: User) -> Callable[[], Mandate]:
        return lambda: operations.add_child(
            parent_id=parent.pk, nik=NIK, full_name="Aisyah", birth_date=date(2019, 3, 14), now=timezone.now()
        )

    mandates = together(add(siti), add(father))

    assert Dependant.objects.count() == 1
    assert {each.principal_id for each in mandates} == {Dependant.objects.get().pk}
    assert {each.agent_id for each in mandates} == {siti.pk, father.pk}


def test_one_parent_twice_at_once_has_one_mandate(siti: User) -> None:
    answers = together(
        *[
            lambda: operations.add_child(
                parent_id=siti.pk, nik=NIK, full_name="Aisyah", birth_date=date(2019, 3, 14), now=timezone.now()
            )
        ]
        * 3
    )

    assert Mandate.objects.count() == 1
    assert sum(isinstance(each, Problem) and each.code == "mandate_exists" for each in answers) == 2


def test_a_company_added_by_two_at_once_is_one(siti: User, officer: User) -> None:
    User.objects.update(assurance="verified")

    def add(person: User) -> Callable[[], Mandate]:
        return lambda: operations.add_company(
            director_id=person.pk, name="PT Satu", nib="9120001234567", npwp="", now=timezone.now()
        )

    mandates = together(add(siti), add(officer))

    assert len({each.principal_id for each in mandates}) == 1


def test_proved_by_the_child_while_the_worker_ends_it_nothing_waits_for_ever(siti: User, officer: User) -> None:
    from accounts.mandates.majority import of_age_at
    from accounts.proofing.operations.keeping import keep_numbers

    grown = of_age_at(date(2019, 3, 14))
    child_of(siti, officer)
    aisyah = register_person(full_name="Aisyah", email="aisyah@balikpapan.example", now=timezone.now())

    together(
        lambda: keep_numbers(person_id=aisyah.pk, nik=NIK, kk="6471010506240001", now=grown),
        lambda: operations.tend(now=grown),
    )

    operations.tend(now=grown)
    assert Dependant.objects.get().claimed_by_id == aisyah.pk
    assert Dependant.objects.get().claimed_at == grown
    assert Mandate.objects.get().ending == "of_age"
