"""Where an application has been: each stay with its own clock, and what an agency sent away."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from services.agencies.models import Agency, Unit
from services.agencies.queries import calendar
from services.applications.city_time import city_day, moment
from services.applications.models import Application, Hop
from services.applications.queries.detail import Row
from services.catalogue.versions import version_of

_SATURDAY = 5


def stays_of(row: Row, *, now: datetime) -> list[dict[str, Any]]:
    """Return every stay of a submitted application, the first first; `came_by` tells of the hop that led there."""
    hops = list(
        Hop.objects.filter(application_id=row.id)
        .select_related("by", "to_agency", "to_unit", "from_agency", "from_unit")
        .order_by("number")
    )
    ends = [*(each.at for each in hops), row.closed_at]
    first_agency = hops[0].from_agency if hops else None
    first = {
        "agency": _agency(first_agency.code, first_agency.name) if first_agency else _here(row),
        "unit": _unit(hops[0].from_unit) if hops else _unit_here(row),
        "came_by": None,
        "answer_by": None,
    }
    places = [(first, row.submitted_at)] + [(_stay(each), each.at) for each in hops]
    holidays, today = calendar(), city_day(now)
    return [
        place | _clock(since, until, place["answer_by"], holidays, today)
        for (place, since), until in zip(places, ends, strict=True)
    ]


def sender_of(application_id: UUID) -> tuple[Agency, Unit | None] | None:
    """Return from where it was handed to where it lies: of each hop that went back, the one that it answers is over."""
    open_hops: list[Hop] = []
    hops = Hop.objects.filter(application_id=application_id).select_related("from_agency", "from_unit")
    for hop in hops.order_by("number"):
        if hop.kind == Hop.Kind.FORWARD:
            open_hops.append(hop)
        elif hop.kind == Hop.Kind.BACK and open_hops:
            open_hops.pop()
        else:
            open_hops.clear()
    return (open_hops[-1].from_agency, open_hops[-1].from_unit) if open_hops else None


def _stay(hop: Hop) -> dict[str, Any]:
    return {
        "agency": _agency(hop.to_agency.code, hop.to_agency.name),
        "unit": _unit(hop.to_unit),
        "came_by": {"kind": hop.kind, "by": hop.by.full_name, "reason": hop.reason},
        "answer_by": hop.answer_by.isoformat() if hop.answer_by else None,
    }


def _clock(
    since: datetime | None, until: datetime | None, answer_by: str | None, holidays: Mapping[date, str], today: date
) -> dict[str, Any]:
    assert since is not None  # noqa: S101 - drafts go nowhere
    end = city_day(until) if until else today
    return {
        "since": moment(since),
        "until": moment(until),
        "working_days": working_days(city_day(since), end, holidays),
        "late": answer_by is not None and end.isoformat() > answer_by,
    }


def working_days(start: date, end: date, holidays: Mapping[date, str]) -> int:
    """Return how many working days lie after `start` up to `end`, as the law counts: not the day of receipt."""
    days = ((start + timedelta(days=each + 1)) for each in range((end - start).days))
    return sum(1 for day in days if day.weekday() < _SATURDAY and day not in holidays)


def _here(row: Row) -> dict[str, str]:
    assert row.place is not None  # noqa: S101 - the office reads it
    return _agency(row.place.agency_code, row.place.agency_name)


def _unit_here(row: Row) -> dict[str, str | None] | None:
    assert row.place is not None  # noqa: S101 - the office reads it
    return {"code": row.place.unit_code, "name": row.place.unit_name} if row.place.unit_code else None


def _agency(code: str, name: str) -> dict[str, str]:
    return {"code": code, "name": name}


def _unit(unit: Any) -> dict[str, str] | None:
    return {"code": unit.code, "name": unit.name} if unit else None


def sent_by(
    agency_ids: Sequence[UUID], *, limit: int, after: tuple[Any, ...] | None, before: tuple[Any, ...] | None
) -> list[Hop]:
    """Return up to `limit` of what these agencies handed to others, the latest first.

    `after` and `before` are the key (at, id) of a neighbouring page's edge.
    """
    hops = Hop.objects.filter(from_agency_id__in=agency_ids, crosses=True)
    hops = hops.select_related("application", "from_agency", "to_agency", "to_unit")
    if before:
        return list(hops.filter(_beyond("gt", before)).order_by("at", "pk")[:limit])[::-1]
    if after:
        hops = hops.filter(_beyond("lt", after))
    return list(hops.order_by("-at", "-pk")[:limit])


def mine_elsewhere(application_ids: Collection[UUID], agency_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return which of these are open, belong to services of these agencies, and lie with another: what they may recall.

    One query.
    """
    found = Application.objects.filter(id__in=application_ids, end="", service__agency_id__in=agency_ids)
    found = found.exclude(agency_id=F("service__agency_id"))
    return frozenset(found.order_by().values_list("id", flat=True))


def _beyond(way: str, edge: tuple[Any, ...]) -> Q:
    """Return what lies beyond the key (at, id) of a page's edge."""
    at, id = edge
    return Q(**{f"at__{way}": at}) | Q(at=at, **{f"pk__{way}": id})


def sent_line(hop: Hop, language: str) -> dict[str, Any]:
    """Return what an agency may know of what it handed away: that it did, and whether it left there since."""
    version = version_of(hop.application.version_id)
    return {
        "number": hop.application.number,
        "service": {"slug": version.slug, "title": version.text("title", language)},
        "kind": hop.kind,
        "from": _agency(hop.from_agency.code, hop.from_agency.name),
        "to": _agency(hop.to_agency.code, hop.to_agency.name),
        "unit": _unit(hop.to_unit),
        "reason": hop.reason,
        "at": moment(hop.at),
        "answer_by": hop.answer_by.isoformat() if hop.answer_by else None,
        "left_at": moment(hop.left_at or hop.application.closed_at),
    }
