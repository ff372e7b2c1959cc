"""What filters of the queue mean for somebody: codes and words become what the queue is asked by."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.agencies.queries import agencies_named, units_of
from services.applications.city_time import city_day
from services.applications.queries.kinds import service_of_slug, services_of_kind
from services.applications.queries.queue import Filters
from superapp.http.problems import FieldError, invalid


def filters_of(stored: Mapping[str, Any], *, me: UUID, agency_ids: Iterable[UUID], now: datetime) -> Filters:
    """Return what filters mean that were kept as they were sent.

    :raises Problem: as `filters_from`, where what they name is gone.
    """
    days = {each: date.fromisoformat(stored[each]) for each in ("due_from", "due_to") if stored.get(each)}
    return filters_from({**stored, **days}, me=me, agency_ids=agency_ids, now=now)


def filters_from(
    asked: Mapping[str, Any],
    *,
    me: UUID,
    agency_ids: Iterable[UUID],
    now: datetime,
    applicant_ids: tuple[UUID, ...] | None = None,
) -> Filters:
    """Return what `asked` (validated by `FiltersIn`) means for somebody who works at these agencies.

    :raises Problem: 400 naming an agency that is not theirs, or who is nobody's id.
    """
    mine = _agencies(asked.get("agency", ""), tuple(agency_ids))
    unit, assignee = asked.get("unit", ""), asked.get("assignee", "")
    return Filters(
        agency_ids=mine,
        today=city_day(now),
        state=asked.get("state", ""),
        unit_ids=_units(unit, mine) if unit not in ("", "none") else None,
        no_unit=unit == "none",
        assignee_id=_person(assignee, me),
        nobody=assignee == "nobody",
        service_ids=_services(asked),
        due_from=asked.get("due_from"),
        due_to=asked.get("due_to"),
        overdue=bool(asked.get("overdue")),
        paused=asked.get("paused"),
        number=asked.get("q", ""),
        applicant_ids=applicant_ids,
        newest=asked.get("sort") == "newest",
    )


def _agencies(code: str, mine: tuple[UUID, ...]) -> tuple[UUID, ...]:
    if not code:
        return mine
    found = tuple(id for id, (each, _name) in agencies_named(mine).items() if each == code.upper())
    if not found:
        detail = {"id": "Anda tidak bekerja di OPD itu.", "en": "You do not work at that agency."}
        raise invalid([FieldError("/agency", "unknown", detail)])
    return found


def _units(code: str, mine: tuple[UUID, ...]) -> tuple[UUID, ...]:
    found = tuple(units_of(mine).filter(code=code).values_list("pk", flat=True))
    if not found:
        detail = {"id": "OPD Anda tidak punya unit itu.", "en": "Your agency has no such unit."}
        raise invalid([FieldError("/unit", "unknown", detail)])
    return found


def _person(assignee: str, me: UUID) -> UUID | None:
    if assignee in ("", "nobody"):
        return None
    try:
        return me if assignee == "me" else UUID(assignee)
    except ValueError:
        detail = {"id": "Bukan id seseorang.", "en": "This is nobody's id."}
        raise invalid([FieldError("/assignee", "invalid", detail)]) from None


def _services(asked: Mapping[str, Any]) -> tuple[UUID, ...] | None:
    """Return the services asked for by slug and kind; None for all."""
    if not asked.get("service") and not asked.get("kind"):
        return None
    found = set(service_of_slug(asked["service"])) if asked.get("service") else None
    if asked.get("kind"):
        of_kind = set(services_of_kind(asked["kind"]))
        found = of_kind if found is None else found & of_kind
    return tuple(sorted(found or ()))
