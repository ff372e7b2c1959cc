"""Which apps and agencies' sites a person is connected to."""

from typing import Any
from uuid import UUID

from django.utils.timezone import localtime

from accounts.privacy.purposes import of_scopes
from accounts.scopes import describe
from superapp.http.sql import Row, fetch_all

# The claims that each scope can release (OpenID Connect Core, section 5.4).
_CLAIMS = {
    "openid": ("sub", "auth_time", "acr", "amr"),
    "profile": ("name", "locale"),
    "email": ("email", "email_verified"),
    "phone": ("phone_number", "phone_number_verified"),
}
_CONNECTIONS = """
SELECT c.client_id, c.name, c.agency_code, c.skip_authorization, min(a.created_at),
       greatest(max(a.created_at), max(r.used_at)), array_agg(DISTINCT s.scope)
FROM accounts_provider_authorization a
JOIN accounts_relyingparty c ON c.id = a.client_id
LEFT JOIN LATERAL unnest(a.scopes) AS s(scope) ON true
LEFT JOIN LATERAL (
    SELECT max(created) AS used_at FROM oauth2_provider_refreshtoken WHERE token_family = a.id AND user_id = a.person_id
) r ON true
WHERE a.person_id = %s AND a.ended_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > statement_timestamp())
GROUP BY c.id, c.client_id, c.name, c.agency_code, c.skip_authorization ORDER BY c.name, c.client_id
"""


def connections_of(person_id: UUID) -> list[Row]:
    """Return each client that may act or ask for this person: id, name, agency's code, whether it is the city's own,
    since when, last use, scopes. One query.
    """
    return fetch_all(_CONNECTIONS, [person_id])


def connection_line(row: Row, language: str) -> dict[str, Any]:
    """Return a connection in the person's words: what it may do, what it is told."""
    client_id, name, agency_code, own, since, last_used_at, scopes = row
    scopes = [scope for scope in scopes if scope]
    return {
        "client_id": client_id,
        "name": name,
        "agency": agency_code or None,
        "city_owned": own,
        "since": localtime(since).isoformat(),
        "last_used_at": localtime(last_used_at).isoformat(),
        "scopes": [{"scope": scope, "description": describe(scope, language)} for scope in scopes],
        "claims": [claim for scope in scopes for claim in _CLAIMS.get(scope, ())],
        "purposes": [each.code for each in of_scopes(scopes)],
    }
