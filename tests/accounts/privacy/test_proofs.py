"""A person's copy holds how they were proved, with their own numbers; erasing leaves nothing of it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.privacy import proofs
from accounts.proofing.models import Check, CounterProofing, Dispute, Proof, Sealed
from tests.accounts.proofing.conftest import BUDI, Caller, budi, officer, someone

__all__ = ["budi", "officer", "someone"]

pytestmark = pytest.mark.django_db
Someone = Callable[[str], Caller]


def copy_of(person: Caller) -> dict[str, list[dict[str, Any]]]:
    return {part.name: [dict(line) for line in part.lines] for part in proofs.export(person.user.pk)}  # type: ignore[union-attr]


def test_the_own_copy_has_the_numbers_whole_and_who_proved_them(budi: Caller, officer: Someone) -> None:
    code = budi.post("me/identity/code/").json()["code"]
    sent = BUDI | {"document": "ktp_el", "code": code}
    begun = officer("Rina").post("office/identity/proofings/", sent).json()
    officer("Agus").post(f"office/identity/proofings/{begun['id']}/confirm/")

    copy = copy_of(budi)

    assert {line["kind"]: line["value"] for line in copy["identity"]} == {"nik": BUDI["nik"], "kk": BUDI["kk"]}
    (proof,) = copy["proofs"]
    assert (proof["how"], proof["assurance"], proof["source"]) == ("counter", "in_person", "ktp_el")
    (at_counter,) = copy["counter_proofings"]
    assert (at_counter["first_name"], at_counter["second_name"]) == ("Rina", "Agus")


def test_a_side_of_a_dispute_is_told_nothing_of_the_other(budi: Caller, someone: Someone) -> None:
    budi.post("me/identity/", BUDI)
    tina = someone("Tina")
    tina.post("me/identity/", BUDI)
    tina.post("me/identity/disputes/", {"text": "Milik saya."})

    (mine,), (theirs,) = copy_of(budi)["identity_disputes"], copy_of(tina)["identity_disputes"]

    assert (mine["my_part"], mine["my_words"], mine["registry"]) == ("holder", "", {})
    assert (theirs["my_part"], theirs["my_words"]) == ("claimant", "Milik saya.")
    assert str(budi.user.pk) not in str(theirs)


def test_erased_nothing_of_it_is_left_but_a_decision_without_words(
    budi: Caller, someone: Someone, officer: Someone
) -> None:
    budi.post("me/identity/", BUDI)
    tina = someone("Tina")
    tina.post("me/identity/", BUDI)
    id = tina.post("me/identity/disputes/", {"text": "Milik saya."}).json()["id"]
    Dispute.objects.update(answer_until=timezone.now() - timedelta(seconds=1))
    decision = {"winner": "claimant", "reason": "Sidik jari."}
    officer("Rina").post(f"office/identity/disputes/{id}/decide/", decision)

    outcome = proofs.erase(tina.user.pk, timezone.now())

    assert outcome[1] == {"kind": "identity_decisions", "erased": 0, "kept": 1}
    for table in (Sealed, Proof, Check, CounterProofing):
        assert not table.objects.filter(person=tina.user).exists(), table
    dispute = Dispute.objects.get()
    assert (dispute.statement, dispute.reason) == ("", "Sidik jari.")
