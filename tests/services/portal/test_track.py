"""`/permohonan/<id>/`: where one application stands, and its files and document."""

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from services.agencies.models import Holiday
from services.applications.models import Application, ApplicationFile
from services.documents.models import IssuedDocument
from services.events.operations import drain
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import CONTENT, new_version, resident
from tests.services.applications.test_new_version import stricter_name, with_address, without_nik
from tests.services.portal.conftest import decide
from tests.services.portal.pages import browser_of, heading_of, links_of, text_of

pytestmark = pytest.mark.django_db


def submit_at(app: Client, at: datetime) -> str:
    """Submit an application at `at`, while the clock stands still."""
    with time_machine.travel(at, tick=False):
        id = ready(app)
        assert submit(app, id).status_code == 200
    return id


def test_the_due_date_is_explained_day_by_day(siti: User, app: Client) -> None:
    Holiday.objects.create(date="2026-08-17", name="Hari Kemerdekaan", kind="libur_nasional")
    id = submit_at(app, datetime(2026, 8, 14, 1, 0, tzinfo=UTC))

    with time_machine.travel(datetime(2026, 8, 19, 1, 0, tzinfo=UTC), tick=False):
        words = text_of(browser_of(siti).get(f"/permohonan/{id}/"))

    assert "Jawaban paling lambat Kamis, 20 Agustus 2026 1 hari lagi" in words
    assert "Diajukan 14 Agustus 2026, 09.00 WITA" in words
    assert "dalam 3 hari kerja sesudah hari diterima" in words
    assert "Jumat, 14 Agustus 2026 hari diterima, tidak dihitung" in words
    assert "Sabtu, 15 Agustus 2026 akhir pekan, tidak dihitung" in words
    assert "Senin, 17 Agustus 2026 hari libur, tidak dihitung: Hari Kemerdekaan" in words
    assert "Selasa, 18 Agustus 2026 hari kerja" in words


def test_an_answer_that_is_overdue_is_called_so(siti: User, app: Client) -> None:
    id = submit_at(app, datetime(2026, 8, 3, 1, 0, tzinfo=UTC))

    with time_machine.travel(datetime(2026, 8, 12, 1, 0, tzinfo=UTC), tick=False):
        words = text_of(browser_of(siti).get(f"/permohonan/{id}/"))

    assert "Lewat batas waktu: perangkat daerah belum memberi jawaban" in words


def test_in_english_every_word_is_english(siti: User, submitted: UUID) -> None:
    page = browser_of(siti).get(f"/permohonan/{submitted}/", headers={"Accept-Language": "en"})
    words = text_of(page)

    assert heading_of(page) == "Test service"
    assert "Application submitted" in words
    assert "The answer is owed within 3 working days after the day of receipt." in words
    assert not {"hari", "dan", "tidak", "permohonan"} & set(words.lower().split())


def test_the_reason_of_a_refusal_is_shown_as_text(siti: User, submitted: UUID) -> None:
    decide(submitted, "reject", "Foto buram.\n<script>alert(1)</script>")

    page = browser_of(siti).get(f"/permohonan/{submitted}/")

    assert b"Foto buram.<br>&lt;script&gt;alert(1)&lt;/script&gt;" in page.content
    assert "Ditolak" in text_of(page)
    assert "hari lagi" not in text_of(page)


def test_the_reason_of_a_refusal_stands_at_the_top_with_a_way_on(siti: User, submitted: UUID) -> None:
    decide(submitted, "reject", "Foto buram.")

    page = browser_of(siti).get(f"/permohonan/{submitted}/")
    words = text_of(page)

    assert "Alasan perangkat daerah: Foto buram." in words
    assert words.index("Foto buram.") < words.index("Riwayat")
    assert "/layanan/uji/" in links_of(page)


def test_what_is_for_show_is_called_so(siti: User, submitted: UUID) -> None:
    assert "Data contoh." in text_of(browser_of(siti).get(f"/permohonan/{submitted}/"))


def test_a_draft_has_no_clock_and_no_number(siti: User, draft: UUID) -> None:
    words = text_of(browser_of(siti).get(f"/permohonan/{draft}/"))

    assert "Ini masih draf; perangkat daerah tidak melihatnya." in words
    assert "Nomor permohonan" not in words
    assert "atas waktu" not in words


def test_the_document_is_downloaded_as_it_was_issued(siti: User, granted: Application) -> None:
    browser = browser_of(siti)
    assert granted.document is not None

    page, file = browser.get(f"/permohonan/{granted.id}/"), browser.get(f"/permohonan/{granted.id}/dokumen/")

    assert {f"/permohonan/{granted.id}/dokumen/", f"/v/{granted.document.code}"} <= links_of(page)
    assert file["Content-Type"] == "application/pdf"
    assert file["Content-Disposition"].startswith("attachment")
    assert file.content.startswith(b"%PDF")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"revoked_at": datetime(2026, 11, 24, tzinfo=UTC)}, "Dokumen ini sudah dicabut: tidak berlaku lagi."),
        ({"valid_until": date(2020, 1, 31)}, "Dokumen ini berlaku sampai 31 Januari 2020: sudah tidak berlaku."),
    ],
)
def test_a_document_that_holds_no_longer_is_called_so(
    siti: User, granted: Application, changes: dict[str, Any], words: str
) -> None:
    IssuedDocument.objects.update(**changes)

    page = browser_of(siti).get(f"/permohonan/{granted.id}/")

    assert words in text_of(page)
    assert b'"card document void"' in page.content


