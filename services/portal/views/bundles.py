"""Life events on pages: what each opens; a person's bundles, each with one timeline over its applications."""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from services.applications.life_events import LifeEvent, life_events
from services.applications.models import DRAFT, LifeBundle
from services.applications.operations.bundles import open_bundle
from services.applications.queries.bundles import bundle_body, bundle_line, bundle_of, bundle_timeline, bundles_of
from services.pages.manners import page_language, person_id, refusals, told_as_page
from services.portal.queries import event_in_steps, events_in_short
from services.portal.views.tracking import days_left, told_line
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing, Problem

_MEND = frozenset({400, 403, 409})


@require_safe
def life_event_list(request: HttpRequest) -> HttpResponse:
    """Show what happens in a life, and which services each calls for."""
    return render(request, "portal/life_events.html", {"events": events_in_short(language=page_language())})


@require_http_methods(["GET", "HEAD", "POST"])
@told_as_page
def life_event(request: HttpRequest, key: str) -> HttpResponseBase:
    """Show one life event, step by step; a POST begins its drafts, which are filled in in the app."""
    event = life_events().get(key)
    if event is None:
        raise Missing
    if request.method == "POST":
        return _begun(request, event)
    shown = {"event": event_in_steps(event, language=page_language()), "new_id": uuid4()}
    return render(request, "portal/life_event.html", shown)


def _begun(request: HttpRequest, event: LifeEvent) -> HttpResponseBase:
    """Begin the bundle under the id that the page was given, so that a button pressed twice begins one."""
    page = reverse("life-event-page", args=[event.key])
    if not request.user.is_authenticated:
        return redirect_to_login(page)
    try:
        bundle, _is_new, refused = open_bundle(
            id=_id_of(request), applicant_id=request.user.id, assurance=request.user.assurance, event=event,
            chosen=None, actor=None, now=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        messages.error(request, " ".join(refusals(problem)))
        return HttpResponseRedirect(page)
    for _service, why in refused:
        messages.warning(request, " ".join(refusals(why)))
    return HttpResponseRedirect(reverse("bundle-page", args=[bundle.id]))


def _id_of(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("id", ""))
    except ValueError:
        return uuid4()


@require_safe
@never_cache
@login_required
@told_as_page
def my_bundles(request: HttpRequest) -> HttpResponse:
    """List the person's bundles, latest first."""
    language = page_language()
    asked = read_page(request, [datetime, UUID])
    rows = bundles_of(person_id(request), None, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(
        request,
        asked,
        rows,
        key=lambda row: (row[0].created_at, row[0].id),
        line=lambda row: bundle_line(*row, language),
    )
    return render(request, "portal/my_bundles.html", {"page": page})


@require_safe
@never_cache
@login_required
@told_as_page
def bundle(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show one bundle: where each application is, what waits for what, and one timeline over all of them."""
    language, now = page_language(), timezone.now()
    try:
        found, standing = bundle_of(id, person_id(request), None)
    except LifeBundle.DoesNotExist:
        raise Missing from None
    body = bundle_body(found, standing, language, now=now)
    lines = [_with_days(each, timezone.localdate(now)) for each in body["applications"]]
    ids = {each["service"]["slug"]: each["id"] for each in lines}
    shown = {
        "bundle": body | {"applications": lines},
        "drafts": sum(each["state"] == DRAFT and not each["waits_for"] for each in lines),
        "timeline": [
            told_line(line) | {"application": ids[line["service"]["slug"]]}
            for line in bundle_timeline(standing, language)
        ],
    }
    return render(request, "portal/bundle.html", shown)


def _with_days(line: dict[str, Any], today: date) -> dict[str, Any]:
    due_on = date.fromisoformat(line["due_on"]) if line["due_on"] else None
    return line | {"due_on": due_on} | days_left(due_on, open_=not line["end"], today=today)
