"""Who looked at a person's data: the city's staff, and the apps and sites that received it."""

from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from superapp.http.sql import Row, fetch_all

Key = tuple[Any, ...]

# Each half is an ordered index read; the halves are merged.
_STAFF = """
SELECT a.id, 'staff', a.at, a.what, a.why, a.reader_name, a.reader_role, a.agency_code, a.agency_name,
       a.about, a.number, a.impersonation_id, '', '', ARRAY[]::text[]
FROM accounts_privacy_dataaccess a
WHERE a.person_id = %s {edge} ORDER BY a.at {order}, a.id {order} LIMIT %s
"""

_RELEASES = """
SELECT md5('release' || a.id)::uuid, 'release', a.latest_at, 'claims', '', '', '', '', '',
       NULL::uuid, '', NULL::uuid, c.client_id, c.name, a.claims::text[]
FROM (
    SELECT r.id, md5('release' || r.id)::uuid AS key, r.latest_at, r.claims, g.client_id
    FROM accounts_provider_release r JOIN accounts_provider_authorization g ON g.id = r.authorization_id
    WHERE g.person_id = %s
) a JOIN accounts_relyingparty c ON c.id = a.client_id
WHERE true {edge} ORDER BY a.latest_at {order}, a.key {order} LIMIT %s
"""


def accesses_of(person_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[Row]:
    """Return up to `limit` readings of this person's data, latest first. One query.

    `after` and `before` are the key (at, id) of a neighbouring page's edge; one of them at most.
    """
    order = "ASC" if before else "DESC"
    sign = ">" if before else "<"
    key = after or before or ()
    staff = _STAFF.format(edge=f"AND (a.at, a.id) {sign} (%s, %s)" if key else "", order=order)
    released = _RELEASES.format(edge=f"AND (a.latest_at, a.key) {sign} (%s, %s)" if key else "", order=order)
    both = (
        f"(SELECT * FROM ({staff}) s) UNION ALL (SELECT * FROM ({released}) r) ORDER BY 3 {order}, 1 {order} LIMIT %s"  # noqa: S608 - constants
    )
    mine = [person_id, *key, limit]
    rows = fetch_all(both, [*mine, *mine, limit])
    return rows[::-1] if before else rows


_ABOUT = """
SELECT a.id, 'staff', a.at, a.what, a.why, a.reader_name, a.reader_role, a.agency_code, a.agency_name,
       a.about, a.number, a.impersonation_id, '', '', ARRAY[]::text[]
FROM accounts_privacy_dataaccess a
WHERE a.person_id = %s AND a.about = %s {edge} ORDER BY a.at {order}, a.id {order} LIMIT %s
"""


def accesses_about(person_id: UUID, about: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[Row]:
    """Return up to `limit` readings of one application of this person's, latest first. One query."""
    key = after or before or ()
    edge = f"AND (a.at, a.id) {'>' if before else '<'} (%s, %s)" if key else ""
    rows = fetch_all(_ABOUT.format(edge=edge, order="ASC" if before else "DESC"), [person_id, about, *key, limit])
    return rows[::-1] if before else rows


def access_line(row: Row) -> dict[str, Any]:
    """Return a reading as the person sees it: who, with which role, at which agency, what, why, when."""
    id, kind, at, what, why, name, role, code, agency, about, number, impersonation_id, client_id, party, claims = row
    return {
        "id": str(id),
        "kind": "impersonation" if impersonation_id else kind,
        "application": str(about) if about else None,
        "number": number or None,
        "agency": {"code": code, "name": agency} if code else None,
        "reader": {"name": name, "role": role} if role else None,
        "client": {"id": client_id, "name": party} if client_id else None,
        "claims": claims,
        "what": what,
        "why": why or None,
        "at": localtime(at).isoformat(),
    }
