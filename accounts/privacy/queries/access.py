"""Who looked at a person's data: the city's staff, and the apps and sites that received it."""

from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from superapp.http.sql import Row, fetch_all

Key = tuple[Any, ...]

_STAFF = """
SELECT a.id, 'staff', a.at, a.what, a.why, a.reader_name, a.reader_role, a.agency_code, a.agency_name,
       a.about, a.number, a.impersonation_id, '', '', ARRAY[]::text[]
FROM accounts_privacy_dataaccess a
WHERE a.person_id = %s {edge} ORDER BY a.at {order}, a.id {order} LIMIT %s
"""


def accesses_of(person_id: UUID, *, limit: int, after: Key | None, before: Key | None) -> list[Row]:
    """Return up to `limit` readings of this person's data, latest first. One query.

    `after` and `before` are the key (at, id) of a neighbouring page's edge; one of them at most.
    """
    order = "ASC" if before else "DESC"
    sign = ">" if before else "<"
    key = after or before or ()
    edge = f"AND (a.at, a.id) {sign} (%s, %s)" if key else ""
    rows = fetch_all(_STAFF.format(edge=edge, order=order), [person_id, *key, limit])
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
