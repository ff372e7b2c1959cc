"""What keeps a draft from being published: in the reader's words, with the place and where to mend it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.definitions.editing import Line, can_be_edited, sections_of
from services.definitions.telling import told

# Each part of a definition by the page that changes it.
_PARTS: Final[Mapping[str, tuple[str, Promise]]] = {
    "title": ("desk-texts", _("Texts")),
    "summary": ("desk-texts", _("Texts")),
    "category": ("desk-texts", _("Texts")),
    "keywords": ("desk-texts", _("Texts")),
    "life_events": ("desk-texts", _("Texts")),
    "access": ("desk-texts", _("Texts")),
    "legal_basis": ("desk-texts", _("Texts")),
    "requirements": ("desk-documents", _("Documents")),
    "form": ("desk-fields", _("Form")),
    "fee": ("desk-fee", _("Fee")),
    "workflow": ("desk-procedure", _("Procedure")),
    "deadline": ("desk-procedure", _("Procedure")),
    "outcome": ("desk-procedure", _("Procedure")),
    "retention": ("desk-procedure", _("Procedure")),
}


@dataclass(frozen=True, slots=True)
class FaultLine:
    """One fault for a reader. `foreign`: there is no sentence for it in the reader's language, it stands in English."""

    part: str
    place: str
    text: str
    hint: str
    address: str
    foreign: bool


def faults_in_words(
    faults: Sequence[Mapping[str, str]], content: Mapping[str, Any], slug: str, language: str
) -> list[FaultLine]:
    """Return a draft's faults, as it keeps them, for a reader."""
    lines = _lines(content) if can_be_edited(content) else []
    return [_in_words(each, lines, content, slug, language) for each in faults]


def _lines(content: Mapping[str, Any]) -> list[Line]:
    return [line for section in sections_of(content) for line in section.lines]


def _in_words(
    fault: Mapping[str, str], lines: list[Line], content: Mapping[str, Any], slug: str, language: str
) -> FaultLine:
    pointer = fault["pointer"]
    page, title = _PARTS.get(pointer.split("/")[1] if "/" in pointer else "", ("desk-whole", _("Whole definition")))
    address = reverse(page, args=[slug])
    place = str(title)
    if line := _field(pointer, lines):
        place = f"{title}: {line.label.get(language) or line.pointer}"
        address = f"{reverse('desk-field', args=[slug])}?{urlencode({'isian': line.pointer})}"
    elif document := _document(pointer, content):
        place = f"{title}: {_named(document, language)}"
        address = f"{reverse('desk-document', args=[slug])}?{urlencode({'id': document.get('id', '')})}"
    elif pointer.startswith("/form/checks"):
        address = reverse("desk-checks", args=[slug])
    here = told(fault["message"], fault["hint"], language)
    return FaultLine(page, place, _sentence(here.message), _sentence(here.hint), address, here.foreign)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _field(pointer: str, lines: list[Line]) -> Line | None:
    """Return the field that a pointer lies in: by its declaration, or by what shows it."""
    fitting = [line for line in lines for place in _places(line) if f"{pointer}/".startswith(f"{place}/")]
    return max(fitting, key=lambda line: len(line.place), default=None)


def _places(line: Line) -> Iterator[str]:
    yield line.place
    steps = line.pointer.split("/")[1:]
    yield "/form/schema" + "".join("/items" if step == "*" else f"/properties/{step}" for step in steps)


def _document(pointer: str, content: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found = re.match("/requirements/([0-9]+)", pointer)
    listed = content.get("requirements")
    if (
        found
        and isinstance(listed, list)
        and int(found[1]) < len(listed)
        and isinstance(listed[int(found[1])], Mapping)
    ):
        document: Mapping[str, Any] = listed[int(found[1])]
        return document
    return None


def _named(document: Mapping[str, Any], language: str) -> str:
    title = document.get("title")
    return str(title.get(language) or document.get("id", "")) if isinstance(title, Mapping) else ""
