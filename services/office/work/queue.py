"""What waits at an officer's agencies, the soonest due first, narrowed, kept as views, searched by name."""

from collections.abc import Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from services.applications.api.filters import SearchIn
from services.applications.api.lists import ViewIn, kept_filters
from services.applications.api.queue import found_page, queue_page
from services.applications.city_time import city_day
from services.applications.operations.lists import keep_view, remove_view
from services.applications.operations.searching import cursor_of, search
from services.applications.queries.exports import view_line, views_for
from services.applications.queries.lists import queue_lines
from services.applications.queries.narrowing import filters_from, filters_of
from services.applications.queries.queue import queue
from services.office.work.narrowing import QueueForm
from services.office.work.staff import Roles, for_staff
from services.pages.manners import checked, page_language, person_id, refusals, typed_text
from superapp.http.pagination import read_page
from superapp.http.problems import Problem


@require_safe
@for_staff
def waiting(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Show a page of open applications, narrowed by the form or by a kept view; it names no resident."""
    me, now = person_id(request), timezone.now()
    views = [view_line(each, me) for each in views_for(me, list(roles))]
    form = QueueForm(request.GET, roles=roles, me=me)
    used = next((each for each in views if each["id"] == request.GET.get("view")), None)
    if used:
        filters = filters_of(used["filters"], me=me, agency_ids=roles, now=now)
    else:
        filters = filters_from(form.asked(), me=me, agency_ids=roles, now=now)
    asked = read_page(request, [datetime if filters.newest else date, UUID])
    found = queue(filters, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = queue_page(request, asked, found, filters, lines=lambda rows: _lines(rows, filters.today))
    shown = {"form": form, "page": page, "views": views, "used": used}
    return render(request, "office/work/queue.html", shown)


@require_POST
@for_staff
def search_by_name(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Show whose applicant bears a name; each of them sees that they were looked for."""
    assert request.user.is_authenticated  # noqa: S101 - `for_staff` came before
    now, me = timezone.now(), person_id(request)
    shown: dict[str, Any] = {"name": typed_text(request, "name", 100), "here": reverse("work-queue")}
    try:
        asked = checked(SearchIn, {"name": shown["name"]})
        place, name = read_page(request, cursor_of(asked)), asked.pop("name")
        found = search(asked, name=name, page=place, me=me, my_name=request.user.full_name, roles=roles, now=now)
    except Problem as problem:
        if problem.status != HTTPStatus.BAD_REQUEST:
            raise
        return render(request, "office/work/found.html", shown | {"refused": refusals(problem)})
    page = found_page(request, place, found, lines=lambda rows: _lines(rows, city_day(now)))
    return render(request, "office/work/found.html", shown | {"page": page})


@require_POST
@for_staff
def keep(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Keep what the queue is narrowed to under a name, and show it so."""
    me = person_id(request)
    form = QueueForm(request.POST, roles=roles, me=me)
    try:
        said = checked(ViewIn, {"name": request.POST.get("name", "").strip(), "filters": form.asked(),
                                "shared": "shared" in request.POST})  # fmt: skip
        place, filters = kept_filters(said["filters"], me=me, roles=roles)
        view, _new = keep_view(
            owner_id=me, agency_id=place, name=said["name"], filters=filters, shared=said["shared"]
        )  # fmt: skip
    except Problem as problem:
        if problem.status not in (HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT):
            raise
        messages.error(request, " ".join(refusals(problem)))
        return HttpResponseRedirect(reverse("work-queue"))
    messages.success(request, gettext("Kept."))
    return HttpResponseRedirect(f"{reverse('work-queue')}?view={view.pk}")


@require_POST
@for_staff
def forget(request: HttpRequest, roles: Roles, id: UUID) -> HttpResponse:  # noqa: ARG001 - given by `for_staff`
    """Keep a view of one's own no longer."""
    remove_view(view_id=id, owner_id=person_id(request))
    return HttpResponseRedirect(reverse("work-queue"))


def _lines(rows: Sequence[Any], today: date) -> list[dict[str, Any]]:
    """Return rows as the office's lists show them, each with its days left."""
    lines = queue_lines(rows, today, page_language())
    for line in lines:
        due = line["due_on"]
        line["days_left"] = (date.fromisoformat(due) - today).days if due else None
    return lines
