"""What changed of a person's applications since they last asked: in the order of transactions, nothing missed.

A time would miss what was written early and committed late. So rows carry the transaction that wrote them, and a cursor
the oldest one that was still open when it was given: whatever was not seen then has that number or a higher one.
What is seen twice is harmless: a line says all of its application.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from services.applications.queries.detail import Row as Application
from services.applications.queries.detail import get_rows
from superapp.http.pagination import InvalidCursor, decode_cursor, encode_cursor
from superapp.http.sql import fetch_all, fetch_one

REMEMBERED: Final = timedelta(days=180)  # how long it is known what went
_LAST_ID: Final = UUID(int=2**128 - 1)
_MOST: Final = 2**63 - 1

_NOW = """
SELECT pg_snapshot_xmin(snapshot)::text::bigint, pg_snapshot_xmax(snapshot)::text::bigint,
       (SELECT system_identifier FROM pg_control_system())
FROM pg_current_snapshot() snapshot
"""
# In three ordered index reads. `{reach}` narrows to the services that a mandate reaches.
_IDS = """
SELECT changed_in, id, gone FROM (
  (SELECT changed_in, id, false AS gone FROM applications_application
   WHERE applicant_id = %(applicant)s AND (changed_in, id) > (%(after)s, %(id)s) AND changed_in < %(before)s {reach}
   ORDER BY changed_in, id LIMIT %(limit)s)
  UNION ALL
  (SELECT changed_in, application_id, true FROM applications_tombstone
   WHERE applicant_id = %(applicant)s AND (changed_in, application_id) > (%(after)s, %(id)s)
     AND changed_in < %(before)s {reach}
   ORDER BY changed_in, application_id LIMIT %(limit)s)
  UNION ALL
  (SELECT m.changed_in, m.application_id, false FROM applications_readmark m
   JOIN applications_application a ON a.id = m.application_id AND a.applicant_id = %(applicant)s
   WHERE m.person_id = %(doer)s AND (m.changed_in, m.application_id) > (%(after)s, %(id)s)
     AND m.changed_in < %(before)s {reach}
   ORDER BY m.changed_in, m.application_id LIMIT %(limit)s)
) found ORDER BY changed_in, id, gone LIMIT %(limit)s
"""
_REACH = "AND service_id = ANY(%(services)s)"
_NEWS = """
SELECT a.id, COALESCE(n.happened, 0), COALESCE(m.read, 0)
FROM applications_application a
LEFT JOIN applications_news n ON n.application_id = a.id
LEFT JOIN applications_readmark m ON m.application_id = a.id AND m.person_id = %s
WHERE a.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose applications are asked for, who asks, and which services they reach (ids), None for all."""

    applicant_id: UUID
    doer_id: UUID
    services: Sequence[UUID] | None

    @property
    def mark(self) -> str:
        """Return what tells one view from another: a cursor of one says nothing of the other's."""
        reach = "all" if self.services is None else ",".join(sorted(str(each) for each in self.services))
        return hashlib.sha256(f"{self.applicant_id} {self.doer_id} {reach}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Changes:
    """One page of what changed. `reset`: whoever asks forgets what they held, this begins anew."""

    applications: list[Application]
    news: dict[UUID, tuple[int, int]]  # how much happened, how much of it was not read
    deleted: list[UUID]
    cursor: str
    more: bool
    reset: bool


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody stands: all before `horizon` is known; in a round of pages, up to (`after`, `id`).

    `whole` is a round that tells everything, and not only what is new.
    """

    horizon: int
    after: int
    id: UUID
    whole: bool


def changes_since(cursor: str, holder: Holder, *, limit: int, now: datetime) -> Changes:
    """Return up to `limit` changes after `cursor`, "" for all that there is.

    Begun anew (`reset`) is also a cursor that is too old, of another database, or of what another mandate reached.

    :raises InvalidCursor: for a text that is no cursor.
    """
    found = fetch_one(_NOW)
    assert found is not None  # noqa: S101 - it has no condition
    oldest_open, next_one, system = (int(each) for each in found)
    seal = f"{system} {holder.mark}"
    known = _read(cursor, seal, oldest_open, now) if cursor else None
    place = known or _Place(oldest_open, -1, _LAST_ID, whole=True)
    if place.id == _LAST_ID:  # a round begins; on its later pages the horizon stays
        place = replace(place, horizon=oldest_open)
    # Numbers of the future are those of a database that was restored into this one: told once, with everything.
    rows = _ids(holder, place, _MOST if place.whole else next_one, limit + 1)
    page, more = rows[:limit], len(rows) > limit
    following = _Place(place.horizon, place.horizon - 1, _LAST_ID, whole=False)
    if more:
        following = _Place(place.horizon, page[-1][0], page[-1][1], whole=place.whole)
    ids = [id for _, id, is_gone in page if not is_gone]
    applications = get_rows(ids, applicant_id=holder.applicant_id)
    standing = {each.id for each in applications}
    return Changes(
        applications=applications,
        news=news_of(list(standing), holder.doer_id),
        deleted=[id for _, id, is_gone in page if is_gone and id not in standing],
        cursor=_written(following, seal, now),
        more=more,
        reset=known is None,
    )


def _ids(holder: Holder, place: _Place, before: int, limit: int) -> list[tuple[int, UUID, bool]]:
    query = _IDS.format(reach="" if holder.services is None else _REACH)
    places = {"after": place.after, "id": place.id, "before": before, "limit": limit}
    people = {"applicant": holder.applicant_id, "doer": holder.doer_id, "services": list(holder.services or ())}
    return fetch_all(query, places | people)


def news_of(ids: Sequence[UUID], person_id: UUID) -> dict[UUID, tuple[int, int]]:
    """Return how much happened to each of these applications, and how much of it this person has not read."""
    rows = fetch_all(_NEWS, [person_id, list(ids)]) if ids else []
    return {id: (happened, max(happened - read, 0)) for id, happened, read in rows}


def _read(cursor: str, seal: str, oldest_open: int, now: datetime) -> _Place | None:
    """Return the place that a cursor names, None where it says nothing here any more."""
    sealed, at, horizon, after, id, whole = decode_cursor(cursor, [str, int, int, int, str, bool])
    try:
        place = _Place(horizon, after, UUID(id), whole)
        told_at = datetime.fromtimestamp(at, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise InvalidCursor from None
    if not (-1 <= after < _MOST and 0 <= horizon < _MOST):
        raise InvalidCursor
    if sealed != seal or horizon > oldest_open or now - told_at > REMEMBERED:
        return None
    return place


def _written(place: _Place, seal: str, now: datetime) -> str:
    return encode_cursor([seal, int(now.timestamp()), place.horizon, place.after, str(place.id), place.whole])
