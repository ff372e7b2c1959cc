"""Where an application goes on: to a colleague, to another unit or agency, back to its sender, home to its service."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from services.agencies.models import Unit
from services.agencies.queries import agencies, staff_page
from services.applications.api.handling_shapes import AssignIn, HandOverIn, MovedIn
from services.applications.operations import handling
from services.applications.operations.handling.assigning import WORKERS
from services.applications.operations.handling.steps import Doer
from services.applications.queries.detail import Place
from services.applications.queries.hops import mine_elsewhere, sender_of, sent_by, sent_line, stays_of
from services.office.work.staff import Case, Roles, for_staff
from services.pages.manners import checked, page_language, person_id, refusals, typed_text
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Problem

_MOST_STAFF = 500


def assign(case: Case) -> None:
    """Put it into a colleague's hands."""
    said = checked(AssignIn, {"assignee": case.text("assignee")})
    handling.assign(application_id=case.row.id, assignee_id=said["assignee"], doer=case.doer(), now=timezone.now())


def hand_over(case: Case) -> None:
    """Hand it to the place that was chosen: `CODE` of an agency, `CODE/unit` of a unit."""
    agency, _stroke, unit = case.text("place").partition("/")
    said = checked(
        HandOverIn, {"agency": agency, "unit": unit, "reason": case.text("reason"), "answer_in": case.text("answer_in")}
    )
    handling.hand_over(application_id=case.row.id, doer=case.doer(), now=timezone.now(), **said)


def give_back(case: Case) -> None:
    """Send it back to where it came from."""
    said = checked(MovedIn, {"reason": case.text("reason")})
    handling.give_back(application_id=case.row.id, doer=case.doer(), now=timezone.now(), **said)


def shown_of(case: Case) -> dict[str, Any]:
    """Return where a page's application has been, and where this person may send it."""
    row = case.row
    stays = stays_of(row, now=timezone.now())
    assert row.place  # noqa: S101 - the office reads it
    if row.end or not case.doer().disposes_of(row.agency_id, row.place.assignee_id):
        return {"stays": stays}
    sender = sender_of(row.id) if len(stays) > 1 else None
    return {
        "stays": stays,
        "may_move": True,
        "colleagues": _colleagues(row.agency_id, row.place),
        "places": places_from(row.place),
        "sender": (sender[1] or sender[0]).name if sender else "",
    }


def _colleagues(agency_id: UUID, place: Place) -> list[dict[str, Any]]:
    """Return who may have it in hand there, by name: not who has it already."""
    found: dict[UUID, str] = {}
    for id, name, _code, _agency, unit, _unit_name, roles in staff_page(
        agency_id, limit=_MOST_STAFF, after=None, before=None
    ):
        here = place.unit_code is None or unit in (None, place.unit_code)
        if here and id != place.assignee_id and not WORKERS.isdisjoint(roles):
            found[id] = name
    return [{"id": str(id), "name": name} for id, name in found.items()]


def places_from(place: Place) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return every agency with its units, the application's own first: `(name, [(value, words), ...])`."""
    units: dict[UUID, list[Unit]] = {}
    for unit in Unit.objects.filter(closed_at=None).order_by("name", "pk"):
        units.setdefault(unit.agency_id, []).append(unit)
    found = []
    for agency in sorted(agencies(), key=lambda each: each.code != place.agency_code):
        lines = [(agency.code, agency.name), *((f"{agency.code}/{each.code}", each.name) for each in
                                               units.get(agency.pk, []))]  # fmt: skip
        here = f"{place.agency_code}/{place.unit_code}" if place.unit_code else place.agency_code
        if open_to := [line for line in lines if line[0] != here]:
            found.append((agency.name, open_to))
    return found


@require_safe
@for_staff
def sent(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Show what my agencies handed to others, and whether it left there; what is of our service can be recalled."""
    return _sent(request, roles)


def _sent(
    request: HttpRequest, roles: Roles, *, refused: Sequence[str] = (), recalled: UUID | None = None, typed: str = ""
) -> HttpResponse:
    """Return that page; with why one was not `recalled`, and the reason that was `typed` for it."""
    language = page_language()
    asked = read_page(request, [datetime, UUID])
    hops = sent_by(list(roles), limit=asked.limit + 1, after=asked.after, before=asked.before)
    recallable = mine_elsewhere([each.application_id for each in hops], list(roles))
    page = page_of(
        request, asked, hops, key=lambda hop: (hop.at, hop.pk),
        line=lambda hop: sent_line(hop, language)
        | {"recall": hop.application_id if hop.left_at is None and hop.application_id in recallable else None},
    )  # fmt: skip
    here = reverse("work-sent")  # the address is another where a recall was refused
    page |= {way: (page[way] or "").replace(request.path, here, 1) for way in ("next", "previous")}
    stands = any(line["recall"] == recalled for line in page["results"])
    shown = {"page": page, "refused": refused, "recalled": recalled, "typed": typed}
    return render(request, "office/work/sent.html", shown | {"lost": "" if stands else typed})


@require_POST
@for_staff
def recall(request: HttpRequest, roles: Roles, id: UUID) -> HttpResponse:
    """Call an application of our own service back; refused, say why on the page of what was sent, the words kept."""
    typed = typed_text(request, "reason", 2000)
    try:
        said = checked(MovedIn, {"reason": typed})
        handling.recall(application_id=id, doer=Doer(person_id(request), roles), now=timezone.now(), **said)
    except Problem as problem:
        if problem.status not in (400, 403, 409, 412, 422):
            raise
        return _sent(request, roles, refused=refusals(problem), recalled=id, typed=typed)
    messages.success(request, _("It lies with us again."))
    return HttpResponseRedirect(reverse("work-application", args=[id]))
