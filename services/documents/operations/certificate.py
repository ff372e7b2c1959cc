"""The page itself: set by Typst from a template that reads plain data, so no text can become markup."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Final, Literal

import orjson

logger = logging.getLogger(__name__)

_ROOT: Final = Path(__file__).resolve().parent.parent / "templates" / "documents"
_MONTHS: Final = {
    "id": [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}

Texts = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What stands on the page."""

    agency_name: str
    title: Texts
    number: str
    holder: str
    rows: Sequence[tuple[Texts, str]]
    basis: str
    issued_on: date
    valid_until: date | None
    code: str
    verify_url: str
    demo: bool
    language: str


def render(certificate: Certificate, *, at: datetime) -> bytes:
    """Return the page as PDF/A-2u, the same bytes for the same content and `at`.

    Only the fonts inside the `typst` package are used; the template's folder is all that it can read. They hold Latin,
    Greek, Cyrillic and Arabic. PDF/A forbids a sign that no font has (Javanese, an emoji, a control character), and a
    granted document must not fail for it: such a page is a plain PDF with a box in its place.
    """
    from typst import TypstError  # 80 MB of code that only a worker needs: not for every web process

    data = orjson.dumps(_data(certificate)).decode()
    try:
        return _compiled(data, at, "a-2u")
    except TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        logger.warning("A sign in %s is in no font: its page is no PDF/A.", certificate.code)
        return _compiled(data, at, None)


def _compiled(data: str, at: datetime, standard: Literal["a-2u"] | None) -> bytes:
    import typst

    pages = typst.compile(
        str(_ROOT / "certificate.typ"),
        root=str(_ROOT),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
        pdf_standards=standard,
        timestamp=int(at.timestamp()),
    )
    assert isinstance(pages, bytes)  # noqa: S101 - a PDF is one file
    return pages


def _data(certificate: Certificate) -> dict[str, object]:
    """Return what the template reads. The page speaks `language` first, the other one beside it."""
    first = certificate.language
    second = "en" if first == "id" else "id"
    valid = certificate.valid_until
    return {
        "first": first,
        "agency": certificate.agency_name,
        "title": certificate.title.get(first) or certificate.title["id"],
        "subtitle": certificate.title.get(second) or "",
        "number": certificate.number,
        "holder": certificate.holder,
        "rows": [
            {
                "label": label.get(first) or label.get("id", ""),
                "sublabel": label.get(second) or "",
                "value": value,
            }
            for label, value in certificate.rows
        ],
        "basis": certificate.basis,
        "issued_on": worded_date(certificate.issued_on, first),
        "valid_until": worded_date(valid, first) if valid else "",
        "code": certificate.code,
        "verify_url": certificate.verify_url,
        "qr": qr_svg(certificate.verify_url),
        "demo": certificate.demo,
    }


def worded_date(day: date, language: str) -> str:
    """Return e.g. `24 November 2026`."""
    return f"{day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def qr_svg(text: str) -> str:
    """Return a QR code as SVG; a quarter of it may be soiled."""
    import segno  # as typst: only workers draw

    drawn = BytesIO()
    segno.make(text, error="q", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, dark="#0b2b33")
    return drawn.getvalue().decode()
