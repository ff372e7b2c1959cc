"""Site visits on the page of an application: when, where and by whom, planned with the workflow's own step."""

from typing import Any, Final

from django.utils import timezone

from services.agencies.queries import staff_page
from services.applications.api.appointments import line_of
from services.applications.api.appointments_shapes import VisitIn
from services.applications.operations.visits import Plan, plan_visit
from services.applications.queries.slots import appointments_of
from services.office.work.staff import Case
from services.pages.manners import checked

# Steps that agree an hour: their forms ask for it.
ACTIONS: Final = ("plan_visit", "replan_visit")
TYPED: Final = ("day", "begins", "ends", "place", "point", "officer")
_MOST_STAFF: Final = 500
_VISITORS: Final = frozenset({"officer", "approver"})


def plan(case: Case) -> None:
    """Plan the visit that was typed; it is told to the resident and stands in the officer's day."""
    day = case.text("day", 10)
    latitude, _comma, longitude = case.text("point", 60).partition(",")
    said = {
        "starts_at": f"{day}T{case.text('begins', 5)}:00",  # in the city's time, as whatever names no zone
        "ends_at": f"{day}T{case.text('ends', 5)}:00",
        "place": case.text("place", 200),
        "latitude": latitude.strip(),
        "longitude": longitude.strip(),
        "officer": case.text("officer", 36),
        "words": case.text("reason", 1000),
        "reason_code": case.text("reason_code", 40),
    }
    wanted = checked(VisitIn, said)
    officer = wanted.pop("officer", None) or case.me
    plan_visit(
        application_id=case.row.id, actor_id=case.me, roles=case.my_roles, plan=Plan(officer_id=officer, **wanted),
        if_match=case.seen, now=timezone.now(),
    )  # fmt: skip


def shown_of(case: Case, actions: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the appointments of the application, and who may visit where a visit may be planned."""
    shown: dict[str, Any] = {"appointments": [line_of(each) for each in appointments_of(case.row.id)]}
    if any(each["plans"] for each in actions):
        shown["visitors"] = _visitors(case)
    return shown


def _visitors(case: Case) -> list[dict[str, str]]:
    """Return who may be sent, who asks first."""
    found = {
        row[0]: row[1]
        for row in staff_page(case.row.agency_id, limit=_MOST_STAFF, after=None, before=None)
        if not _VISITORS.isdisjoint(row[6])
    }
    return [{"id": str(id), "name": name} for id, name in sorted(found.items(), key=lambda each: each[0] != case.me)]
