"""The pages on a person's rights over their data."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person, register_relying_party
from accounts.privacy.models import DataRequest
from accounts.privacy.operations.access import note_access
from accounts.privacy.operations.impersonations import begin_impersonation
from accounts.privacy.operations.requests import answer_request
from accounts.provider.models import Authorization, Consent
from services.events.models import OutboxEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def siti() -> User:
    return register_person(full_name="Siti Aminah", email="siti@balikpapan.example", language="en", now=timezone.now())


@pytest.fixture
def browser(siti: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(siti)
    return client


def connect(person: User) -> Authorization:
    site = register_relying_party(
        client_id="antrean",
        name="Antrean Dukcapil",
        scopes=["openid", "profile"],
        redirect_uris=["https://antre.example/cb"],
        client_secret="rahasia",
    )
    now = timezone.now()
    return Authorization.objects.create(
        person=person, client=site, scopes=["openid"], auth_time=now, assurance="basic", created_at=now
    )


@pytest.mark.parametrize("path", ["terhubung", "akses-data", "persetujuan"])
def test_a_stranger_signs_in_first(path: str) -> None:
    answer = Client().get(f"/akun/{path}/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_connection_is_shown_in_words_and_can_be_ended(siti: User, browser: Client) -> None:
    given = connect(siti)

    page = browser.get("/akun/terhubung/").content.decode()
    assert "Antrean Dukcapil" in page
    assert "Recognise you when you sign in" in page
    ended = browser.post("/akun/terhubung/", {"client_id": "antrean"}, follow=True).content.decode()

    assert "Disconnected" in ended
    assert "No app or site is connected" in ended
    given.refresh_from_db()
    assert given.ended_at is not None


def test_what_is_anothers_cannot_be_ended(browser: Client) -> None:
    given = connect(register_person(full_name="Budi", email="budi@balikpapan.example", now=timezone.now()))

    assert browser.post("/akun/terhubung/", {"client_id": "antrean"}).status_code == 404

    given.refresh_from_db()
    assert given.ended_at is None


def test_who_looked_is_named_with_role_and_agency(siti: User, browser: Client) -> None:
    rina = register_person(full_name="Rina Wulandari", email="rina@balikpapan.example", now=timezone.now())
    note_access(
        person_id=siti.id,
        reader_id=rina.id,
        reader_name=rina.full_name,
        reader_role="officer",
        agency_code="DISDUKCAPIL",
        agency_name="Dinas Kependudukan",
        what="file",
        number="BPN-1",
        now=timezone.now(),
    )

    page = browser.get("/akun/akses-data/").content.decode()

    for words in ("Rina Wulandari", "Officer · Dinas Kependudukan", "A file that you handed in", "BPN-1"):
        assert words in page


def test_each_use_tells_its_ground(browser: Client) -> None:
    page = browser.get("/akun/persetujuan/").content.decode()

    assert "UU 43/2009" in page
    assert "Ground: your explicit consent." in page


def agree(person: User, *, basis: str = "consent") -> Consent:
    given = connect(person)
    return Consent.objects.create(
        person=person, client=given.client, authorization=given, basis=basis, scopes=["openid", "profile"],
        language="id", wording_hash="c0ffee" + "0" * 58, given_at=timezone.now(),
        wording=[{"scope": "profile", "text": "Melihat nama Anda", "purpose": "Memanggil antrean", "basis": "Perwali 1",
                  "version": 3}],
    )  # fmt: skip


def test_a_receipt_says_who_what_why_when_in_which_words_and_is_withdrawn_by_a_form(
    siti: User, browser: Client
) -> None:
    receipt = agree(siti)

    page = browser.get("/akun/persetujuan/").content.decode()
    said = ("Antrean Dukcapil", "Melihat nama Anda", "Memanggil antrean", "Perwali 1", "version 3", "c0ffee000000")
    assert [words for words in said if words not in page] == []
    assert '<span lang="id">' in page
    done = browser.post("/akun/persetujuan/", {"consent": receipt.pk}, follow=True).content.decode()

    assert "Withdrawn. The site" in done
    assert "You agreed to nothing" in done
    assert "<summary>Withdrawn</summary>" in done
    receipt.refresh_from_db()
    assert receipt.withdrawn_at is not None
    assert Authorization.objects.get(person=siti).ended_at is not None
    assert OutboxEvent.objects.filter(topic="consent.withdrawn").count() == 1
    assert browser.post("/akun/persetujuan/", {"consent": receipt.pk}).status_code == 302
    assert OutboxEvent.objects.filter(topic="consent.withdrawn").count() == 1


def test_what_rests_on_public_service_has_no_button_and_is_not_withdrawn(siti: User, browser: Client) -> None:
    receipt = agree(siti, basis="public_task")

    page = browser.get("/akun/persetujuan/").content.decode()
    assert "This rests on public service" in page
    assert f'value="{receipt.pk}"' not in page
    assert browser.post("/akun/persetujuan/", {"consent": receipt.pk}).status_code == 409

    receipt.refresh_from_db()
    assert receipt.withdrawn_at is None


@pytest.mark.parametrize("named", ["", "x", "anothers"])
def test_what_is_not_ones_own_receipt_is_not_there(browser: Client, named: str) -> None:
    theirs = agree(register_person(full_name="Budi", email="budi@balikpapan.example", now=timezone.now()))

    answer = browser.post("/akun/persetujuan/", {"consent": theirs.pk if named == "anothers" else named})

    assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.withdrawn_at is None


def test_a_request_is_made_shown_with_its_clock_and_its_answer(siti: User, browser: Client) -> None:
    url = "/akun/permintaan/"
    assert Client().get(url).status_code == 302
    wrong = browser.post(url, {"kind": "access", "text": "What do you hold?", "full_name": "Ratu"}).content.decode()
    assert "Only a correction names another name." in wrong
    assert not DataRequest.objects.exists()

    asked = {"kind": "correction", "text": "My name is misspelt.", "full_name": "Siti Aminah Putri"}
    page = browser.post(url, asked, follow=True).content.decode()

    assert "Answer due by" in page
    assert "Siti Aminah Putri" in page
    staff = register_person(full_name="Tono", email="tono@balikpapan.example", now=timezone.now())
    made = DataRequest.objects.get()
    answer_request(request_id=made.pk, staff_id=staff.pk, outcome="granted", answer="Done.", now=timezone.now())
    assert "Answer: Done." in browser.get(url).content.decode()
    siti.refresh_from_db()
    assert siti.full_name == "Siti Aminah Putri"


def test_a_sixth_request_is_refused_in_words(browser: Client) -> None:
    for _each in range(6):
        page = browser.post("/akun/permintaan/", {"kind": "access", "text": "What do you hold?"})

    assert "5 requests of yours wait for an answer already." in page.content.decode()


def test_who_sees_the_account_now_is_shown_and_can_be_stopped(siti: User, browser: Client) -> None:
    connect(siti)
    url, now = "/akun/akses-data/", timezone.now()
    staff = register_person(full_name="Tono", email="tono@balikpapan.example", now=now)
    begun, _token = begin_impersonation(
        person_id=siti.pk, staff_id=staff.pk, client_id="antrean", reason="Ticket 4711", minutes=30, now=now
    )

    page = browser.get(url).content.decode()
    assert "Tono of support can see your account until" in page
    assert "Ticket 4711" in page
    assert browser.post(url, {"end": "x"}).status_code == 404
    ended = browser.post(url, {"end": str(begun.pk)}, follow=True).content.decode()

    assert "Support no longer sees your account." in ended
    assert "Ticket 4711" not in ended
