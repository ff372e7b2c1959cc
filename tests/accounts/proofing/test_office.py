"""Disputes about a NIK, and proofing at a counter by two officers."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import RelyingParty
from accounts.privacy.models import DataAccess
from accounts.proofing.models import CounterCode, CounterProofing, Dispute, Proof
from accounts.provider.models import Authorization
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.proofing.conftest import BUDI, Caller

pytestmark = pytest.mark.django_db
Someone = Callable[[str], Caller]
COUNTER = BUDI | {"document": "ktp_el"}


@pytest.fixture
def disputed(budi: Caller, someone: Someone) -> tuple[Caller, str]:
    """The claimant, and the dispute that they opened on Budi's NIK."""
    budi.post("me/identity/", BUDI)
    claimant = someone("Tina")
    assert claimant.post("me/identity/", BUDI).json()["check"]["state"] == "taken"
    opened = claimant.post("me/identity/disputes/", {"text": "NIK itu milik saya."})
    assert opened.status_code == 201, opened.content
    return claimant, opened.json()["id"]


def decide(officer: Caller, id: str, winner: str = "claimant") -> Any:
    return officer.post(f"office/identity/disputes/{id}/decide/", {"winner": winner, "reason": "Sidik jari sesuai."})


def test_the_holder_answers_and_an_officer_decides_for_the_claimant(
    budi: Caller, disputed: tuple[Caller, str], officer: Someone, app: RelyingParty
) -> None:
    claimant, id = disputed
    rina = officer("Rina")
    verified, basic = (_authorization(budi, app, level) for level in ("verified", "basic"))
    assert (early := decide(rina, id)).status_code == 409
    assert early.json()["code"] == "answer_awaited"
    answered = budi.post(f"me/identity/disputes/{id}/answer/", {"text": "Bukan, ini NIK saya."})
    assert answered.status_code == 200, answered.content

    decided = decide(rina, id)

    assert decided.status_code == 200, decided.content
    assert decided.json()["state"] == "claimant"
    assert budi.get("me/identity/").json() | {"check": None, "tries_left": 0} == {
        "assurance": "basic",
        "nik": None,
        "proved_at": None,
        "how": None,
        "source": "",
        "tries_left": 0,
        "check": None,
        "counter": None,
        "recoveries": [],
    }
    won = claimant.get("me/identity/").json()
    assert (won["assurance"], won["nik"], won["how"]) == ("verified", "6471********0001", "dispute")
    verified.refresh_from_db()
    basic.refresh_from_db()
    assert verified.ended_at is not None
    assert basic.ended_at is None
    assert Proof.objects.get(person=budi.user).ended_at is not None
    while drain(now=timezone.now()):
        pass
    assert {"identity.disputed", "identity.lost", "identity.decided"} <= _notices(budi)
    assert "identity.decided" in _notices(claimant)


def _authorization(who: Caller, app: RelyingParty, assurance: str) -> Authorization:
    now = timezone.now()
    return Authorization.objects.create(person=who.user, client=app, auth_time=now, assurance=assurance, created_at=now)


def _notices(who: Caller) -> set[str]:
    return set(Notice.objects.filter(recipient=who.user).values_list("kind", flat=True))


def test_decided_for_the_holder_nothing_moves(budi: Caller, disputed: tuple[Caller, str], officer: Someone) -> None:
    claimant, id = disputed
    Dispute.objects.update(answer_until=timezone.now() - timedelta(seconds=1))

    assert decide(officer("Rina"), id, "holder").json()["state"] == "holder"

    assert budi.get("me/identity/").json()["assurance"] == "verified"
    assert claimant.get("me/identity/").json()["assurance"] == "basic"
    assert decide(officer_again(), id).status_code == 409
    assert claimant.post("me/identity/disputes/", {"text": "Lagi."}).json()["code"] == "nothing_to_dispute"


def officer_again() -> Caller:
    from services.agencies.models import Membership

    return Caller(Membership.objects.get().user)


def test_reading_a_dispute_is_told_to_both_parties(
    budi: Caller, disputed: tuple[Caller, str], officer: Someone
) -> None:
    claimant, id = disputed

    shown = officer("Rina").get(f"office/identity/disputes/{id}/")

    assert shown.json()["nik"] == "6471********0001"
    assert BUDI["nik"] not in shown.content.decode()
    read = {(each.person_id, each.what, each.reader_name) for each in DataAccess.objects.all()}
    assert read == {(budi.user.pk, "identity", "Rina"), (claimant.user.pk, "identity", "Rina")}


