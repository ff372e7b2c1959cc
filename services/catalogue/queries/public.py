"""How services are told to readers, in one language, from the shelf."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from services.catalogue.models import Service, ServiceVersion
from services.catalogue.shelf import Answer, Entry, Shelf, current_shelf
from superapp.http.pagination import InvalidCursor, decode_cursor, encode_cursor

_PATH = f"{settings.BASE_URL}/api/v1/services/"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a reader asks of the catalogue. Empty means any."""

    q: str = ""
    agency: str = ""
    category: str = ""
    life_event: str = ""
    cursor: str = ""
    limit: int = 20


def service_page(filters: Filters, *, language: str) -> Answer:
    """Return one page of open services.

    :raises InvalidCursor: for a cursor that this list did not give.
    """
    shelf = current_shelf()
    return shelf.answer((language, *map(str, astuple(filters))), lambda: _page(shelf, filters, language))


def _page(shelf: Shelf, filters: Filters, language: str) -> dict[str, Any]:
    entries = list(matching(shelf, filters, language))
    start = _start(entries, filters.cursor)
    page = entries[start : start + filters.limit]
    following = start + filters.limit < len(entries)
    back = max(start - filters.limit, 0)
    return {
        "next": _link(filters, encode_cursor([page[-1].slug])) if following else None,
        "previous": None if start == 0 else _link(filters, encode_cursor([entries[back - 1].slug]) if back else ""),
        "results": [summary_of(entry, language) for entry in page],
    }


def _link(filters: Filters, cursor: str) -> str:
    """Return the address of another page; made of the filters alone, since it is kept for everybody who asks alike."""
    asked = asdict(filters) | {"cursor": cursor}
    return f"{_PATH}?{urlencode({name: value for name, value in asked.items() if value})}"


def _start(entries: list[Entry], cursor: str) -> int:
    """Return the place after the service that `cursor` names."""
    if not cursor:
        return 0
    (slug,) = decode_cursor(cursor, [str])
    for place, entry in enumerate(entries):
        if entry.slug == slug:
            return place + 1
    raise InvalidCursor


def matching(shelf: Shelf, filters: Filters, language: str) -> Iterable[Entry]:
    """Yield open services that fit, best match first, else by title."""
    if filters.q:
        entries = shelf.find(filters.q)
    else:
        entries = sorted(
            (entry for entry in shelf.entries.values() if entry.is_open),
            key=lambda entry: (text_of(entry, "title", language).casefold(), entry.slug),
        )
    for entry in entries:
        if filters.agency and entry.agency_code != filters.agency:
            continue
        if filters.category and entry.category != filters.category:
            continue
        if filters.life_event and filters.life_event not in entry.life_events:
            continue
        yield entry


def text_of(entry: Entry, field: str, language: str) -> str:
    """Return a bilingual field of the definition in `language`, Indonesian where it has none."""
    return local(entry.definition.content.get(field, {}), language)


def local(texts: Mapping[str, str], language: str) -> str:
    """Return the text in `language`, else in Indonesian, else empty."""
    return texts.get(language) or texts.get("id", "")


def summary_of(entry: Entry, language: str) -> dict[str, Any]:
    """Return a service as lists show it."""
    content = entry.definition.content
    fee = content.get("fee", {})
    return {
        "slug": entry.slug,
        "title": text_of(entry, "title", language),
        "summary": text_of(entry, "summary", language),
        "agency": {"code": entry.agency_code, "name": entry.agency_name},
        "category": entry.category or None,
        "life_events": list(entry.life_events),
        "assurance": content["access"]["assurance"],
        "fee": {"amount": fee.get("amount"), "computed": "rule" in fee},
        "deadline": {
            "working_days": content["deadline"].get("working_days"),
            "calendar_days": content["deadline"].get("calendar_days"),
        },
        "demo": bool(content.get("demo", False)),
        "version": entry.number,
    }


def service_answer(slug: str, *, language: str) -> Answer:
    """Return one service in full.

    :raises Service.DoesNotExist: for a slug that was never published.
    """
    shelf = current_shelf()
    entry = shelf.entries.get(slug)
    if entry is None:
        raise Service.DoesNotExist
    return shelf.answer(("detail", language, slug), lambda: detail_of(entry, language))


def detail_of(entry: Entry, language: str) -> dict[str, Any]:
    """Return a service as its own page shows it; the form itself is at `version_url`."""
    content = entry.definition.content
    return summary_of(entry, language) | {
        "is_open": entry.is_open,
        "legal_basis": content.get("legal_basis", []),
        "requirements": [
            {
                "id": requirement["id"],
                "title": local(requirement["title"], language),
                "accept": requirement["accept"],
                "max_mb": requirement["max_mb"],
                "optional": requirement.get("optional", False),
                "conditional": "when" in requirement,
                "document_type": requirement.get("document_type"),
            }
            for requirement in content.get("requirements", [])
        ],
        "fee_basis": content.get("fee", {}).get("basis", ""),
        "deadline_basis": content["deadline"].get("basis", ""),
        "usual": usual_of(entry, language),
        "states": [
            {"code": state.code, "label": local(state.label, language), "end": state.end}
            for state in entry.definition.workflow.states.values()
        ],
        "confidence": content.get("confidence", ""),
        "version_sha256": entry.sha256,
        "version_url": f"{_PATH}{entry.slug}/versions/{entry.number}/",
        "published_at": entry.published_at.isoformat(),
    }


def usual_of(entry: Entry, language: str) -> dict[str, Any] | None:
    """Return how long answers took lately, in numbers and words; None where too few were decided."""
    usual = entry.usual
    if usual is None:
        return None
    if language == "en":
        words = (
            f"Half of the latest {usual.sample} decisions took at most {usual.median} working day(s), nine of ten at "
            f"most {usual.p90}. This is no promise: the due date by law stands."
        )
    else:
        words = (
            f"Separuh dari {usual.sample} keputusan terakhir memakan paling lama {usual.median} hari kerja, sembilan "
            f"dari sepuluh paling lama {usual.p90}. Ini bukan janji: tenggat menurut hukum tetap berlaku."
        )
    return {"sample": usual.sample, "median_days": usual.median, "p90_days": usual.p90, "words": words}


def usual_for(slug: str, language: str) -> dict[str, Any] | None:
    """Return the same by a service's slug."""
    entry = current_shelf().entries.get(slug)
    return usual_of(entry, language) if entry else None


def get_version(*, slug: str, number: int) -> ServiceVersion:
    """Return one published version.

    :raises ServiceVersion.DoesNotExist: when there is none.
    """
    return ServiceVersion.objects.select_related("service").get(service__slug=slug, number=number)