def test_a_file_handed_in_is_downloaded(siti: User, submitted: UUID) -> None:
    handed = ApplicationFile.objects.get(application_id=submitted)

    file = browser_of(siti).get(f"/permohonan/{submitted}/berkas/{handed.id}/")

    assert (file.status_code, file["Content-Type"]) == (200, "image/png")


def test_every_link_works(siti: User, granted: Application) -> None:
    browser = browser_of(siti)

    answers = {link: browser.get(link).status_code for link in links_of(browser.get(f"/permohonan/{granted.id}/"))}

    assert set(answers.values()) == {200}, answers


@pytest.mark.parametrize("part", ["", "dokumen/", "berkas/{file}/"])
def test_anothers_application_is_not_found(granted: Application, part: str) -> None:
    file = ApplicationFile.objects.get(application=granted)
    budi = browser_of(resident("budi@example.org"))

    page = budi.get(f"/permohonan/{granted.id}/{part.format(file=file.id)}")

    assert page.status_code == 404
    assert heading_of(page) == "Halaman tidak ditemukan"
    assert "atau bukan milik Anda" in text_of(page)


@pytest.mark.parametrize("part", ["", "dokumen/", "berkas/{file}/"])
def test_a_stranger_signs_in_first(client: Client, granted: Application, part: str) -> None:
    file = ApplicationFile.objects.get(application=granted)
    path = f"/permohonan/{granted.id}/{part.format(file=file.id)}"

    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_a_document_not_yet_issued_is_not_found(siti: User, submitted: UUID) -> None:
    assert browser_of(siti).get(f"/permohonan/{submitted}/dokumen/").status_code == 404


def test_a_file_of_another_application_is_not_found_under_mine(siti: User, submitted: UUID, draft: UUID) -> None:
    file = ApplicationFile.objects.get(application_id=draft)

    assert browser_of(siti).get(f"/permohonan/{submitted}/berkas/{file.id}/").status_code == 404


def test_a_storage_that_gives_nothing_is_told_as_a_page(siti: User, granted: Application) -> None:
    assert granted.document is not None
    default_storage.delete(granted.document.storage_key)

    page = browser_of(siti).get(f"/permohonan/{granted.id}/dokumen/")

    assert page.status_code == 503
    assert "Berkas sedang tidak dapat diambil." in text_of(page)


def test_it_costs_eleven_queries(
    siti: User, granted: Application, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(siti)
    browser.get(f"/permohonan/{granted.id}/")

    with django_assert_num_queries(11):  # session to application, history, holidays, messages, appointments, survey: 2
        browser.get(f"/permohonan/{granted.id}/")


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "id",
            (
                "Mohon jawab kembali",
                "Data: Alamat Belum dijawab “Alamat” ditanyakan dan wajib diisi",
                "Data: Nama Pertanyaannya berubah: periksa lagi jawaban Anda “Nama” panjang paling sedikit kini 5",
                "Foto Berkas Anda tidak lagi sesuai",
                "Tidak ditanyakan lagi; kami simpan untuk Anda dan tidak kami kirim: NIK.",
            ),
        ),
        (
            "en",
            (
                "Please answer again",
                "Data: Address Not answered yet “Address”",
                "Data: Name The question changed: look at your answer again “Name”",
                "Photo Your file no longer fits",
                "No longer asked; we keep it for you and do not send it: NIK.",
            ),
        ),
    ],
)
def test_a_draft_says_what_must_be_answered_again_and_why(
    siti: User, draft: UUID, language: str, told: tuple[str, ...]
) -> None:
    changed = stricter_name(with_address(without_nik(copy.deepcopy(CONTENT))))
    changed["requirements"][0]["accept"] = ["jpeg"]
    new_version(changed, policy="re_ask")

    words = text_of(browser_of(siti).get(f"/permohonan/{draft}/", headers={"Accept-Language": language}))

    assert [each for each in told if each not in words] == [], words


def test_a_draft_that_nothing_is_asked_of_says_what_changed(siti: User, draft: UUID) -> None:
    new_version(with_address(copy.deepcopy(CONTENT), required=False), policy="upgrade")

    words = text_of(browser_of(siti).get(f"/permohonan/{draft}/"))

    assert "Layanan ini berubah" in words
    assert "“Alamat” ditanyakan, boleh dikosongkan" in words
    assert "Mohon jawab kembali" not in words


def test_what_the_law_changed_under_way_stands_in_the_history(siti: User, submitted: UUID) -> None:
    new_version(copy.deepcopy(CONTENT) | {"legal_basis": ["UU 1/2027 Pasal 3"]}, chosen="legal")
    for later in (timedelta(), timedelta(minutes=2)):
        while drain(now=timezone.now() + later):
            pass

    assert "Aturan layanan berubah menurut hukum" in text_of(browser_of(siti).get(f"/permohonan/{submitted}/"))
