"""Several people do the same thing at once, each on a connection of their own."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import User
from accounts.proofing import queries
from accounts.proofing.models import Dispute, Proof, Sealed
from accounts.proofing.registry import Answer, Asked, Member
from accounts.proofing.registry.simulator import Simulator
from tests.accounts.flow import code_in, sms
from tests.accounts.proofing.conftest import BUDI, Caller, happens
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
Someone = Callable[[str], Caller]


class AtOnce:
    """A registry that answers when two have asked."""

    name = "simulator"
    meeting: ClassVar = threading.Barrier(2, timeout=20)

    def verify(self, asked: Asked, *, seconds: float) -> Answer:
        self.meeting.wait()
        return Simulator().verify(asked, seconds=seconds)

    def household_of(self, kk: str) -> tuple[Member, ...] | None:
        return None


def test_of_two_who_prove_one_nik_one_has_it_and_the_other_may_dispute_it(
    someone: Someone, settings: LazySettings
) -> None:
    settings.POPULATION_REGISTRY = f"{__name__}.AtOnce"
    settings.REGISTRY_SECONDS = 20
    both = [someone("Budi"), someone("Tina")]

    answers = at_once(*(lambda each=each: each.post("me/identity/", BUDI) for each in both))

    states = [answer.json()["check"]["state"] for answer in answers]
    assert sorted(states) == ["matched", "taken"], [answer.content for answer in answers]
    winner, loser = (both[states.index(state)] for state in ("matched", "taken"))
    assert queries.person_of_nik(BUDI["nik"]) == winner.user.pk
    assert Sealed.objects.filter(kind="nik").count() == 1
    assert set(User.objects.values_list("assurance", flat=True)) == {"verified", "basic"}
    assert loser.post("me/identity/disputes/", {"text": "NIK itu milik saya."}).status_code == 201


def test_of_two_officers_who_decide_one_decides(budi: Caller, someone: Someone, officer: Someone) -> None:
    budi.post("me/identity/", BUDI)
    tina = someone("Tina")
    tina.post("me/identity/", BUDI)
    id = tina.post("me/identity/disputes/", {"text": "NIK itu milik saya."}).json()["id"]
    Dispute.objects.update(answer_until=timezone.now() - timedelta(seconds=1))
    sides = [(officer("Rina"), "claimant"), (officer("Agus"), "holder")]

    def decide(who: Caller, winner: str) -> Any:
        return who.post(f"office/identity/disputes/{id}/decide/", {"winner": winner, "reason": "Sidik jari."})

    answers = at_once(*(lambda side=side: decide(*side) for side in sides))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    decided = sides[[answer.status_code for answer in answers].index(200)]
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.decided_by_id) == (decided[1], decided[0].user.pk)
    assert queries.person_of_nik(BUDI["nik"]) == (tina if decided[1] == "claimant" else budi).user.pk
    assert [answer.json()["code"] for answer in answers if answer.status_code == 409] == ["dispute_decided"]


def test_confirmed_by_two_and_twice_it_is_confirmed_once(budi: Caller, officer: Someone) -> None:
    rina, agus, dewi = officer("Rina"), officer("Agus"), officer("Dewi")
    code = budi.post("me/identity/code/").json()["code"]
    begun = rina.post("office/identity/proofings/", BUDI | {"document": "ktp_el", "code": code}).json()
    twice = [Caller(each.user) for each in (agus, dewi) for _turn in range(2)]

    answers = at_once(
        *(lambda each=each: each.post(f"office/identity/proofings/{begun['id']}/confirm/") for each in twice)
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert Proof.objects.filter(person=budi.user).count() == 1
    assert budi.get("me/").json()["assurance"] == "in_person"


def test_a_code_shown_to_two_officers_begins_one_proofing(budi: Caller, officer: Someone) -> None:
    code = budi.post("me/identity/code/").json()["code"]
    both = [officer("Rina"), officer("Agus")]
    sent = BUDI | {"document": "ktp_el", "code": code}

    answers = at_once(*(lambda each=each: each.post("office/identity/proofings/", sent) for each in both))

    assert sorted(answer.status_code for answer in answers) == [201, 400]


def test_an_account_is_opened_again_once(
    budi: Caller, officer: Someone, settings: LazySettings, tmp_path: Path
) -> None:
    settings.VAR_DIR = tmp_path
    budi.post("me/identity/", BUDI)
    rina, agus, dewi = officer("Rina"), officer("Agus"), officer("Dewi")
    asked = {"kind": "reopen", "contact": "081298765432", "nik": BUDI["nik"], "document": "ktp_el", "reason": "Hilang."}
    place = f"office/identity/recoveries/{rina.post('office/identity/recoveries/', asked).json()['id']}/"
    happens()
    rina.post(f"{place}code/", {"code": code_in(sms(tmp_path)[-1])})

    answers = at_once(
        lambda: agus.post(f"{place}confirm/"),
        lambda: dewi.post(f"{place}confirm/"),
        lambda: rina.post(f"{place}reject/", {"reason": "Keliru."}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
