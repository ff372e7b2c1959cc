"""`/akun/identitas/`: proving who one is, and coming back to where one was."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.proofing.models import Check, CounterCode, Dispute, Recovery
from accounts.sign_in.models import SignIn
from tests.accounts.proofing.conftest import Caller, budi, officer, someone
from tests.accounts.proofing.test_recoveries import LOST, begin
from tests.services.portal.pages import text_of

__all__ = ["budi", "officer", "someone"]

pytestmark = pytest.mark.django_db
PAGE = "/akun/identitas/"
BUDI = {
    "action": "prove",
    "nik": "6471021704880001",
    "kk": "6471021203180002",
    "full_name": "Budi Santoso",
    "birth_date": "1988-04-17",
}


@pytest.fixture
def person() -> User:
    return register_person(full_name="Budi", email="b@balikpapan.example", password="x" * 12, now=timezone.now())


@pytest.fixture
def browser(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_who_proves_themselves_is_back_where_they_were(browser: Client, person: User) -> None:
    answer = browser.post(f"{PAGE}?need=verified&next=/layanan/akta-kelahiran/", BUDI)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/layanan/akta-kelahiran/")
    person.refresh_from_db()
    assert person.assurance == "verified"
    again = browser.get(f"{PAGE}?need=verified&next=/layanan/akta-kelahiran/")
    assert again.headers["Location"] == "/layanan/akta-kelahiran/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:x"])
def test_nobody_is_sent_elsewhere(browser: Client, elsewhere: str) -> None:
    answer = browser.post(f"{PAGE}?" + f"need=verified&next={elsewhere}", BUDI)

    assert answer.headers["Location"].startswith(PAGE)
    assert browser.get(answer.headers["Location"]).status_code == 200


def test_who_does_not_match_is_told_and_the_numbers_are_not_shown_again(browser: Client, person: User) -> None:
    answer: Any = browser.post(PAGE, BUDI | {"birth_date": "1988-04-18"}, follow=True)

    text = answer.content.decode()
    assert "Data tidak cocok" in text
    assert "Sisa 4 percobaan" in text
    assert BUDI["nik"] not in text
    person.refresh_from_db()
    assert person.assurance == "basic"


def test_what_is_no_number_is_said_beside_its_field(browser: Client) -> None:
    answer = browser.post(PAGE, BUDI | {"nik": "123"})

    assert answer.status_code == 200
    assert "16 angka" in answer.content.decode()
    assert not Check.objects.exists()


def test_who_needs_a_counter_is_told_and_gets_a_code(browser: Client) -> None:
    assert "datanglah ke loket" in browser.get(f"{PAGE}?need=in_person").content.decode()

    answer = browser.post(PAGE, {"action": "code"})

    assert answer.status_code == 200
    assert "data:image/svg+xml" in answer.content.decode()
    assert CounterCode.objects.count() == 1


def test_a_stranger_signs_in_first(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_who_was_helped_in_at_a_counter_sees_who_did_it_and_why(
    budi: Caller, officer: Callable[[str], Caller], tmp_path: Path, settings: LazySettings
) -> None:
    settings.VAR_DIR = tmp_path
    budi.post("me/identity/", {name: BUDI[name] for name in BUDI if name != "action"})
    now = timezone.now()
    SignIn.objects.create(person=budi.user, began_at=now, proved_at=now, seen_at=now, methods=["pwd"])
    place = begin(officer("Rina"), LOST, tmp_path)

    waiting = text_of(signed_in_again(budi).get(PAGE))
    officer("Agus").post(f"{place}confirm/")
    budi.user.refresh_from_db()
    done = text_of(signed_in_again(budi).get(PAGE))

    assert "petugas kedua perlu mengonfirmasi" in waiting
    for told in ("Membuka kembali akun Anda", "0812-9876-5432", "Ponsel hilang.", "Rina, Dinas", "Agus, Dinas"):
        assert told in done
    assert "Akun dibuka kembali di loket" in text_of(signed_in_again(budi).get("/akun/riwayat/"))
    assert "Kata sandi diubah" not in text_of(signed_in_again(budi).get("/akun/riwayat/"))


@pytest.mark.parametrize(
    ("ended", "words"),
    [("reject", "Bukan orangnya."), ("lapse", "Cara masuk Anda tidak berubah."), ("code", "belum dibacakan")],
)
def test_what_came_to_nothing_at_a_counter_is_told_too(
    budi: Caller, officer: Callable[[str], Caller], tmp_path: Path, settings: LazySettings, ended: str, words: str
) -> None:
    settings.VAR_DIR = tmp_path
    budi.post("me/identity/", {name: BUDI[name] for name in BUDI if name != "action"})
    rina = officer("Rina")
    if ended == "code":
        rina.post("office/identity/recoveries/", LOST)
    else:
        place = begin(rina, LOST, tmp_path)
        if ended == "reject":
            officer("Agus").post(f"{place}reject/", {"reason": "Bukan orangnya."})
        Recovery.objects.filter(state="started").update(expires_at=timezone.now())

    assert words in text_of(signed_in_again(budi).get(PAGE))
    assert budi.get("me/identity/").json()["recoveries"][0]["first_officer"] == "Rina"


def signed_in_again(person: Caller) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.user.pk))
    return client


@pytest.mark.parametrize(("action", "field"), [("dispute", "id_text"), ("answer", "answer-{id}-text")])
@pytest.mark.parametrize("text", [" ", "x" * 2001])
def test_a_party_that_says_nothing_or_too_much_is_asked_again(
    budi: Caller, someone: Callable[[str], Caller], action: str, field: str, text: str
) -> None:
    card = {name: BUDI[name] for name in BUDI if name != "action"}
    budi.post("me/identity/", card)
    tina = someone("Tina")
    tina.post("me/identity/", card)
    sent = {"action": action, "text": text}
    if action == "answer":
        tina.post("me/identity/disputes/", {"text": "NIK itu milik saya."})
        sent["dispute"] = str(Dispute.objects.get().pk)

    page = signed_in_again(tina if action == "dispute" else budi).post(PAGE, sent)

    assert page.status_code == 200
    assert f'id="{field.format(id=sent.get("dispute"))}_error"' in page.content.decode()
    assert not Dispute.objects.exclude(answer="").exists()
    assert Dispute.objects.count() == (action == "answer")
