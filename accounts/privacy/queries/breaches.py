"""Whom a breach affects, and which kinds of their data."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import Kind, RelyingParty, User
from accounts.privacy import categories
from accounts.privacy.models import Affected, Breach, DataAccess
from accounts.provider.models import Authorization, Release
from accounts.sign_in.models import SignIn

_CHUNK = 2000


def affected_in(*, since: datetime, until: datetime, client: str | None, agency: str | None) -> dict[UUID, set[str]]:
    """Return the categories of data that were within reach between the two moments, by person.

    Named `client` or `agency`: what that client or the agency's clients were told and could read, and what the
    agency's staff read. Named neither, the platform itself: all that, and the traces of signing in.
    """
    found: dict[UUID, set[str]] = defaultdict(set)
    clients = _clients(client, agency)
    told = Release.objects.filter(first_at__lte=until, latest_at__gte=since)
    given = Authorization.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), created_at__lte=until)
    if clients is not None:
        told, given = told.filter(authorization__client__in=clients), given.filter(client__in=clients)
    for person_id, claims in told.values_list("authorization__person_id", "claims").iterator(_CHUNK):
        found[person_id] |= categories.of_claims(claims)
    for person_id, scopes in given.values_list("person_id", "scopes").iterator(_CHUNK):
        found[person_id] |= categories.of_scopes(scopes)
    if client is None:
        read = DataAccess.objects.filter(at__gte=since, at__lte=until)
        if agency is not None:
            read = read.filter(agency_code=agency)
        for person_id, what in read.values_list("person_id", "what").distinct().iterator(_CHUNK):
            found[person_id] |= categories.of_reading(what)
    if client is None and agency is None:
        signed_in = SignIn.objects.filter(Q(ended_at=None) | Q(ended_at__gte=since), began_at__lte=until)
        for person_id in signed_in.values_list("person_id", flat=True).distinct().iterator(_CHUNK):
            found[person_id].add("sign_ins")
    nobody = set(User.objects.filter(kind=Kind.SYNTHETIC).values_list("pk", flat=True))
    return {person_id: held for person_id, held in found.items() if held and person_id not in nobody}


def _clients(client: str | None, agency: str | None) -> Any:
    if client is not None:
        return RelyingParty.objects.filter(client_id=client)
    return None if agency is None else RelyingParty.objects.filter(agency_code=agency)


def lines_of(breach: Breach) -> Iterator[tuple[str, str, str, str, list[str], bool]]:
    """Yield each person affected: id, name, e-mail address, phone number, categories, whether they were told."""
    rows = Affected.objects.filter(breach=breach).select_related("person").order_by("person__full_name", "person_id")
    for each in rows.iterator(_CHUNK):
        person = each.person
        told = each.notified_at is not None
        yield str(person.pk), person.full_name, person.email or "", person.phone or "", each.categories, told
