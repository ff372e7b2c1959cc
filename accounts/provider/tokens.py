"""Codes and tokens at rest: found, given and exchanged in one statement each.

Only hashes are kept. A refresh token names its family under a seal, so that one used before is known without a row of
its own: however often a family refreshes, it has one refresh token and one access token.

The authorization's row is locked before anything of its family changes, in refreshing as in ending: whoever comes
second sees all that the first did.
"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

from django.conf import settings
from psycopg.types.json import Jsonb

from accounts.models import User
from superapp.http.sql import fetch_all, fetch_one

REFRESH_LIFETIME: Final = cast(timedelta, settings.OAUTH2_PROVIDER["REFRESH_TOKEN_EXPIRE_SECONDS"])
_SEAL: Final = 16

_AUTHORIZATION = """a.id, a.person_id, a.actor_id, a.client_id, a.sign_in_id, a.scopes, a.claims::text, a.auth_time,
       a.methods, a.assurance, u.full_name, u.email, u.phone, u.phone_verified_at, u.language, u.is_active"""
_LASTS = "a.ended_at IS NULL AND (a.expires_at IS NULL OR a.expires_at > %s)"

_CODE = f"""
    SELECT {_AUTHORIZATION}, g.id, g.redirect_uri, g.scope, g.code_challenge, g.code_challenge_method, g.nonce,
           g.resource::text
    FROM oauth2_provider_grant g
    JOIN accounts_provider_authorization a ON a.code_checksum = g.code
    JOIN accounts_user u ON u.id = a.person_id
    WHERE g.code = %s AND g.expires > %s AND {_LASTS}
    FOR UPDATE OF a, g
"""  # noqa: S608 - constants of this module
_REFRESH = f"""
    SELECT {_AUTHORIZATION}, r.id, r.resource::text
    FROM oauth2_provider_refreshtoken r
    JOIN accounts_provider_authorization a ON a.id = r.token_family
    JOIN accounts_user u ON u.id = a.person_id
    WHERE r.token_checksum = %s AND r.revoked IS NULL AND r.updated > %s AND {_LASTS}
    FOR UPDATE OF a, r
"""  # noqa: S608
_ACCESS = f"""
    SELECT {_AUTHORIZATION}, t.scope, t.resource::text
    FROM oauth2_provider_accesstoken t
    JOIN accounts_provider_authorizedtoken i ON i.access_token_id = t.id
    JOIN accounts_provider_authorization a ON a.id = i.authorization_id
    JOIN accounts_user u ON u.id = a.person_id
    WHERE t.token_checksum = %s AND t.expires > %s AND {_LASTS}
"""  # noqa: S608
_USED = """
    SELECT a.ended_at IS NULL AND u.is_active, a.used_checksum, a.answer, a.answered_at, a.client_id, a.person_id,
           a.actor_id
    FROM accounts_provider_authorization a JOIN accounts_user u ON u.id = a.person_id
    WHERE a.id = %s FOR UPDATE OF a
"""
_OFFICE = """
    SELECT coalesce(a.actor_id, a.person_id), a.sign_in_id
    FROM oauth2_provider_refreshtoken r
    JOIN accounts_provider_authorization a ON a.id = r.token_family
    JOIN accounts_user u ON u.id = a.person_id
    WHERE r.token_checksum = %s AND r.revoked IS NULL AND a.client_id = %s AND a.ended_at IS NULL AND u.is_active
      AND 'office' = ANY(a.scopes)
"""
_FAMILY_OF_CODE = "SELECT id FROM accounts_provider_authorization WHERE code_checksum = %s AND client_id = %s"

_NEW_ACCESS = """
    access AS (
        INSERT INTO oauth2_provider_accesstoken
            (user_id, token, token_checksum, application_id, expires, scope, resource, created, updated)
        VALUES (%s, '', %s, %s, %s, %s, %s, %s, %s) RETURNING id
    ), issued AS (
        INSERT INTO accounts_provider_authorizedtoken (access_token_id, authorization_id) SELECT id, %s FROM access
    )"""
_EXCHANGE = f"""
    WITH spent AS (DELETE FROM oauth2_provider_grant WHERE id = %s), {_NEW_ACCESS}
    INSERT INTO oauth2_provider_refreshtoken
        (user_id, token, token_checksum, application_id, access_token_id, token_family, resource, created, updated)
    SELECT %s, '', %s, %s, access.id, %s, %s, %s, %s FROM access RETURNING id
"""  # noqa: S608
_ROTATE = f"""
    WITH earlier AS (
        DELETE FROM accounts_provider_authorizedtoken WHERE authorization_id = %s RETURNING access_token_id
    ), dead AS (
        DELETE FROM oauth2_provider_accesstoken WHERE id IN (SELECT access_token_id FROM earlier)
    ), answered AS (
        UPDATE accounts_provider_authorization SET used_checksum = %s, answer = %s, answered_at = %s WHERE id = %s
    ), {_NEW_ACCESS}
    UPDATE oauth2_provider_refreshtoken SET token_checksum = %s, access_token_id = access.id, created = %s, updated = %s
    FROM access WHERE oauth2_provider_refreshtoken.id = %s RETURNING access.id
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Granted:
    """An authorization that lasts, with its person, as a code, refresh or access token leads to it.

    `person` holds only the columns that tokens and claims need; do not save it. `row` is the id of the code or the
    refresh token, `resource` what it is bound to (RFC 8707), `scopes` what it covers.
    """

    id: UUID
    person: User
    actor_id: UUID | None
    client_id: UUID
    sign_in_id: UUID | None
    scopes: tuple[str, ...]
    claims: dict[str, Any]
    auth_time: datetime
    methods: tuple[str, ...]
    assurance: str
    row: int
    resource: list[str]
    redirect_uri: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""
    nonce: str = ""

    @property
    def person_id(self) -> UUID:
        """Return whom it speaks for."""
        return self.person.pk


