"""What the pages show of the catalogue, made ready for templates."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db.models import Count

from services.agencies.queries import agencies
from services.applications.life_events import LifeEvent, life_events
from services.applications.models import Application
from services.applications.queries.bundles import event_body
from services.catalogue.queries import Filters, detail_of, local, matching, summary_of
from services.catalogue.shelf import Shelf, current_shelf
from services.pages.words import CATEGORIES, LIFE_EVENTS, word_for
from services.portal.words import LIFE_EVENT_ICONS

_POPULAR_SHOWN = 6
_POPULAR_OVER = timedelta(days=90)
_POPULAR_KEPT = 0.0 if settings.TESTING else 600.0  # seconds: counting reads the whole table


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that the catalogue can be narrowed to, and how many open services it has."""

    code: str
    name: str
    services: int
    icon: str = ""


def life_event_choices(shelf: Shelf) -> list[Choice]:
    """Return the life events that open services name, by their word."""
    counts = Counter(event for entry in shelf.entries.values() if entry.is_open for event in entry.life_events)
    choices = [
        Choice(code, word_for(LIFE_EVENTS, code), count, LIFE_EVENT_ICONS.get(code, "circle"))
        for code, count in counts.items()
    ]
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.code))


def events_in_short(*, language: str) -> list[dict[str, Any]]:
    """Return the life events that open something now, each with its icon."""
    found = (event_body(each, language, full=False) for each in life_events().values())
    return [each | {"icon": LIFE_EVENT_ICONS.get(each["life_event"], "circle")} for each in found if each["services"]]


def event_in_steps(event: LifeEvent, *, language: str) -> dict[str, Any]:
    """Return a life event with its services as steps: each with deadline, fee, and the title of what it waits for."""
    body = event_body(event, language, full=True)
    entries = current_shelf().entries
    titles = {each["service"]["slug"]: each["service"]["title"] for each in body["services"]}
    steps = [
        each
        | {"card": summary_of(entries[each["service"]["slug"]], language), "after_title": titles.get(each["after"])}
        for each in body["services"]
        if each["service"]["slug"] in entries
    ]
    return body | {
        "services": steps,
        "agencies": len({each["agency"]["code"] for each in steps}),
        "demo": any(each["card"]["demo"] for each in steps),
    }


def category_choices(shelf: Shelf) -> list[Choice]:
    """Return the categories that open services have, by their word."""
    counts = Counter(entry.category for entry in shelf.entries.values() if entry.is_open and entry.category)
    choices = [Choice(code, word_for(CATEGORIES, code), count) for code, count in counts.items()]
    return sorted(choices, key=lambda choice: (choice.name.casefold(), choice.code))


def agency_choices(shelf: Shelf) -> list[Choice]:
    """Return every agency by name, those without a service yet among them. One query."""
    counts = Counter(entry.agency_code for entry in shelf.entries.values() if entry.is_open)
    return [Choice(agency.code, agency.name, counts[agency.code]) for agency in agencies()]


def found_services(shelf: Shelf, filters: Filters, *, language: str) -> list[dict[str, Any]]:
    """Return open services that fit `filters` as cards, best match first; with no words, by title."""
    return [_card(summary_of(entry, language)) for entry in matching(shelf, filters, language)]


def _card(summary: dict[str, Any]) -> dict[str, Any]:
    return summary | {"category_name": word_for(CATEGORIES, summary["category"] or "")}


_counted: tuple[float, list[str]] | None = None


def popular_services(shelf: Shelf, *, language: str, now: datetime) -> list[dict[str, Any]]:
    """Return the open services most applied for lately; a young platform fills up by title."""
    entries = {entry.slug: entry for entry in matching(shelf, Filters(), language)}
    slugs = [slug for slug in _most_applied_for(now) if slug in entries]
    slugs += [slug for slug in entries if slug not in slugs]
    return [_card(summary_of(entries[slug], language)) for slug in slugs[:_POPULAR_SHOWN]]


def _most_applied_for(now: datetime) -> list[str]:
    """Return slugs, most submissions first, counted at most every ten minutes by each process."""
    global _counted
    if _counted is None or monotonic() - _counted[0] >= _POPULAR_KEPT:
        counted = (
            Application.objects.filter(submitted_at__gte=now - _POPULAR_OVER)
            .values_list("service__slug")
            .annotate(how_many=Count("id"))
            .order_by("-how_many", "service__slug")
        )
        _counted = (monotonic(), [slug for slug, _how_many in counted])
    return _counted[1]


def service_detail(slug: str, *, language: str) -> dict[str, Any] | None:
    """Return a service as its page shows it, with how one applies; None for one never published.

    Beyond the API's detail: `form_steps` (names of the form's pages), `under_way` (labels of the states until a
    decision), `document` (what a grant issues, empty when nothing).
    """
    entry = current_shelf().entries.get(slug)
    if entry is None:
        return None
    content, definition = entry.definition.content, entry.definition
    pages = content["form"]["ui"].get("elements", [])
    return _card(detail_of(entry, language)) | {
        "form_steps": [local(page["label"], language) for page in pages if page.get("type") == "Category"],
        "under_way": [local(state.label, language) for state in definition.workflow.states.values() if not state.end],
        "document": local(definition.outcome.title, language) if definition.outcome else "",
    }
