"""Signing out from afar, and "this was not me"."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from accounts.provider.models import Authorization
from accounts.provider.operations import end_authorizations
from accounts.sign_in import operations
from accounts.sign_in.models import Ending, SignIn
from services.events.operations import publish


@transaction.atomic
def sign_out(*, person_id: UUID, sign_in_id: UUID, now: datetime) -> None:
    """End one sign-in of a person and what clients got by it. One that has ended stays as it was.

    :raises SignIn.DoesNotExist: when it is not theirs.
    """
    SignIn.objects.get(pk=sign_in_id, person_id=person_id)
    operations.end(person_id=person_id, sign_in_id=sign_in_id, ending=Ending.REMOTE, now=now)
    end_authorizations(sign_in_id=sign_in_id, now=now)  # one that only ran out has left its clients their tokens


@transaction.atomic
def sign_out_others(*, person_id: UUID, but: UUID | None, family: UUID | None = None, now: datetime) -> int:
    """End all sign-ins of a person except `but`, the one that asks, and what clients got by them.

    `family` is the authorization of the token that asks, which stays. Return how many sign-ins ended now.
    """
    ended = operations.end(person_id=person_id, but=but, ending=Ending.REMOTE, now=now)
    _end(_living(person_id).exclude(sign_in_id=but).exclude(pk__in=[family] if family else []), now)
    return ended


@transaction.atomic
def disown(
    *, person_id: UUID, sign_in_id: UUID, but: UUID | None = None, family: UUID | None = None, now: datetime
) -> None:
    """Take a person's word that a sign-in was not theirs: whoever it was loses all that they may have got.

    Every sign-in ends but the one that asks, every token but those of the `family` that asks; the password, which
    may be known, opens nothing any more, so that the next sign-in takes a code or a passkey and sets a new one. Told
    as `sign_in.not_me` (key: the sign-in's id; body: `{"person": ...}`), from which the person is told what to
    check. Said again, it changes nothing: a password set meanwhile stays.

    :raises SignIn.DoesNotExist: when it is not theirs.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=person_id)
    told = SignIn.objects.select_for_update(no_key=True).get(pk=sign_in_id, person_id=person_id)
    if told.ending == Ending.NOT_ME:
        return
    operations.end(person_id=person_id, sign_in_id=sign_in_id, ending=Ending.NOT_ME, now=now)
    SignIn.objects.filter(pk=sign_in_id).update(ending=Ending.NOT_ME)  # also where it had ended in another way
    operations.end(person_id=person_id, but=but, ending=Ending.REMOTE, now=now)
    _end(_living(person_id).exclude(pk__in=[family] if family else []), now)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    publish(topic="sign_in.not_me", key=sign_in_id, body={"person": str(person_id)}, now=now)


def _living(person_id: UUID) -> QuerySet[Authorization]:
    return Authorization.objects.filter(person_id=person_id, ended_at=None)


def _end(found: QuerySet[Authorization], now: datetime) -> None:
    for each in found.order_by("pk").values_list("pk", flat=True):
        end_authorizations(authorization_id=each, now=now)
