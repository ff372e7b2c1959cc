"""`/permohonan/<id>/perbaikan/`: a resident puts right what was marked, and nothing else; and takes what is theirs."""

from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from services.applications.models import Application, CorrectionRound, Event
from tests.services.applications.api.test_corrections import NIK, PHOTO, RIGHT, ask
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.factory import resident
from tests.services.documents.crafted import png
from tests.services.portal.pages import browser_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(submitted: UUID) -> UUID:
    rina = officer()
    take(rina, str(submitted), "start_review")
    answer = ask(rina, str(submitted), NIK, PHOTO, message="Mohon dilengkapi.")
    assert answer.status_code == 201, answer.content
    return submitted


def send(browser: Client, id: UUID, button: str, **typed: Any) -> Any:
    page = browser.get(f"/permohonan/{id}/perbaikan/")
    revision = page.context["revision"]
    sent = {"revision": revision, button: "yes"} | {name.replace("__", "/"): value for name, value in typed.items()}
    return browser.post(f"/permohonan/{id}/perbaikan/", sent)


def test_it_is_told_put_right_and_sent(siti: User, asked: UUID) -> None:
    browser = browser_of(siti)
    page = browser.get(f"/permohonan/{asked}/")
    words = text_of(page)
    assert "Perbaiki ini dahulu" in words
    assert "NIK Tidak sesuai: Berbeda dengan KK." in words
    assert "Tidak terbaca" in words
    assert f'href="/permohonan/{asked}/perbaikan/#butir-answers-data-nik"' in page.content.decode()

    photo = SimpleUploadedFile("baru.png", png(), "image/png")
    kept = send(browser, asked, "save", **{"/data/nik": RIGHT, "/files/foto": photo})
    assert kept.status_code == 302
    assert CorrectionRound.objects.get().state == "open"
    again = browser.get(f"/permohonan/{asked}/perbaikan/")
    assert RIGHT in again.content.decode()
    assert "Berkas baru: baru.png" in text_of(again)
    sent = send(browser, asked, "send", **{"/data/nik": RIGHT})

    assert sent["Location"] == f"/permohonan/{asked}/"
    assert CorrectionRound.objects.get().state == "sent"
    assert Application.objects.get(pk=asked).answers["data"]["nik"] == RIGHT
    assert "Perbaiki ini dahulu" not in text_of(browser.get(sent["Location"]))
    late = browser.post(f"/permohonan/{asked}/perbaikan/", {"send": "yes", "/data/nik": RIGHT})
    assert late["Location"] == f"/permohonan/{asked}/"


def test_what_is_wrong_is_said_beside_it_and_nothing_is_sent(siti: User, asked: UUID) -> None:
    browser = browser_of(siti)

    unchanged = send(browser, asked, "send", **{"/data/nik": "6471014101900001"})
    photo = SimpleUploadedFile("baru.png", png(), "image/png")
    wrong = send(browser, asked, "send", **{"/data/nik": "12", "/files/foto": photo})
    note = SimpleUploadedFile("a.txt", b"halo", "text/plain")
    refused = send(browser, asked, "save", **{"/data/nik": RIGHT, "/files/foto": note})

    assert "Masih sama seperti sebelumnya" in text_of(unchanged)
    assert "NIK harus berupa NIK" in text_of(wrong)
    assert refused.context["form"].errors.keys() == {"/files/foto"}
    assert CorrectionRound.objects.get().state == "open"


def test_answers_that_were_not_marked_cannot_be_sent(siti: User, asked: UUID) -> None:
    before = Application.objects.get(pk=asked).answers["data"]

    send(browser_of(siti), asked, "save", **{"/data/nik": RIGHT, "/data/nama": "Orang Lain"})

    answers = CorrectionRound.objects.get().answers
    assert answers
    assert answers["data"] == before | {"nik": RIGHT}


def test_who_was_overtaken_keeps_what_was_typed(siti: User, asked: UUID) -> None:
    browser = browser_of(siti)

    page = browser.post(f"/permohonan/{asked}/perbaikan/", {"revision": "1", "save": "yes", "/data/nik": RIGHT})

    assert "berubah sejak Anda membuka halaman" in text_of(page)
    assert RIGHT in page.content.decode()


def test_nobody_else_finds_it(siti: User, asked: UUID) -> None:
    budi = browser_of(resident("budi@example.org"))

    for path in ("perbaikan/", ""):
        assert budi.get(f"/permohonan/{asked}/{path}").status_code == 404
    assert budi.post(f"/permohonan/{asked}/perbaikan/", {"send": "yes"}).status_code == 404
    assert budi.post(f"/permohonan/{asked}/tindakan/withdraw/", {}).status_code == 404
    assert Client().get(f"/permohonan/{asked}/perbaikan/").status_code == 302


def test_without_a_round_it_leads_back(siti: User, submitted: UUID) -> None:
    answer = browser_of(siti).get(f"/permohonan/{submitted}/perbaikan/")

    assert answer["Location"] == f"/permohonan/{submitted}/"


def test_an_application_is_taken_back_once(siti: User, submitted: UUID) -> None:
    browser = browser_of(siti)
    page = browser.get(f"/permohonan/{submitted}/")
    assert "Yang dapat Anda lakukan" in text_of(page)
    revision = page.context["application"]["revision"]

    done = browser.post(f"/permohonan/{submitted}/tindakan/withdraw/", {"revision": revision, "reason": "Pindah."})
    again = browser.post(f"/permohonan/{submitted}/tindakan/withdraw/", {"revision": revision}, follow=True)
    other = browser.post(f"/permohonan/{submitted}/tindakan/grant/", {"revision": revision}, follow=True)

    assert done.status_code == 302
    assert Application.objects.get(pk=submitted).end == "withdrawn"
    assert Event.objects.filter(action="withdraw").count() == 1
    assert "note error" in again.content.decode()
    assert "note error" in other.content.decode()


def test_looking_at_what_is_asked_costs_few_queries(
    siti: User, asked: UUID, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(siti)
    browser.get(f"/permohonan/{asked}/")

    with django_assert_max_num_queries(13):  # as in `test_track.py`, and the round with its files
        browser.get(f"/permohonan/{asked}/")
