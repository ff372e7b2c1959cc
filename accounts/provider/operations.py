"""Authorizations begin, are used, and end."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from accounts.models import RelyingParty
from accounts.provider.models import Authorization, AuthorizedToken, Subject
from accounts.provider.subjects import sector_of, subject_of
from accounts.provider.tokens import REFRESH_LIFETIME, checksum
from accounts.sign_in.models import SignIn
from superapp.http.batches import delete_in_batches, update_in_batches
from superapp.http.sql import fetch_all

RELEASES_KEPT: Final = timedelta(days=365)

_RELEASE = """
    INSERT INTO accounts_provider_release (authorization_id, endpoint, claims, count, first_at, latest_at)
    VALUES (%s, %s, %s, 1, %s, %s)
    ON CONFLICT (authorization_id, endpoint, claims)
    DO UPDATE SET count = accounts_provider_release.count + 1, latest_at = excluded.latest_at RETURNING id
"""


class SignedOut(Exception):
    """The sign-in ended while the person was answering."""


@transaction.atomic
def authorize(
    *, sign_in: SignIn, assurance: str, client: RelyingParty, scopes: Iterable[str], claims: Mapping[str, Any],
    code: str, now: datetime,
) -> Authorization:  # fmt: skip
    """Record what a person let a client do, on the proof of this sign-in, and by which code the client learns of it.

    `claims` is the request's `claims` parameter. The person's pairwise name is written down, so that it can be read
    backwards. The sign-in is locked, so that whoever ends it at this moment ends what it gave, too.

    :raises SignedOut: when that has just happened.
    """
    if not SignIn.objects.select_for_update(no_key=True).filter(pk=sign_in.pk, ended_at=None).exists():
        raise SignedOut
    name_at(client, sign_in.person_id)
    return Authorization.objects.create(
        id=uuid4(),
        person_id=sign_in.person_id,
        client=client,
        sign_in=sign_in,
        scopes=list(scopes),
        claims=dict(claims),
        auth_time=sign_in.proved_at,
        methods=sign_in.methods,
        assurance=assurance,
        created_at=now,
        code_checksum=checksum(code),
    )


def name_at(client: RelyingParty, person_id: UUID) -> None:
    """Write down by which pairwise name this client knows a person; where it uses none, nothing."""
    sector = sector_of(client)
    if sector is not None:
        named = Subject(subject=subject_of(person_id, client), sector=sector, person_id=person_id)
        Subject.objects.bulk_create([named], ignore_conflicts=True)


@transaction.atomic
def end_authorizations(
    *,
    person_id: UUID | None = None,
    client: RelyingParty | None = None,
    sign_in_id: UUID | None = None,
    mandate_id: UUID | None = None,
    authorization_id: UUID | None = None,
    but: Collection[UUID] = (),
    now: datetime,
) -> int:
    """End the authorizations that fit all that is given, with their codes and tokens. Return how many ended now.

    A person's are those that speak for them, and those in which they act for another. Those of the people in `but`,
    who signed in themselves, stay.

    The rows are locked first, as every use of a code or refresh token does: what such a use gave meanwhile is seen by
    the statements that delete.

    :raises ValueError: when nothing is given.
    """
    given = {"person_id": person_id, "client": client, "sign_in_id": sign_in_id, "mandate_id": mandate_id,
             "pk": authorization_id}  # fmt: skip
    if not (fitting := {name: value for name, value in given.items() if value is not None}):
        raise ValueError("say whose authorizations end")
    whose = Q(person_id=person_id) | Q(actor_id=person_id) if fitting.pop("person_id", None) else Q()
    living = Authorization.objects.filter(whose, **fitting, ended_at=None)
    living = living.exclude(Q(actor_id=None, person_id__in=but) | Q(actor_id__in=but))
    found = living.select_for_update(of=("self",)).order_by("pk")
    ended = dict(found.values_list("pk", "code_checksum"))
    if ended:
        codes = [code for code in ended.values() if code]
        Authorization.objects.filter(pk__in=ended).update(ended_at=now, used_checksum="", answer="", answered_at=None)
        get_grant_model().objects.filter(code__in=codes).delete()
        get_refresh_token_model().objects.filter(token_family__in=ended, revoked=None).update(revoked=now)
        issued = AuthorizedToken.objects.filter(authorization__in=ended)
        get_access_token_model().objects.filter(pk__in=list(issued.values_list("pk", flat=True))).delete()
    return len(ended)


def record_release(*, authorization_id: UUID, endpoint: str, claims: Iterable[str], now: datetime) -> None:
    """Record that a client was told these claims of a person (UU 27/2022, art. 31 and 32)."""
    if named := sorted(claims):
        fetch_all(_RELEASE, (authorization_id, endpoint, named, now, now))


def forget_expired(*, now: datetime) -> int:
    """Delete, in batches, codes and tokens that can no longer be used, and authorizations long over.

    Return how many rows went. An authorization stays for a year after its end, since the person may ask what a client
    was told (UU 27/2022, art. 32). A sealed answer goes with the hour.
    """
    idle = now - REFRESH_LIFETIME
    refresh, access = get_refresh_token_model().objects, get_access_token_model().objects
    over = Authorization.objects.filter(ended_at=None, created_at__lt=idle)
    living = refresh.filter(revoked=None, updated__gt=idle).values("token_family")
    stale = over.exclude(pk__in=living).exclude(access_tokens__access_token__expires__gt=now)
    update_in_batches(stale, ended_at=now)
    answered = Authorization.objects.filter(answered_at__lt=now - timedelta(hours=1)).exclude(answer="")
    update_in_batches(answered, answer="")
    return sum(
        delete_in_batches(found)
        for found in (
            get_grant_model().objects.filter(expires__lt=now),
            refresh.filter(updated__lte=idle),
            refresh.exclude(revoked=None),
            access.filter(expires__lt=now),
            get_id_token_model().objects.filter(expires__lt=idle),
            Authorization.objects.filter(ended_at__lt=now - RELEASES_KEPT),
        )
    )
