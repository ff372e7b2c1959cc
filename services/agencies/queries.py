"""Reading the city: who works where, when agencies are closed, what lies where."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Prefetch, QuerySet

from services.agencies.models import (
    Agency,
    CalendarChange,
    District,
    Holiday,
    Membership,
    Role,
    StaffChange,
    Subdistrict,
    Unit,
)
from superapp.http.pagination import Key, rows_of
from superapp.http.sql import fetch_all

CITY = Path(__file__).parent / "data" / "balikpapan.json"
_MEMBERSHIPS = "SELECT agency_id, role FROM agencies_membership WHERE user_id = %s"
_MEMBERSHIPS_NAMED = """
SELECT a.code, a.name, m.role FROM agencies_membership m JOIN agencies_agency a ON a.id = m.agency_id
WHERE m.user_id = %s ORDER BY a.code, m.role
"""
_HOLIDAYS = "SELECT date, name FROM agencies_holiday WHERE date BETWEEN %s AND %s ORDER BY date"
_CALENDAR = "SELECT date, name FROM agencies_holiday ORDER BY date"


def memberships_of(person_id: UUID) -> dict[UUID, frozenset[str]]:
    """Return the roles that a person holds, by agency id; empty for who is not staff. One query."""
    roles: dict[UUID, set[str]] = {}
    for agency_id, role in fetch_all(_MEMBERSHIPS, [person_id]):
        roles.setdefault(agency_id, set()).add(role)
    return {agency_id: frozenset(held) for agency_id, held in roles.items()}


def roles_of(person_id: UUID) -> list[str]:
    """Return the roles that a person holds at any agency, each once; empty for who is not staff. One query."""
    return sorted({role for _agency_id, role in fetch_all(_MEMBERSHIPS, [person_id])})


def named_memberships_of(person_id: UUID) -> list[dict[str, Any]]:
    """Return a person's agencies by code: `{"agency": {"code", "name"}, "roles": [...]}`. One query."""
    found: dict[str, dict[str, Any]] = {}
    for code, name, role in fetch_all(_MEMBERSHIPS_NAMED, [person_id]):
        found.setdefault(code, {"agency": {"code": code, "name": name}, "roles": []})["roles"].append(role)
    return list(found.values())


def staff_of(agency_id: UUID, *, roles: Collection[str]) -> list[UUID]:
    """Return the ids of those who hold one of these roles at an agency, each once."""
    held = Membership.objects.filter(agency_id=agency_id, role__in=roles).order_by("user_id")
    return list(held.values_list("user_id", flat=True).distinct())


