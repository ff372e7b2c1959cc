"""Appointments on pages: a free hour at a counter is booked, moved to another, given back."""

from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from services.agencies.queries import calendar
from services.applications.api.appointments import day_asked, line_of
from services.applications.api.appointments_shapes import BookIn, MoveIn
from services.applications.city_time import city_day
from services.applications.models import DRAFT, Appointment, Counter
from services.applications.operations.appointments import book, cancel, move
from services.applications.queries.detail import Row
from services.applications.queries.slots import appointments_of, counters_of, free_slots
from services.catalogue.queries import local
from services.pages.manners import checked, page_language, person_id, refusals, told_as_page
from services.portal.own import own
from superapp.http.problems import Missing, Problem

_DAYS: Final = 21
_OPEN: Final = (Appointment.State.BOOKED, Appointment.State.DISPLACED)


def appointments_for(row: Row) -> dict[str, Any]:
    """Return the appointments of an application, and whether the agency where it lies has a counter to come to."""
    if row.submitted_at is None:
        return {}
    may = not row.end and bool(counters_of(row.agency_id, service_id=row.version.service_id))
    return {"appointments": [line_of(each) for each in appointments_of(row.id)], "may_book": may}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def appointment(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show the free hours of the counters for an application, a day at a time; a POST books, moves or gives back.

    Refused, it says why above that day's hours, as they are free now.
    """
    row = own(request, id)
    if row.end or row.state == DRAFT:
        messages.info(request, _("This application is not under way."))
        return HttpResponseRedirect(reverse("track", args=[id]))
    refused: list[str] = []
    if request.method == "POST":
        try:
            return _done(request, id)
        except Problem as problem:
            if problem.status not in (400, 409, 412, 422):
                raise
            refused = refusals(problem)
    standing = next((each for each in appointments_of(id) if each.counter_id and each.state in _OPEN), None)
    counters = counters_of(row.agency_id, service_id=row.version.service_id)
    if standing:
        counters = [each for each in counters if each.id == standing.counter_id]
    shown = _free(counters, day_asked(request, "day"), timezone.now())
    shown |= {"row": row, "standing": line_of(standing) if standing else None, "made": uuid4()}
    shown |= {"refused": refused, "chosen": request.POST.get("slot", "")}
    return render(request, "portal/appointment.html", shown)


def _free(counters: list[Counter], asked: date | None, now: datetime) -> dict[str, Any]:
    """Return the days on which there is room, and the hours of the one that is asked for, or of the first."""
    first, names = city_day(now), {str(each.id): local(each.name, page_language()) for each in counters}
    days: dict[str, list[dict[str, Any]]] = {}
    wanted = [first + timedelta(days=each) for each in range(_DAYS)]
    for slot in free_slots(counters, wanted, calendar(), now):
        if slot["free"]:
            line = slot | {"name": names[slot["counter"]], "value": f"{slot['counter']} {slot['starts_at']}"}
            days.setdefault(slot["starts_at"][:10], []).append(line)
    chosen = asked.isoformat() if asked and asked.isoformat() in days else next(iter(days), "")
    return {"days": list(days), "day": chosen, "slots": days.get(chosen, [])}


def _done(request: HttpRequest, id: UUID) -> HttpResponse:
    """Do what the button says, and lead back to the application."""
    what = {"book": _book, "move": _move, "cancel": _cancel}.get(request.POST.get("do", ""))
    try:
        said = what(request, id) if what else None
    except Appointment.DoesNotExist:
        raise Missing from None
    if said:
        messages.success(request, said)
    return HttpResponseRedirect(reverse("track", args=[id]))


def _book(request: HttpRequest, id: UUID) -> str:
    counter, _blank, starts_at = request.POST.get("slot", "").partition(" ")
    said = checked(BookIn, {"id": request.POST.get("id", ""), "counter": counter, "starts_at": starts_at})
    book(
        id=said.get("id") or uuid4(), person_id=person_id(request), counter_id=said["counter"],
        starts_at=said["starts_at"], application_id=id, now=timezone.now(),
    )  # fmt: skip
    return _("Booked.")


def _move(request: HttpRequest, id: UUID) -> str:
    starts_at = request.POST.get("slot", "").partition(" ")[2]
    said = checked(MoveIn, {"starts_at": starts_at})
    move(
        id=_which(request, id), person_id=person_id(request), starts_at=said["starts_at"], revision=_seen(request),
        now=timezone.now(),
    )  # fmt: skip
    return _("Moved.")


def _cancel(request: HttpRequest, id: UUID) -> str:
    cancel(id=_which(request, id), person_id=person_id(request), revision=_seen(request), now=timezone.now())
    return _("Given back.")


def _which(request: HttpRequest, id: UUID) -> UUID:
    """Return the appointment that is meant, one of this application.

    :raises Appointment.DoesNotExist: when it is none.
    """
    try:
        wanted = UUID(request.POST.get("appointment", ""))
    except ValueError:
        raise Appointment.DoesNotExist from None
    return Appointment.objects.values_list("id", flat=True).get(id=wanted, application_id=id)


def _seen(request: HttpRequest) -> str:
    return f'"{request.POST.get("revision", "")[:20]}"'
