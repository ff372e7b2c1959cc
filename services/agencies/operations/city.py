"""Loading the city: agencies, districts and the calendar, from data that carries how sure we are of it; and what its
officers look up at the counter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction

from accounts.mandates.models import Mandate
from accounts.mandates.queries import of_number
from accounts.privacy.operations.access import note_access
from services.agencies.models import Agency, District, Holiday, Subdistrict
from services.agencies.operations.calendar import tell_of_calendar


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did to one kind of entry. `kept` names entries that the data no longer holds."""

    added: int
    changed: int
    unchanged: int
    kept: tuple[str, ...]


@transaction.atomic
def load_city(content: Mapping[str, Any], *, now: datetime) -> dict[str, Loaded]:
    """Bring the tables to what `content` says (the shape of data/balikpapan.json). Return what each kind
    needed.

    Running it again changes nothing. What the data no longer holds stays, since applications may hang on it,
    and is named in the result. Holidays that come to a calendar which had some are told of (`calendar.changed`).
    """
    holidays = [{**row, "date": date.fromisoformat(row["date"])} for row in content["holidays"]]
    known = set(Holiday.objects.values_list("date", flat=True))
    tell_of_calendar({row["date"] for row in holidays} - known if known else (), now=now)
    return {
        "agencies": _upsert(Agency, "code", content["agencies"]),
        "districts": _upsert(District, "code", content["districts"]),
        "subdistricts": _upsert(
            Subdistrict, "code", [_renamed(row, "district", "district_id") for row in content["subdistricts"]]
        ),
        "holidays": _upsert(Holiday, "date", holidays),
    }


def _renamed(row: Mapping[str, Any], old: str, new: str) -> dict[str, Any]:
    return {(new if name == old else name): value for name, value in row.items()}


def _upsert(model: type[models.Model], key: str, rows: Iterable[Mapping[str, Any]]) -> Loaded:
    """Insert what is new and update what differs, found by `key`."""
    standing = {getattr(each, key): each for each in model._default_manager.all()}
    fields: set[str] = set()
    added: list[models.Model] = []
    changed: list[models.Model] = []
    seen = set()
    for row in rows:
        seen.add(row[key])
        found = standing.get(row[key])
        if found is None:
            added.append(model(**row))
        elif differing := {name for name, value in row.items() if getattr(found, name) != value}:
            for name in differing:
                setattr(found, name, row[name])
            fields |= differing
            changed.append(found)
    model._default_manager.bulk_create(added)
    if changed:
        model._default_manager.bulk_update(changed, sorted(fields))
    kept = tuple(sorted(str(value) for value in standing.keys() - seen))
    return Loaded(len(added), len(changed), len(seen) - len(added) - len(changed), kept)


@transaction.atomic
def find_mandates(
    *, number: str, officer_id: UUID, officer_name: str, posts: Mapping[str, Mapping[str, Any]], now: datetime
) -> list[Mandate]:
    """Return the open mandates for a child (NIK) or a company (NIB), and note the reading for whom each concerns.

    `posts` are the kinds that the officer may see, each with the post by which they may
    (`queries.named_memberships_of`).
    """
    found = of_number(number, list(posts))
    for person_id, kind in {each.principal_id: each.kind for each in found}.items():
        post = posts[kind]
        note_access(
            person_id=person_id,
            reader_id=officer_id,
            reader_name=officer_name,
            reader_role=post["roles"][-1],
            agency_code=post["agency"]["code"],
            agency_name=post["agency"]["name"],
            what="mandates",
            now=now,
        )
    return found