def test_a_party_does_not_decide_and_a_stranger_sees_nothing(
    budi: Caller, disputed: tuple[Caller, str], officer: Someone, someone: Someone
) -> None:
    from services.agencies.models import Agency, Membership

    _claimant, id = disputed
    officer("Rina")
    Membership.objects.create(user=budi.user, agency=Agency.objects.get(), role="officer")
    Authenticator.objects.create(user=budi.user, type=Authenticator.Type.TOTP, data={})
    budi.post(f"me/identity/disputes/{id}/answer/", {"text": "Ini milik saya."})

    assert decide(budi, id, "holder").json()["code"] == "own_case"
    stranger = someone("Tono")
    assert stranger.get("office/identity/disputes/").status_code == 403
    assert stranger.get(f"office/identity/disputes/{id}/").status_code == 403
    assert stranger.post(f"me/identity/disputes/{id}/answer/", {"text": "x"}).status_code == 404
    assert Dispute.objects.get().state == "open"


def test_two_officers_prove_a_resident_in_person(budi: Caller, officer: Someone) -> None:
    rina, agus = officer("Rina"), officer("Agus")
    code = budi.post("me/identity/code/").json()["code"]

    begun = rina.post("office/identity/proofings/", COUNTER | {"code": code.lower()})
    assert begun.status_code == 201, begun.content
    path = f"office/identity/proofings/{begun.json()['id']}/"
    assert begun.json()["nik"] == "6471********0001"
    assert budi.get("me/").json()["assurance"] == "basic"
    assert rina.post(f"{path}confirm/").json()["code"] == "own_case"
    assert [each["id"] for each in agus.get("office/identity/proofings/").json()["results"]] == [begun.json()["id"]]
    done = agus.post(f"{path}confirm/")

    assert done.status_code == 200, done.content
    seen = budi.get("me/identity/").json()
    assert (seen["assurance"], seen["nik"], seen["how"]) == ("in_person", "6471********0001", "counter")
    assert (seen["counter"]["first_officer"], seen["counter"]["second_officer"]) == ("Rina", "Agus")
    assert {each.reader_name for each in DataAccess.objects.filter(person=budi.user)} == {"Rina", "Agus"}
    assert agus.post(f"{path}confirm/").json()["code"] == "not_waiting"


def test_a_code_is_good_once_and_not_for_long_and_not_for_oneself(budi: Caller, officer: Someone) -> None:
    rina = officer("Rina")
    code = budi.post("me/identity/code/").json()["code"]
    CounterCode.objects.update(expires_at=timezone.now())

    late = rina.post("office/identity/proofings/", COUNTER | {"code": code})
    own = rina.post("office/identity/proofings/", COUNTER | {"code": rina.post("me/identity/code/").json()["code"]})
    code = budi.post("me/identity/code/").json()["code"]
    first = rina.post("office/identity/proofings/", COUNTER | {"code": code})
    again = rina.post("office/identity/proofings/", COUNTER | {"code": code})

    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (400, "/code")
    assert (own.status_code, own.json()["code"]) == (403, "own_case")
    assert (first.status_code, again.status_code) == (201, 400)
    assert code.replace("-", "") not in str(CounterCode.objects.all().values_list())


def test_a_rejection_is_told_with_its_reason_and_a_late_confirmation_refused(budi: Caller, officer: Someone) -> None:
    rina, agus = officer("Rina"), officer("Agus")
    ids = []
    for _turn in range(2):
        code = budi.post("me/identity/code/").json()["code"]
        begun = rina.post("office/identity/proofings/", COUNTER | {"code": code})
        ids.append(begun.json()["id"])
        if len(ids) == 1:
            rejected = agus.post(f"office/identity/proofings/{ids[0]}/reject/", {"reason": "Foto tidak sesuai."})
            assert rejected.status_code == 200, rejected.content
            assert budi.get("me/identity/").json()["counter"]["reason"] == "Foto tidak sesuai."
    CounterProofing.objects.filter(pk=ids[1]).update(expires_at=timezone.now())

    late = agus.post(f"office/identity/proofings/{ids[1]}/confirm/")

    assert (late.status_code, late.json()["code"]) == (409, "not_waiting")
    assert budi.get("me/").json()["assurance"] == "basic"
    assert agus.get(f"office/identity/proofings/{uuid4()}/").status_code == 404


def test_an_officer_who_has_a_second_factor_and_did_not_show_it_does_and_sees_nothing(
    budi: Caller, officer: Someone
) -> None:
    rina = officer("Rina")
    rina.methods = {"pwd"}
    code = budi.post("me/identity/code/").json()["code"]

    answer = rina.post("office/identity/proofings/", COUNTER | {"code": code})

    assert (answer.status_code, answer.json()["code"]) == (403, "second_factor_required")
    assert rina.get("office/identity/disputes/").json()["code"] == "second_factor_required"
    assert not CounterProofing.objects.exists()
