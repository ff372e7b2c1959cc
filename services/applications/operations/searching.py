"""Looking for open applications by who applies: each who is found sees that they were looked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from accounts.privacy.operations.access import Reading, note_accesses
from accounts.queries import people_named
from services.agencies.queries import agencies_named
from services.applications.operations.reading import highest
from services.applications.queries.narrowing import filters_from
from services.applications.queries.queue import NAMESAKES, queue

MOST: Final = 100


@dataclass(frozen=True, slots=True)
class Searched:
    """Rows as `queries.queue` reads them; `more`: there are others, `too_many`: not all of that name were looked at."""

    rows: list[Any]
    more: bool
    too_many: bool


def search(
    asked: Mapping[str, Any], *, name: str, me: UUID, my_name: str, roles: Mapping[UUID, frozenset[str]], now: datetime
) -> Searched:
    """Return the `MOST` soonest due of whose applicant bears a name, and record for each that they were looked for.

    Names that have its words whole, but for the last, are looked at first; where nothing of theirs is open, those that
    only begin as its words do.

    `asked` are filters as `narrowing.filters_from` takes them, `roles` those of who looks, by agency.

    :raises Problem: 400 as `filters_from`.
    """
    for whole in (True, False) if len(name.split()) > 1 else (False,):
        namesakes = people_named(name, most=NAMESAKES + 1, whole=whole)
        among = tuple(namesakes[:NAMESAKES])
        filters = filters_from(asked, me=me, agency_ids=roles, now=now, applicant_ids=among)
        found = queue(filters, limit=MOST + 1)
        if found.rows:
            break
    rows = found.rows[:MOST]
    names = agencies_named(roles)
    readings = [
        Reading(
            person_id=row[14],
            reader_role=highest(roles[row[9]]),
            agency_code=names[row[9]][0],
            agency_name=names[row[9]][1],
            about=row[0],
            number=row[2],
        )
        for row in rows
    ]
    note_accesses(readings, reader_id=me, reader_name=my_name, what="search", why="", now=now)
    return Searched(rows, len(found.rows) > MOST or found.edge is not None, len(namesakes) > NAMESAKES)
