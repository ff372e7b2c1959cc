"""Reading an agency's clients. Nobody sees another agency's."""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import RelyingParty, User
from accounts.provider.models import ScopePurpose
from services.connectors.models import Change, Registration, SelfTest
from services.connectors.self_test import CHECKS
from superapp.http.pagination import Key, rows_of

LONGEST_RUN: Final = timedelta(minutes=11)  # room for a second try when the first worker died
LISTS: Final = ("redirect_uris", "post_logout_redirect_uris")
PLAIN: Final = ("backchannel_logout_uri", "jwks", "jwks_uri")


def registrations_of(agency_ids: Collection[UUID]) -> QuerySet[Registration]:
    """Return the clients of these agencies, with what a page of them shows."""
    return Registration.objects.filter(agency_id__in=agency_ids).select_related("client", "agency")


def registration_of(client_id: UUID, agency_ids: Collection[UUID]) -> Registration:
    """Return one client of these agencies.

    :raises Registration.DoesNotExist: when there is none there.
    """
    return registrations_of(agency_ids).get(pk=client_id)


def page_of_registrations(
    agency_ids: Collection[UUID], *, limit: int, after: Key | None = None, before: Key | None = None
) -> list[Registration]:
    """Return clients of these agencies, latest first, from a place in the list."""
    return rows_of(registrations_of(agency_ids), "registered_at", limit=limit, after=after, before=before)


def history_of(
    registration: Registration, *, limit: int, after: Key | None = None, before: Key | None = None
) -> list[Change]:
    """Return what was done to a client, latest first, from a place in the list."""
    changes = Change.objects.filter(registration=registration)
    return rows_of(changes, "at", limit=limit, after=after, before=before)


def testers_of(registration: Registration) -> list[User]:
    """Return who may sign in to a client while it is in its sandbox, by name."""
    people = User.objects.filter(pk__in=registration.client.testers).only("pk", "full_name")
    return list(people.order_by("full_name", "pk"))


def latest_self_test(client_id: UUID) -> SelfTest | None:
    """Return the self-test of a client that was asked for last."""
    return SelfTest.objects.filter(client_id=client_id).order_by("-begun_at", "-pk").first()


def state_of(test: SelfTest, now: datetime) -> str:
    """Return `waiting`, `running`, `passed`, `failed`, or `lost` when its worker never came back."""
    if test.finished_at:
        return "passed" if test.passed else "failed"
    if test.begun_at + LONGEST_RUN <= now:
        return "lost"
    return "running" if test.claimed_at else "waiting"


def is_ready(registration: Registration, test: SelfTest | None) -> bool:
    """Return whether the latest self-test is green and whole, and of the addresses and keys that stand now."""
    if test is None or not test.passed or test.settings_tested != mark_of(registration):
        return False
    return {each["id"] for each in test.checks} >= set(CHECKS)


def described(registration: Registration) -> dict[str, Any]:
    """Return what an admin may set, as it stands. Two queries at most."""
    client: RelyingParty = registration.client
    return {
        "name": client.name,
        "contact_email": registration.contact_email,
        "purposes": purposes_of(client),
        **addresses_of(registration),
    }


def addresses_of(registration: Registration) -> dict[str, Any]:
    """Return the addresses and keys of a client: what a self-test tries, and a change of which needs another."""
    client = registration.client
    return {
        **{name: getattr(client, name).split() for name in LISTS},
        **{name: getattr(client, name) for name in PLAIN},
        "auth_method": client.token_endpoint_auth_method,
        "login_uri": registration.login_uri,
        "session_uri": registration.session_uri,
    }


def mark_of(registration: Registration) -> str:
    """Return the SHA-256 (hex) of the addresses and keys of a client."""
    return hashlib.sha256(json.dumps(addresses_of(registration), sort_keys=True).encode()).hexdigest()


def purposes_of(client: RelyingParty) -> list[dict[str, Any]]:
    """Return for what a client wants each of its scopes: `{"scope", "purpose", "basis", "version"}`."""
    found = ScopePurpose.objects.filter(client=client, scope__in=client.allowed_scopes).order_by("scope")
    return [dict(each) for each in found.values("scope", "purpose", "basis", "version")]
