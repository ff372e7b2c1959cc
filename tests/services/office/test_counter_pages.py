"""`/kantor/`: officers of the population agency prove residents at the counter and decide disputes about a NIK."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.privacy.models import DataAccess
from accounts.proofing.models import CounterProofing, Dispute
from tests.accounts.proofing.conftest import BUDI, RATNA, Caller, budi, officer, someone
from tests.services.office.test_clients_pages import browser_of
from tests.services.portal.pages import links_of, text_of

__all__ = ["budi", "officer", "someone"]

pytestmark = pytest.mark.django_db
Someone = Callable[[str], Caller]
WAITING, DISPUTES = "/kantor/identitas/", "/kantor/sengketa/"
TYPED = BUDI | {"document": "ktp_el"}


def at_work(officer: Caller) -> Client:
    return browser_of(officer.user, "pwd", "mfa")


def code_of(resident: Caller) -> str:
    return str(resident.post("me/identity/code/").json()["code"])


def dispute_of(holder: Caller, claimant: Caller) -> str:
    holder.post("me/identity/", BUDI)
    claimant.post("me/identity/", BUDI)
    return str(claimant.post("me/identity/disputes/", {"text": "NIK itu milik saya."}).json()["id"])


def test_two_officers_prove_a_resident_and_the_resident_sees_both(budi: Caller, officer: Someone) -> None:
    rina, agus = at_work(officer("Rina")), at_work(officer("Agus"))

    begun = rina.post(f"{WAITING}baru/", TYPED | {"code": code_of(budi)})

    place = f"{WAITING}{CounterProofing.objects.get().pk}/"
    assert (begun.status_code, begun.headers["Location"]) == (302, place)
    assert place in links_of(agus.get(WAITING))
    assert 'value="confirm"' not in rina.get(place).content.decode()
    shown = agus.get(place)
    assert "6471********0001" in text_of(shown)
    assert BUDI["nik"] not in shown.content.decode() + begun.headers["Location"]
    assert agus.post(place, {"action": "confirm"}).status_code == 302
    assert budi.get("me/identity/").json()["assurance"] == "in_person"
    assert {each.reader_name for each in DataAccess.objects.filter(person=budi.user)} == {"Rina", "Agus"}
    assert "Proved by two officers" in text_of(agus.get(place))
    assert place not in links_of(agus.get(WAITING))


def test_the_first_officer_cannot_be_the_second(budi: Caller, officer: Someone) -> None:
    rina = at_work(officer("Rina"))
    rina.post(f"{WAITING}baru/", TYPED | {"code": code_of(budi)})

    answer = rina.post(f"{WAITING}{CounterProofing.objects.get().pk}/", {"action": "confirm"})

    assert answer.status_code == 403
    assert budi.get("me/").json()["assurance"] == "basic"


@pytest.mark.parametrize(
    ("changes", "field"), [({"code": "AAAA-BBBB"}, "code"), ({"nik": "12"}, "nik"), ({"document": "x"}, "document")]
)
def test_what_is_wrong_is_said_beside_its_field(
    budi: Caller, officer: Someone, changes: dict[str, str], field: str
) -> None:
    answer = at_work(officer("Rina")).post(f"{WAITING}baru/", TYPED | {"code": code_of(budi)} | changes)

    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not CounterProofing.objects.exists()


def test_a_refusal_without_a_reason_is_asked_again_and_then_told(budi: Caller, officer: Someone) -> None:
    rina, agus = at_work(officer("Rina")), at_work(officer("Agus"))
    rina.post(f"{WAITING}baru/", TYPED | {"code": code_of(budi)})
    place = f"{WAITING}{CounterProofing.objects.get().pk}/"

    assert agus.post(place, {"action": "reject", "reason": " "}).status_code == 200
    assert CounterProofing.objects.get().state == "started"
    agus.post(place, {"action": "reject", "reason": "Foto tidak sesuai."})

    assert budi.get("me/identity/").json()["counter"]["reason"] == "Foto tidak sesuai."


def test_an_officer_sees_what_is_needed_and_decides_with_a_reason(
    budi: Caller, someone: Someone, officer: Someone
) -> None:
    tina, rina = someone("Tina"), at_work(officer("Rina"))
    place = f"{DISPUTES}{dispute_of(budi, tina)}/"
    assert place in links_of(rina.get(DISPUTES))
    early = rina.get(place)
    assert 'name="winner"' not in early.content.decode()
    budi.post(f"me/identity/disputes/{Dispute.objects.get().pk}/answer/", {"text": "Bukan, ini NIK saya."})

    page = text_of(rina.get(place))
    for each in ("Tina", "Budi", "NIK itu milik saya.", "Bukan, ini NIK saya.", "6471********0001", "17 April 1988"):
        assert each in page
    assert rina.post(place, {"winner": "claimant", "reason": ""}).status_code == 200
    assert Dispute.objects.get().state == "open"
    decided = rina.post(place, {"winner": "claimant", "reason": "Sidik jari sesuai."})

    assert decided.status_code == 302
    assert tina.get("me/identity/").json()["assurance"] == "verified"
    assert "Sidik jari sesuai." in text_of(rina.get(place))
    assert {(each.person_id, each.reader_name) for each in DataAccess.objects.all()} == {
        (budi.user.pk, "Rina"), (tina.user.pk, "Rina"),
    }  # fmt: skip


def test_a_long_queue_has_pages(budi: Caller, someone: Someone, officer: Someone) -> None:
    dispute_of(budi, someone("Tina"))
    for number in range(30):
        claimant, at = someone(f"Tina {number}").user, timezone.now() + timedelta(seconds=number)
        Dispute.objects.create(
            claimant=claimant, holder=budi.user, statement="x", opened_at=at, answer_until=at + timedelta(days=3)
        )
    rina, address = at_work(officer("Rina")), DISPUTES
    seen: set[str] = set()

    for _turn in range(5):
        page: Any = rina.get(address)
        links = {each for each in links_of(page) if each.startswith(DISPUTES) and len(each) > len(DISPUTES) + 30}
        assert not links & seen
        seen |= {each for each in links if "cursor" not in each and "after" not in each}
        more = page.content.decode().split('rel="next" href="')
        if len(more) == 1:
            break
        address = DISPUTES + more[1].split('"')[0].replace("&amp;", "&").split("/")[-1]

    assert len(seen) == 31


def test_nobody_else_finds_the_counter(budi: Caller, officer: Someone) -> None:
    officer("Rina")
    stranger = browser_of(budi.user, "pwd", "mfa")

    for path in (WAITING, f"{WAITING}baru/", DISPUTES):
        assert stranger.get(path).status_code == 404
        assert Client().get(path).headers["Location"].startswith("/accounts/login/")
    assert stranger.get("/kantor/").status_code == 404


def test_an_officer_shows_the_second_factor_in_this_sign_in(officer: Someone) -> None:
    rina = browser_of(officer("Rina").user, "pwd")

    for path in (WAITING, f"{WAITING}baru/", DISPUTES):
        assert rina.get(path).headers["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert rina.post(f"{WAITING}baru/", TYPED).status_code == 302
    assert not CounterProofing.objects.exists()


def test_the_office_leads_to_the_counter(officer: Someone) -> None:
    assert WAITING in links_of(at_work(officer("Rina")).get("/kantor/"))


def test_one_at_a_time_is_said_on_the_form(budi: Caller, officer: Someone) -> None:
    rina = at_work(officer("Rina"))
    rina.post(f"{WAITING}baru/", TYPED | {"code": code_of(budi)})

    answer = rina.post(f"{WAITING}baru/", TYPED | RATNA | {"code": code_of(budi)})

    assert answer.status_code == 200
    assert "waits for the second officer" in text_of(answer)
    assert CounterProofing.objects.count() == 1
