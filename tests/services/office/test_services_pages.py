"""`/kantor/layanan/`: an OPD admin makes, changes and publishes a service without writing a definition."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from services.catalogue.models import ServiceVersion
from services.definitions.editing import Line, sections_of
from tests.accounts.proofing.conftest import Caller
from tests.services.applications.factory import resident
from tests.services.documents.crafted import png
from tests.services.office.desk import HOME, Desk, errors_in
from tests.services.portal.pages import text_of

pytestmark = pytest.mark.django_db
FIRST, SECOND = "/form/ui/elements/0", "/form/ui/elements/1"
NEW = {"title_id": "Izin lapak", "title_en": "Stall permit", "source": "letter"}


def when(field: str, test: str, value: Any) -> str:
    return json.dumps([field, test, value])


@pytest.fixture
def stall(desk: Desk) -> Desk:
    """A new service, begun."""
    begun = desk.browser.post(f"{HOME}baru/", NEW | {"agency": "DISDUKCAPIL", "slug": ""})
    assert begun.status_code == 302, errors_in(begun)
    assert begun["Location"] == desk.address()
    return desk


def test_an_admin_says_which_paper_a_document_is_and_it_stays_said(stall: Desk) -> None:
    papers = {"title_id": "KTP pemilik", "title_en": "Owner's card", "accept": ["pdf"], "max_mb": "2"}

    stall.done("syarat/ubah/", papers | {"document_type": "ktp"})

    (document,) = [each for each in stall.draft.content["requirements"] if each["id"] == "ktp_pemilik"]
    assert document["document_type"] == "ktp"
    assert "identity card: who handed it in before is offered it again" in text_of(stall.see("syarat/"))
    stall.done("syarat/ubah/", {"max_mb": "3"}, id="ktp_pemilik")
    (document,) = [each for each in stall.draft.content["requirements"] if each["id"] == "ktp_pemilik"]
    assert (document["max_mb"], document["document_type"]) == (3, "ktp")
    stall.done("syarat/ubah/", {"document_type": ""}, id="ktp_pemilik")
    (document,) = [each for each in stall.draft.content["requirements"] if each["id"] == "ktp_pemilik"]
    assert "document_type" not in document


def test_ten_fields_two_conditions_a_file_and_a_fee_without_code(stall: Desk) -> None:
    stall.add_field("nik", "NIK", "NIK")
    stall.add_field("date", "Mulai berjualan", "Selling from", SECOND)
    stall.add_field("integer", "Luas lapak (m2)", "Area (m2)", SECOND, least="1", most="500")
    choices = {"choice_id": ["Makanan", "Pakaian"], "choice_en": ["Food", "Clothes"], "choice_code": ["", ""]}
    stall.add_field("choice", "Jenis dagangan", "Goods", SECOND, **choices)
    only_food = {"condition": when("/jenis_dagangan", "is", "makanan")}
    stall.add_field("text", "Jenis makanan", "Kind of food", SECOND, letters="80", **only_food)
    wide = {"condition": when("/luas_lapak_m2", "least", None), "condition_value": "50"}
    stall.add_field("text", "Penjamin", "Guarantor", SECOND, **wide)
    stall.add_field("file", "Foto lapak", "Photo of the stall", SECOND, accept=["png"], max_mb="1", required="")
    stall.add_field("kelurahan", "Kelurahan", "Subdistrict", SECOND)
    fee = {"how": "unit", "unit": "/luas_lapak_m2", "unit_amount": "2500", "basis": "Perda 1/2024 Lampiran II"}
    stall.done("biaya/", fee)
    stall.done("proses/", {"workflow": "standard-review", "days": "2", "basis": "Perda 1/2024 Pasal 4"})
    texts = {"summary_id": "Berjualan di pasar malam.", "summary_en": "Sell at the night market."}
    stall.done("teks/", texts | {"assurance": "basic", "category": "usaha"})
    assert "found nothing to mend" in text_of(stall.see("terbit/"))

    stall.done("terbit/", {"when": "now"}, button="action=publish")

    version = ServiceVersion.objects.get(service__slug="izin-lapak")
    assert (version.number, len(version.content["form"]["schema"]["properties"])) == (1, 11)
    assert applied(Caller(resident())) == 30_000
    assert "Version 1" in text_of(stall.browser.get(HOME))


def applied(siti: Caller) -> int:
    """Let a resident apply over the API; return the fee."""
    id, answers = str(uuid4()), {
        "nama_lengkap": "Siti Rahma", "telepon": "081234567890", "keperluan": "Berjualan", "nik": "6471014101900001",
        "mulai_berjualan": "2026-12-01", "luas_lapak_m2": 12, "jenis_dagangan": "pakaian",
        "kelurahan": "64.71.01.1001",
    }  # fmt: skip
    assert siti.post("applications/", {"id": id, "service": "izin-lapak"}).status_code == 201
    for requirement in ("foto_lapak", "ktp_el"):
        file = {"requirement": requirement, "file": SimpleUploadedFile("a.png", png(), "image/png")}
        handed = siti.api.post(f"/api/v1/applications/{id}/files/", file, format="multipart")
        assert handed.status_code == 201, handed.content
        if requirement == "foto_lapak":
            answers["foto_lapak"] = handed.json()["id"]
    siti.api.credentials(HTTP_IF_MATCH="*")
    saved = siti._call("patch", f"applications/{id}/", {"answers": answers})
    assert (saved.status_code, saved.json()["problems"]) == (200, []), saved.content
    siti.api.credentials()
    submitted = siti.post(f"applications/{id}/submit/")
    assert submitted.status_code == 200, submitted.content
    return int(submitted.json()["fee"]["amount"])


def test_a_resident_sees_nothing_before_it_is_published(stall: Desk) -> None:
    assert Client().get("/layanan/izin-lapak/").status_code == 404
    assert "Not published yet" in text_of(stall.browser.get(HOME))


def test_a_form_with_a_list_is_tried_out(stall: Desk) -> None:
    first = "/form/ui/elements/0"
    stall.add_field("list", "Saksi", "Witnesses")
    (pointer,) = (each.pointer for each in _lines(stall) if each.kind == "list")
    named = {"label_id": "Nama saksi", "label_en": "Name of the witness"}
    stall.done("isian/baru/", named, jenis="text", bagian=first, daftar=pointer)

    page = stall.see("coba/").content.decode()

    assert "Name of the witness" in page


def _lines(desk: Desk) -> list[Line]:
    return [line for section in sections_of(desk.draft.content) for line in section.lines]
