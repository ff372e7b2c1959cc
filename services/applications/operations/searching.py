"""Looking for open applications by who applies: each who is found sees that they were looked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.privacy.operations.access import Reading, note_accesses
from accounts.queries import people_named
from services.agencies.queries import agencies_named
from services.applications.operations.reading import highest
from services.applications.queries.narrowing import filters_from
from services.applications.queries.queue import NAMESAKES, Filters, Found, queue
from superapp.http.pagination import Asked


@dataclass(frozen=True, slots=True)
class Searched:
    """What `queries.queue` found, and by which filters.

    `whole`: names that have the words whole, but for the last, and no others; `too_many`: not all of that name were
    looked at.
    """

    found: Found
    filters: Filters
    whole: bool
    too_many: bool


def cursor_of(asked: Mapping[str, Any]) -> list[type]:
    """Return of what types the values of a search's cursor are: its place in the queue, and `Searched.whole`."""
    return [datetime if asked.get("sort") == "newest" else date, UUID, int]


def search(
    asked: Mapping[str, Any],
    *,
    name: str,
    page: Asked,
    me: UUID,
    my_name: str,
    roles: Mapping[UUID, frozenset[str]],
    now: datetime,
) -> Searched:
    """Return a page, and one row more, of what is open of whose applicant bears a name; record for each who is on the
    page that they were looked for.

    Names that have its words whole, but for the last, are looked at first; where nothing of theirs is open, those that
    only begin as its words do.

    `asked` are filters as `narrowing.filters_from` takes them, `roles` those of who looks, by agency.

    :raises Problem: 400 as `filters_from`.
    """
    after, before = (edge[:2] if edge else None for edge in (page.after, page.before))
    for whole in _ways(name, page):
        namesakes = people_named(name, most=NAMESAKES + 1, whole=whole)
        among = tuple(namesakes[:NAMESAKES])
        filters = filters_from(asked, me=me, agency_ids=roles, now=now, applicant_ids=among)
        found = queue(filters, limit=page.limit + 1, after=after, before=before)
        if found.rows or found.edge:
            break
    shown = found.shown(page.limit, backward=before is not None)
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
        for row in shown
    ]
    note_accesses(readings, reader_id=me, reader_name=my_name, what="search", why="", now=now)
    return Searched(found, filters, whole, len(namesakes) > NAMESAKES)


def _ways(name: str, page: Asked) -> Sequence[bool]:
    """Return by which words to look, in turn: whole or not; further pages look as the first one did."""
    if edge := page.after or page.before:
        return (bool(edge[2]),)
    return (True, False) if len(name.split()) > 1 else (False,)