def agencies_named(ids: Iterable[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return code and name of each of these agencies, by id. One query."""
    found = Agency.objects.filter(pk__in=list(ids)).values_list("pk", "code", "name")
    return {pk: (code, name) for pk, code, name in found}


def unit_of(person_id: UUID, agency_id: UUID) -> UUID | None:
    """Return the unit in which a person works at an agency; None where in none, or not there."""
    held = Membership.objects.filter(user_id=person_id, agency_id=agency_id, unit__isnull=False)
    return held.values_list("unit_id", flat=True).first()


def roles_at(person_id: UUID, agency_id: UUID) -> frozenset[str]:
    """Return the roles that a person holds at one agency; empty for who does not work there."""
    return frozenset(Membership.objects.filter(user_id=person_id, agency_id=agency_id).values_list("role", flat=True))


def units_of(agency_ids: Collection[UUID]) -> QuerySet[Unit]:
    """Return the units of these agencies, by name; those that are closed, too."""
    return Unit.objects.filter(agency_id__in=agency_ids).select_related("agency").order_by("name", "pk")


def members_of_unit(unit_id: UUID) -> list[UUID]:
    """Return the ids of those who work in a unit, each once."""
    return list(
        Membership.objects.filter(unit_id=unit_id).order_by("user_id").values_list("user_id", flat=True).distinct()
    )


_STAFF = """
SELECT u.id, u.full_name, a.code, a.name, n.code, n.name, array_agg(m.role ORDER BY m.role)::text[]
FROM agencies_membership m
JOIN accounts_user u ON u.id = m.user_id
JOIN agencies_agency a ON a.id = m.agency_id
LEFT JOIN agencies_unit n ON n.id = m.unit_id
WHERE m.agency_id = %s {edge}
GROUP BY u.id, u.full_name, a.code, a.name, n.code, n.name
ORDER BY {order} LIMIT %s
"""


def staff_page(
    agency_id: UUID, *, limit: int, after: tuple[Any, ...] | None, before: tuple[Any, ...] | None
) -> list[tuple[Any, ...]]:
    """Return up to `limit` of an agency's staff by name: id, name, agency's code and name, unit's, roles.

    `after` and `before` are the key (name, id) of a neighbouring page's edge.
    """
    edge = f"AND (u.full_name, u.id) {'>' if after else '<'} (%s, %s)" if after or before else ""
    order = "u.full_name DESC, u.id DESC" if before else "u.full_name, u.id"
    rows = fetch_all(_STAFF.format(edge=edge, order=order), [agency_id, *(after or before or ()), limit])
    return rows[::-1] if before else rows


INSPECTORATE = "inspektorat"
_SUPERVISORS = (Role.OFFICER, Role.APPROVER, Role.HEAD)


def inspectors() -> list[UUID]:
    """Return the ids of those who supervise every agency: the Inspektorat's staff, its admins apart."""
    held = Membership.objects.filter(agency__kind=INSPECTORATE, role__in=_SUPERVISORS).order_by("user_id")
    return list(held.values_list("user_id", flat=True).distinct())


def supervises(person_id: UUID) -> tuple[list[UUID], bool]:
    """Return the agencies that a person heads, and whether they supervise all as the Inspektorat. One query."""
    held = Membership.objects.filter(user_id=person_id).values_list("agency_id", "agency__kind", "role")
    rows = list(held)
    heads = sorted({agency_id for agency_id, _kind, role in rows if role == Role.HEAD})
    return heads, any(kind == INSPECTORATE and role in _SUPERVISORS for _id, kind, role in rows)


def agencies_administered_by(person_id: UUID) -> list[Agency]:
    """Return the agencies where a person is OPD admin, by code."""
    return list(
        Agency.objects.filter(memberships__user_id=person_id, memberships__role=Role.ADMIN).order_by("code", "pk")
    )


def agency_by_code(code: str) -> Agency:
    """Return the agency with this code, whatever its capitals.

    :raises Agency.DoesNotExist: when there is none.
    """
    return Agency.objects.get(code=code.upper())


def known_agencies() -> dict[str, str]:
    """Return the name of each agency by its code: those in the database, else, before one is made, the city's file."""
    try:
        stored = dict(Agency.objects.order_by("code").values_list("code", "name"))
    except DatabaseError:
        stored = {}
    return stored or {each["code"]: each["name"] for each in orjson.loads(CITY.read_bytes())["agencies"]}


def agencies() -> QuerySet[Agency]:
    """Return all agencies, by name."""
    return Agency.objects.order_by("name", "code")


def districts() -> QuerySet[District]:
    """Return all districts by code, each with its subdistricts."""
    return District.objects.order_by("code").prefetch_related(
        Prefetch("subdistricts", queryset=Subdistrict.objects.order_by("code"))
    )


def subdistricts_named(code: str = "") -> list[tuple[str, str]]:
    """Return code and name, with its district's, of each subdistrict by code; with `code` of that one. One query."""
    found = Subdistrict.objects.filter(code=code) if code else Subdistrict.objects.all()
    lines = found.order_by("district__code", "code").values_list("code", "name", "district__name")
    return [(each, f"{name} ({district})") for each, name, district in lines]


def holidays_in(year: int) -> QuerySet[Holiday]:
    """Return the days of `year` on which agencies are closed, weekends apart."""
    return Holiday.objects.filter(date__year=year).order_by("date")


def calendar_changes(year: int) -> QuerySet[CalendarChange]:
    """Return what was changed in the calendar of `year`, the latest first."""
    return CalendarChange.objects.filter(date__year=year).select_related("actor").order_by("-at", "-pk")


def staff_changes(agency_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[StaffChange]:
    """Return up to `limit` changes among an agency's units and staff, the latest first. One query."""
    found = StaffChange.objects.filter(agency_id=agency_id).select_related("person", "actor")
    return rows_of(found, "at", limit=limit, after=after, before=before)


def holidays_between(start: date, end: date) -> dict[date, str]:
    """Return the name of each holiday from `start` to `end`, both included."""
    return dict(fetch_all(_HOLIDAYS, [start, end]))


def calendar_now() -> Mapping[date, str]:
    """Return the calendar as it stands, for who counts because it changed."""
    return dict(fetch_all(_CALENDAR))


_known: tuple[float, Mapping[date, str], str] | None = None


def calendar() -> Mapping[date, str]:
    """Return every known holiday's name by its date; kept in process for `CALENDAR_FRESH_SECONDS`."""
    return _fresh()[1]


def calendar_mark() -> str:
    """Return what tells one calendar from another: a digest of its holidays' dates, 16 hex digits."""
    return _fresh()[2]


def marked_calendar() -> tuple[str, Mapping[date, str]]:
    """Return the mark together with the calendar that it tells apart."""
    known = _fresh()
    return known[2], known[1]


def mark_of(holidays: Mapping[date, str]) -> str:
    """Return the mark of these holidays; their names do not count."""
    return sha256(",".join(day.isoformat() for day in sorted(holidays)).encode()).hexdigest()[:16]


def _fresh() -> tuple[float, Mapping[date, str], str]:
    global _known
    known = _known
    if known is None or monotonic() - known[0] >= settings.CALENDAR_FRESH_SECONDS:
        holidays: Mapping[date, str] = MappingProxyType(dict(fetch_all(_CALENDAR)))
        known = _known = (monotonic(), holidays, mark_of(holidays))
    return known
