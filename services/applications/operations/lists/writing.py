"""Writing a list as a file, row by row, so that no spreadsheet runs what somebody called themselves."""

import csv
import io
from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import IO, Any, Final

import xlsxwriter

COLUMNS: Final = MappingProxyType(
    {
        "number": {"id": "Nomor", "en": "Number"},
        "service": {"id": "Layanan", "en": "Service"},
        "state": {"id": "Status", "en": "State"},
        "submitted_at": {"id": "Diajukan", "en": "Submitted"},
        "due_on": {"id": "Tenggat", "en": "Due"},
        "overdue": {"id": "Lewat tenggat", "en": "Overdue"},
        "clock": {"id": "Hitungan waktu", "en": "Clock"},
        "unit": {"id": "Unit", "en": "Unit"},
        "assignee": {"id": "Petugas", "en": "Officer"},
        "applicant": {"id": "Pemohon", "en": "Applicant"},
    }
)
# A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection).
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_csv(file: "IO[bytes]", lines: Iterable[Sequence[str]]) -> None:
    """Write lines as CSV (RFC 4180, UTF-8 with the mark by which spreadsheets know it)."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for line in lines:
        writer.writerow([defused(each) for each in line])
    text.flush()
    text.detach()


def defused(cell: str) -> str:
    """Return a cell that is text to every spreadsheet: an apostrophe before what would be a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) or cell.startswith(_FORMULA) else cell


def write_xlsx(file: "IO[bytes]", lines: Iterable[Sequence[str]]) -> None:
    """Write lines as a workbook of one sheet, every cell text: none is a formula or a link."""
    options: dict[str, Any] = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("Antrean")
        for row, line in enumerate(lines):
            for column, cell in enumerate(line):
                sheet.write_string(row, column, cell)


WRITERS: Final = MappingProxyType({"csv": write_csv, "xlsx": write_xlsx})
