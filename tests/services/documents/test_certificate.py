from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from services.documents.operations.certificate import Certificate, qr_svg, render, worded_date

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CERTIFICATE = Certificate(
    agency_name="Dinas Kependudukan dan Pencatatan Sipil",
    title={"id": "Kutipan Akta Kelahiran", "en": "Birth certificate extract"},
    number="00042/AKL/DISDUKCAPIL/2026",
    holder="Siti Rahmawati",
    rows=[({"id": "Nama anak", "en": "Child"}, '#read("/etc/passwd") $x$ *tebal* \\ "kutip"')],
    basis="UU 24/2013 Pasal 27",
    issued_on=date(2026, 11, 24),
    valid_until=None,
    code="0A1B-2C3D-4E5F-3",
    verify_url="https://layanan.example/v/0A1B-2C3D-4E5F-3",
    demo=True,
    language="id",
)


def text_of(content: bytes) -> str:
    """Return the words of a PDF as a reader sees them."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def test_the_same_content_makes_the_same_bytes() -> None:
    assert render(CERTIFICATE, at=AT) == render(CERTIFICATE, at=AT)
    assert render(CERTIFICATE, at=AT) != render(replace(CERTIFICATE, holder="Budi"), at=AT)


def test_it_is_archivable_pdf() -> None:
    content = render(CERTIFICATE, at=AT)

    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfaid:conformance>U</pdfaid:conformance>" in content


@pytest.mark.parametrize("name", ["王小明", "Siti 😀", "ꦱꦶꦠꦶ", "Siti\x07", "\ufffe", "\U000f0000"])
def test_a_sign_that_no_font_has_does_not_keep_a_document_from_being_issued(name: str) -> None:
    content = render(replace(CERTIFICATE, holder=name, rows=[({"id": "Nama", "en": "Name"}, name)]), at=AT)

    assert content.startswith(b"%PDF-")
    assert b"<pdfaid:part>" not in content


@pytest.mark.parametrize("name", ["عائشة", "Þórr Ñuñez", "O\u2019Neil-D\u2019Souza", "Αθηνά", "Ольга", "a\u202eb"])
def test_names_in_other_letters_that_the_fonts_hold_are_archivable(name: str) -> None:
    assert b"<pdfaid:part>2</pdfaid:part>" in render(replace(CERTIFICATE, holder=name), at=AT)


def test_the_page_says_what_it_must() -> None:
    text = text_of(render(CERTIFICATE, at=AT))

    for words in (
        "PEMERINTAH KOTA BALIKPAPAN",
        "Dinas Kependudukan dan Pencatatan Sipil",
        "Kutipan Akta Kelahiran",
        "Birth certificate extract",
        "Nomor 00042/AKL/DISDUKCAPIL/2026",
        "Siti Rahmawati",
        "Balikpapan, 24 November 2026",
        "UU 24/2013 Pasal 27",
        "0A1B-2C3D-4E5F-3",
        "https://layanan.example/v/0A1B-2C3D-4E5F-3",
        "DOKUMEN DEMO — bukan dokumen resmi",
    ):
        assert words in text


def test_what_a_resident_wrote_stays_text() -> None:
    assert '#read("/etc/passwd") $x$ *tebal* \\ "kutip"' in text_of(render(CERTIFICATE, at=AT))


def test_only_a_demo_says_demo() -> None:
    assert "DEMO" not in text_of(render(replace(CERTIFICATE, demo=False), at=AT))


def test_the_page_can_speak_english() -> None:
    text = text_of(render(replace(CERTIFICATE, language="en", valid_until=date(2027, 1, 31)), at=AT))

    assert "Number 00042/AKL/DISDUKCAPIL/2026" in text
    assert "31 January 2027" in text


def test_a_demo_with_seven_facts_and_a_legal_basis_fits_on_one_page() -> None:
    rows = [({"id": f"Isian {each}", "en": f"Field {each}"}, "Nilai") for each in range(7)]

    assert "1/1" in text_of(render(replace(CERTIFICATE, rows=rows), at=AT))


def test_many_facts_flow_onto_more_pages() -> None:
    rows = [({"id": f"Isian {each}", "en": f"Field {each}"}, "Nilai " * 20) for each in range(40)]

    text = text_of(render(replace(CERTIFICATE, rows=rows), at=AT))

    assert "Isian 39" in text
    assert "1/3" in text


def test_dates_are_worded() -> None:
    assert worded_date(date(2026, 8, 17), "id") == "17 Agustus 2026"
    assert worded_date(date(2026, 8, 17), "en") == "17 August 2026"


def test_the_qr_code_is_a_drawing_without_scripts() -> None:
    drawing = qr_svg("https://layanan.example/v/0A1B-2C3D-4E5F-3")

    assert drawing.startswith("<svg ")
    assert "script" not in drawing