@dataclass(frozen=True, slots=True)
class Used:
    """The family of a refresh token that is not its living one."""

    id: UUID
    lasts: bool
    used_checksum: str
    answer: str
    answered_at: datetime | None
    client_id: UUID
    person_id: UUID
    actor_id: UUID | None


def checksum(secret: str) -> str:
    """Return what is kept of a code or token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_refresh_token(family: UUID) -> str:
    """Return a refresh token that names its family: id, 32 random bytes, seal."""
    named = family.bytes + secrets.token_bytes(32)
    return base64.urlsafe_b64encode(named + _seal(named)).decode()


def family_of(refresh_token: str) -> UUID | None:
    """Return the family that this token was made for, or None when it was not made here."""
    try:
        made = base64.urlsafe_b64decode(refresh_token)
    except ValueError:
        return None
    named, seal = made[:-_SEAL], made[-_SEAL:]
    return UUID(bytes=named[:16]) if len(named) == 48 and hmac.compare_digest(seal, _seal(named)) else None


def _seal(named: bytes) -> bytes:
    return hmac.new(settings.HASHING_KEY.encode(), b"refresh\0" + named, hashlib.sha256).digest()[:_SEAL]


def find_code(code: str, *, now: datetime) -> Granted | None:
    """Return what a living code stands for; others who bring it wait until this transaction is over."""
    row = fetch_one(_CODE, (checksum(code), now, now))
    if row is None:
        return None
    pk, redirect_uri, scope, challenge, method, nonce, resource = row[16:]
    granted = _granted(row, row_id=pk, scope=scope, resource=resource)
    return _with_request(granted, redirect_uri, challenge, method, nonce)


def find_refresh(token: str, *, now: datetime) -> Granted | None:
    """Return what a living refresh token stands for; others who bring it wait until this transaction is over."""
    row = fetch_one(_REFRESH, (checksum(token), now - REFRESH_LIFETIME, now))
    return None if row is None else _granted(row, row_id=row[16], scope=None, resource=row[17])


def find_access(token: str, *, now: datetime) -> Granted | None:
    """Return what a living access token of a person stands for."""
    row = fetch_one(_ACCESS, (checksum(token), now, now))
    return None if row is None else _granted(row, row_id=0, scope=row[16], resource=row[17])


def find_used(token: str) -> Used | None:
    """Return the family of a refresh token that is no longer its living one, locked; None for an unknown token."""
    family = family_of(token)
    row = None if family is None else fetch_one(_USED, (family,))
    return None if family is None or row is None else Used(family, *row)


def office_of(token: str, client_id: UUID) -> tuple[UUID, UUID | None] | None:
    """Return who works in an agency's office by this living refresh token of this client, and by which sign-in; nothing
    is locked.
    """
    row = fetch_one(_OFFICE, (checksum(token), client_id))
    return None if row is None else (row[0], row[1])


def family_of_spent_code(code: str, client_id: UUID) -> UUID | None:
    """Return the authorization that began with this code of this client."""
    row = fetch_one(_FAMILY_OF_CODE, (checksum(code), client_id))
    return None if row is None else row[0]


def _granted(row: tuple[Any, ...], *, row_id: int, scope: str | None, resource: str) -> Granted:
    person = User(
        id=row[1], full_name=row[10], email=row[11], phone=row[12], phone_verified_at=row[13], language=row[14],
        is_active=row[15],
    )  # fmt: skip
    scopes = tuple(row[5]) if scope is None else tuple(scope.split())
    return Granted(
        id=row[0], person=person, actor_id=row[2], client_id=row[3], sign_in_id=row[4], scopes=scopes,
        claims=json.loads(row[6]), auth_time=row[7], methods=tuple(row[8]), assurance=row[9], row=row_id,
        resource=json.loads(resource),
    )  # fmt: skip


def _with_request(granted: Granted, redirect_uri: str, challenge: str, method: str, nonce: str) -> Granted:
    values = {name: getattr(granted, name) for name in Granted.__slots__}
    return Granted(
        **values | {"redirect_uri": redirect_uri, "code_challenge": challenge, "code_challenge_method": method,
                    "nonce": nonce}
    )  # fmt: skip


def exchange_code(
    granted: Granted, *, access: str, refresh: str, scope: str, resource: list[str], expires: datetime, now: datetime
) -> None:
    """Put the first access and refresh token in the place of a code."""
    fetch_all(
        _EXCHANGE,
        (
            granted.row, *_access_values(granted, access, scope, resource, expires, now),
            granted.person.pk, checksum(refresh), granted.client_id, granted.id, Jsonb(resource), now, now,
        ),
    )  # fmt: skip


def rotate(
    granted: Granted, *, used: str, answer: str, access: str, refresh: str, scope: str, resource: list[str],
    expires: datetime, now: datetime,
) -> None:  # fmt: skip
    """Put a new access and refresh token in the place of the family's, and keep the sealed answer to `used`."""
    fetch_all(
        _ROTATE,
        (
            granted.id, checksum(used), answer, now, granted.id,
            *_access_values(granted, access, scope, resource, expires, now),
            checksum(refresh), now, now, granted.row,
        ),
    )  # fmt: skip


def _access_values(
    granted: Granted, access: str, scope: str, resource: list[str], expires: datetime, now: datetime
) -> tuple[Any, ...]:
    person, client = granted.person.pk, granted.client_id
    return person, checksum(access), client, expires, scope, Jsonb(resource), now, now, granted.id
