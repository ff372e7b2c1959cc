"""Finding a service, and reading all about one."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import Assurance
from services.applications.life_events import life_events
from services.catalogue.queries import Filters
from services.catalogue.shelf import current_shelf
from services.pages.manners import page_language
from services.pages.words import ASSURANCES, LIFE_EVENTS, word_for
from services.portal.queries import (
    Choice,
    agency_choices,
    category_choices,
    found_services,
    life_event_choices,
    popular_services,
    service_detail,
)
from services.portal.words import source_of

_MOST_LETTERS = 100
_ON_A_PAGE = 20


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the city offers, and where to begin."""
    shelf = current_shelf()
    shown = {
        "life_events": life_event_choices(shelf),
        "popular": popular_services(shelf, language=page_language(), now=timezone.now()),
        "agencies": agency_choices(shelf),
    }
    return render(request, "portal/home.html", shown)


@require_safe
def service_list(request: HttpRequest) -> HttpResponse:
    """Show the services that fit what was asked."""
    shelf = current_shelf()
    filters = _filters(request)
    found = found_services(shelf, filters, language=page_language())
    choices = {
        "agency": agency_choices(shelf),
        "category": category_choices(shelf),
        "life_event": life_event_choices(shelf),
    }
    page = Paginator(found, _ON_A_PAGE).get_page(request.GET.get("page"))
    shown = {
        "filters": filters,
        "choices": choices,
        "narrowed": _narrowed(filters, choices),
        "page": page,
        "bundles_event": filters.life_event if filters.life_event in life_events() else "",
        "query": urlencode({name: value for name, value in _asked(filters).items() if value}),
    }
    return render(request, "portal/service_list.html", shown)


def _filters(request: HttpRequest) -> Filters:
    def read(name: str) -> str:
        return request.GET.get(name, "").replace("\0", "").strip()[:_MOST_LETTERS]

    return Filters(q=read("q"), agency=read("agency").upper(), category=read("category"), life_event=read("life_event"))


def _asked(filters: Filters) -> dict[str, str]:
    return {
        "q": filters.q,
        "agency": filters.agency,
        "category": filters.category,
        "life_event": filters.life_event,
    }


def _narrowed(filters: Filters, choices: dict[str, list[Choice]]) -> list[dict[str, str]]:
    """Return what the list is narrowed to: the reader's word, and the query without it."""
    asked = {name: value for name, value in _asked(filters).items() if value}
    return [
        {
            "name": next((choice.name for choice in choices.get(name, []) if choice.code == value), value),
            "without": urlencode({other: kept for other, kept in asked.items() if other != name}),
        }
        for name, value in asked.items()
    ]


@require_safe
def service_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show all that a resident needs to know before applying."""
    service: dict[str, Any] | None = service_detail(slug, language=page_language())
    if service is None:
        raise Http404
    shown = {
        "service": service,
        "assurance": word_for(ASSURANCES, service["assurance"]),
        "must_prove": _must_prove(request, service["assurance"]),
        "source": source_of(service["confidence"]),
        "life_events": [Choice(code, word_for(LIFE_EVENTS, code), 0) for code in service["life_events"]],
    }
    return render(request, "portal/service_page.html", shown)


def _must_prove(request: HttpRequest, asked: str) -> bool:
    """Return whether who reads is signed in, and not known surely enough for this."""
    return request.user.is_authenticated and not Assurance(request.user.assurance).covers(asked)
