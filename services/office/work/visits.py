"""Who comes to the counters on a day, whom officers visit, and when each counter serves."""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_POST, require_safe

from services.applications.api.appointments import day_asked, line_of
from services.applications.city_time import city_day
from services.applications.models import Appointment, Counter
from services.applications.operations.appointments import mark
from services.applications.operations.reading import highest
from services.applications.queries.slots import appointments_page, counters_of
from services.catalogue.queries import local
from services.office.work.staff import Roles, for_staff
from services.pages.manners import page_language, refusals
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing, Problem

_MARKS: Final = {"attended": True, "missed": False}
# They may still come, or have come and were noted otherwise by mistake.
_MARKABLE: Final = ("booked", "attended", "missed")


@require_safe
@for_staff
def day(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Show a day's appointments by hour; it names no resident: the application does, whose reading is recorded."""
    now = timezone.now()
    today = city_day(now)
    asked = day_asked(request, "day") or today
    page = read_page(request, [datetime, UUID])
    rows = appointments_page(asked, list(roles), page)
    shown = {
        "page": page_of(
            request, page, rows, key=lambda row: (row.starts_at, row.id), line=lambda row: _line(row, now=now)
        ),
        "day": asked,
        "before": asked - timedelta(days=1),
        "after": asked + timedelta(days=1),
        "is_today": asked == today,
        "counters": [_counter(each) for id in roles for each in counters_of(id)],
    }
    return render(request, "office/work/visits.html", shown)


def _line(each: Appointment, *, now: datetime) -> dict[str, Any]:
    return line_of(each) | {"markable": each.state in _MARKABLE and each.starts_at <= now}


def _counter(counter: Counter) -> dict[str, Any]:
    windows = [each | {"day": WEEKDAYS[each["weekday"]]} for each in counter.windows]
    return {"name": local(counter.name, page_language()), "place": counter.place, "windows": windows,
            "closed_days": counter.closed_days}  # fmt: skip


@require_POST
@for_staff
def note(request: HttpRequest, roles: Roles, id: UUID) -> HttpResponse:
    """Note that somebody came, or did not; refused, say why on the day's page."""
    attended = _MARKS.get(request.POST.get("do", ""))
    found = Appointment.objects.filter(id=id, agency_id__in=list(roles)).first()
    if found is None or attended is None:
        raise Missing
    assert request.user.is_authenticated  # noqa: S101 - `for_staff` came before
    try:
        mark(
            id=id, agency_ids=[found.agency_id], attended=attended, actor_id=request.user.id,
            role=highest(roles[found.agency_id]), now=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        messages.error(request, " ".join(refusals(problem)))
    return HttpResponseRedirect(f"{reverse('work-visits')}?day={city_day(found.starts_at).isoformat()}")
