"""Who is calling the API: one prepared query per request (two where somebody else uses the account), no
object-relational mapper, no OAuth library on the path.

An ID token is not an access token: it has no row among them, so it is refused. Revocation takes effect at
once because nothing is cached.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import ClassVar, cast
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from oauth2_provider.oauth2_validators import validate_resource_as_url_prefix
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import Assurance
from superapp.http.sql import fetch_one

REALM = 'Bearer realm="api"'

_WHOSE = """
    SELECT u.id, u.full_name, u.email, u.language, u.assurance, u.is_staff,
           t.scope, c.client_id, t.resource::text, g.methods,
           (SELECT k.mandate_id FROM accounts_mandates_actingtoken k WHERE k.access_token_id = t.id),
           (SELECT i.id FROM accounts_privacy_impersonation i WHERE i.token_checksum = t.token_checksum)
    FROM oauth2_provider_accesstoken t
    JOIN accounts_relyingparty c ON c.id = t.application_id
    LEFT JOIN accounts_user u ON u.id = t.user_id
    LEFT JOIN accounts_provider_authorizedtoken d ON d.access_token_id = t.id
    LEFT JOIN accounts_provider_authorization g ON g.id = d.authorization_id
    WHERE t.token_checksum = %s AND t.expires > statement_timestamp() AND (t.user_id IS NULL OR u.is_active)
      AND c.state <> 'closed'
"""

# Few tokens are those of somebody else, so these are asked for them alone.
_ACTOR = """
    SELECT a.assurance, a.id, a.full_name, m.kind, m.services, m.expires_at
    FROM accounts_mandates_mandate m JOIN accounts_user a ON a.id = m.agent_id
    WHERE m.id = %s AND m.state = 'active' AND m.expires_at > statement_timestamp() AND a.is_active
"""

_WATCHER = """
    SELECT i.id, s.id, s.full_name, i.reason
    FROM accounts_privacy_impersonation i JOIN accounts_user s ON s.id = i.staff_id
    WHERE i.id = %s AND i.ended_at IS NULL AND i.expires_at > statement_timestamp() AND s.is_active AND s.is_staff
"""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts for the principal of a token, and by which mandate (RFC 8693, section 4.1).

    `services` are slugs or categories that the mandate covers, none for all. That the mandate holds at this moment
    was asked after the token.
    """

    id: UUID
    full_name: str
    mandate_id: UUID
    kind: str
    services: frozenset[str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Watcher:
    """Staff of the platform who see the account as its person does, to help: they read, and each reading is noted."""

    impersonation_id: UUID
    id: UUID
    full_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Principal:
    """The person a token speaks for, and how far. Stands in for `request.user` without loading a model.

    `assurance` is the lower of the two where an `actor` acts for the person. `methods` are how the person proved who
    they are when the token was authorized: `amr` (RFC 8176).
    """

    id: UUID
    full_name: str
    email: str | None
    language: str
    assurance: str
    is_staff: bool
    scopes: frozenset[str]
    client_id: str
    actor: Actor | None = None
    watcher: Watcher | None = None
    methods: frozenset[str] = frozenset()

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False

    @property
    def doer_id(self) -> UUID:
        """Return who does it: the actor where there is one, else the person."""
        return self.actor.id if self.actor else self.id

    @property
    def doer_name(self) -> str:
        """Return the name of who does it."""
        return self.actor.full_name if self.actor else self.full_name

    @property
    def pk(self) -> UUID:
        """Return the person's id, as Django's users do."""
        return self.id


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A program that speaks for itself (client credentials).

    Refused by every view that does not ask for one.
    """

    client_id: str
    scopes: frozenset[str]

    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    is_anonymous: ClassVar[bool] = False
    is_staff: ClassVar[bool] = False


def caller(request: Request) -> Principal:
    """Return the person who calls a view that `HasScopes` guards."""
    return cast(Principal, request.user)


class BearerAuthentication(BaseAuthentication):
    """Reads `Authorization: Bearer <access token>`; a bad token is refused even where a stranger would be let in."""

    def authenticate(self, request: Request) -> tuple[Principal | ServiceAccount, frozenset[str]] | None:
        """Return who is calling and the token's scopes, or None without a bearer header.

        :raises AuthenticationFailed: for a token that is malformed, unknown, expired, revoked, meant for
            another resource, or of a person no longer active.
        """
        scheme, _space, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        row = fetch_one(_WHOSE, (hashlib.sha256(token.strip().encode()).hexdigest(),))
        if row is None or not _meant_for_us(row[8], request):
            raise _refused()
        identity, full_name, email, language, assurance, is_staff, scope, client_id, _resource, methods = row[:10]
        mandate_id, impersonation_id = row[10:]
        scopes = _scopes(scope)
        if identity is None:
            return ServiceAccount(client_id=client_id, scopes=scopes), scopes
        actor, watcher = None, _watcher(impersonation_id) if impersonation_id else None
        if mandate_id:
            actor, theirs = _actor(mandate_id)
            email, is_staff, assurance = None, False, min(assurance, theirs, key=Assurance.values.index)
        told = (identity, full_name, email, language, assurance, is_staff, scopes, client_id, actor, watcher)
        return Principal(*told, methods=frozenset(methods or ())), scopes

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of RFC 6750, section 3: an error only where a token was presented."""
        if request.META.get("HTTP_AUTHORIZATION", "")[:6].lower() == "bearer":
            return f'{REALM}, error="invalid_token"'
        return REALM


def _refused() -> AuthenticationFailed:
    return AuthenticationFailed(_("The access token is invalid, expired or revoked."), "invalid_token")


def _actor(mandate_id: UUID) -> tuple[Actor, str]:
    """Return who acts by a mandate that holds at this moment, and how surely they are known."""
    row = fetch_one(_ACTOR, (mandate_id,))
    if row is None:
        raise _refused()
    assurance, identity, full_name, kind, services, expires_at = row
    return Actor(identity, full_name, mandate_id, kind, frozenset(services), expires_at), assurance


def _watcher(impersonation_id: UUID) -> Watcher:
    """Return who looks at the account at this moment."""
    row = fetch_one(_WATCHER, (impersonation_id,))
    if row is None:
        raise _refused()
    return Watcher(*row)


def _meant_for_us(resource: str, request: Request) -> bool:
    """Return whether a token bound to resources (RFC 8707) may be used here; most are not bound."""
    if resource == "[]":
        return True
    return bool(validate_resource_as_url_prefix(settings.BASE_URL + request.path, json.loads(resource)))


@lru_cache(maxsize=1024)
def _scopes(text: str) -> frozenset[str]:
    return frozenset(text.split())
