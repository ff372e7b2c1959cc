"""Staff of the platform see an account as its person does, to help: with a reason, reading only, told at once."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from oauth2_provider.models import get_access_token_model

from accounts.models import Kind, RelyingParty, User
from accounts.privacy.models import Impersonation
from accounts.queries import works_for_the_city
from services.events.operations import publish
from superapp.http.problems import Problem

LONGEST_MINUTES: Final = 30
SCOPES: Final = ("account", "applications", "notifications", "profile")


def works_here() -> Problem:
    """Return the refusal to see the account of who holds a role at an agency or on the platform."""
    detail = {
        "id": "Akun petugas tidak dapat dilihat dengan cara ini.",
        "en": "The account of staff cannot be seen in this way.",
    }
    return Problem(status=409, code="works_for_the_city", detail=detail)


@transaction.atomic
def begin_impersonation(
    *, person_id: UUID, staff_id: UUID, client_id: str, reason: str, minutes: int, now: datetime
) -> tuple[Impersonation, str]:
    """Let staff see an account for up to `LONGEST_MINUTES`, and tell the person. Return the row and the access token.

    Whatever these staff saw until now ends: they see one account at a time.

    :raises User.DoesNotExist: when there is no such person, or the account is closed.
    :raises Problem: 409 `works_for_the_city`.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id, is_active=True, kind=Kind.PERSON)
    if works_for_the_city(person.pk):
        raise works_here()
    staff = User.objects.select_for_update(no_key=True).get(pk=staff_id)
    for earlier in Impersonation.objects.select_for_update().filter(staff=staff, ended_at=None, expires_at__gt=now):
        _end(earlier, Impersonation.Ending.STAFF, now)
    token = secrets.token_urlsafe(32)
    begun = Impersonation.objects.create(
        person=person,
        staff=staff,
        reason=reason,
        began_at=now,
        expires_at=now + timedelta(minutes=min(minutes, LONGEST_MINUTES)),
        token_checksum=hashlib.sha256(token.encode()).hexdigest(),
    )
    get_access_token_model()(
        user=person,
        application=RelyingParty.objects.get(client_id=client_id),
        scope=" ".join(SCOPES),
        expires=begun.expires_at,
        token_checksum=begun.token_checksum,
    ).save()
    body = {"person": str(person.pk), "staff": staff.full_name, "until": begun.expires_at.isoformat(), "reason": reason}
    publish(topic="privacy.impersonation_began", key=begun.pk, body=body, now=now)
    return begun, token


@transaction.atomic
def end_impersonation(*, id: UUID, person_id: UUID | None = None, staff_id: UUID | None = None, now: datetime) -> None:
    """End what staff began, or what a person does not want; over already, nothing changes.

    :raises Impersonation.DoesNotExist: when it is neither this person's nor of these staff.
    """
    mine = {"person_id": person_id} if person_id else {"staff_id": staff_id}
    found = Impersonation.objects.select_for_update().get(pk=id, **mine)
    if found.ended_at is None and found.expires_at > now:
        _end(found, Impersonation.Ending.PERSON if person_id else Impersonation.Ending.STAFF, now)


def _end(found: Impersonation, ending: str, now: datetime) -> None:
    found.ended_at, found.ending = now, ending
    found.save(update_fields=["ended_at", "ending"])
    get_access_token_model().objects.filter(token_checksum=found.token_checksum).delete()
