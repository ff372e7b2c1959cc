"""Beginning a sign-in, adding proofs to it, ending it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.operations import release_unproven
from accounts.queries import works_for_the_city
from accounts.sign_in.lifetimes import (
    FAILURES_JOINED,
    FAILURES_KEPT,
    FAILURES_MOST,
    HISTORY_KEPT,
    SEEN_EVERY,
    has_lapsed,
    lapsed,
)
from accounts.sign_in.models import Ending, FailedTry, PhoneChange, SignIn
from accounts.sign_in.queries import has_second_factor
from services.events.operations import publish
from superapp.http.batches import delete_in_batches


@transaction.atomic
def begin(
    *,
    person_id: UUID,
    methods: Iterable[str],
    address: str | None,
    user_agent: str,
    new_browser: bool = False,
    now: datetime,
) -> SignIn:
    """Record that a person signed in.

    A browser in which they had not, though they had elsewhere, is told as `sign_in.new_browser` (key: the sign-in's
    id; body: `{"person": ...}`), from which the person hears of it.
    """
    told = new_browser and SignIn.objects.filter(person_id=person_id).exists()
    begun = SignIn.objects.create(
        person_id=person_id,
        began_at=now,
        proved_at=now,
        seen_at=now,
        methods=sorted(set(methods)),
        address=address,
        user_agent=user_agent[:300],
        staff=works_for_the_city(person_id),
    )
    if told:
        publish(topic="sign_in.new_browser", key=begun.pk, body={"person": str(person_id)}, now=now)
    return begun


@transaction.atomic
def record_failure(*, person_id: UUID, address: str | None, user_agent: str, now: datetime) -> None:
    """Record that somebody failed to sign in to an account. However many guess, it keeps its latest lines only."""
    User.objects.select_for_update(no_key=True).filter(pk=person_id).values("pk").get()
    theirs = FailedTry.objects.filter(person_id=person_id)
    same = theirs.filter(address=address, user_agent=user_agent[:300], began_at__gt=now - FAILURES_JOINED)
    if same.update(tries=F("tries") + 1, latest_at=now):
        return
    FailedTry.objects.create(
        person_id=person_id, began_at=now, latest_at=now, address=address, user_agent=user_agent[:300]
    )
    theirs.filter(
        pk__in=list(theirs.order_by("-began_at", "-pk").values_list("pk", flat=True)[FAILURES_MOST:])
    ).delete()


@transaction.atomic
def prove(*, sign_in_id: UUID, methods: Iterable[str], now: datetime) -> None:
    """Record that the person proved anew who they are. An ended sign-in stays as it was."""
    sign_in = SignIn.objects.select_for_update(no_key=True).filter(pk=sign_in_id, ended_at=None).first()
    if sign_in is None:
        return
    sign_in.methods = sorted({*sign_in.methods, *methods})
    sign_in.proved_at = now
    sign_in.save(update_fields=["methods", "proved_at"])


def see(*, person_id: UUID, sign_in_id: UUID | None, now: datetime) -> SignIn | None:
    """Return the sign-in that a browser comes with, noting that it was seen; None when it is over.

    One query for most pages; another one or three every `SEEN_EVERY`, when it is also asked whether the person
    works for the city by now. One that ran out is ended here, so that the relying parties hear of it at once.
    """
    found = SignIn.objects.filter(pk=sign_in_id, person_id=person_id, ended_at=None).first() if sign_in_id else None
    if found is None:
        return None
    away = now - found.seen_at
    if away >= SEEN_EVERY:
        found.staff = works_for_the_city(person_id)
    if has_lapsed(staff=found.staff, away=away, age=now - found.began_at):
        end(person_id=person_id, sign_in_id=found.pk, ending=Ending.EXPIRED, now=now)
        return None
    if away >= SEEN_EVERY:
        found.seen_at = now
        SignIn.objects.filter(pk=found.pk, ended_at=None).update(seen_at=now, staff=found.staff)
    return found


@transaction.atomic
def end(*, person_id: UUID, sign_in_id: UUID | None = None, but: UUID | None = None, ending: str, now: datetime) -> int:
    """End one sign-in of a person, or all that last except `but`. Return how many ended now.

    Each is told as `session.ended` (key: the sign-in's id; body: `{"person": ..., "ending": ...}`), from which
    the relying parties hear of it. What clients got by a sign-in ends with it, unless it only ran out.
    """
    theirs = SignIn.objects.filter(person_id=person_id, ended_at=None)
    if sign_in_id is not None:
        theirs = theirs.filter(pk=sign_in_id)
    if but is not None:
        theirs = theirs.exclude(pk=but)
    return _end(theirs.select_for_update(no_key=True), ending, now)


def end_authorizations(*, person_id: UUID | None = None, sign_in_id: UUID | None = None, now: datetime) -> None:
    """End the codes and tokens that clients hold of a person, or by one sign-in, in the same transaction.

    The provider lies above this part, so the settings name the operation that does it.
    """
    import_string(settings.END_AUTHORIZATIONS)(person_id=person_id, sign_in_id=sign_in_id, now=now)


@transaction.atomic
def add_authenticator_app(*, person_id: UUID, secret: str) -> bool:
    """Give the person an authenticator app with this key (Base32) as their first second factor, and recovery codes.
    False when they have a second factor.
    """
    user = _without_second_factor(person_id)
    if user is not None:
        TOTP.activate(user, secret)
    return user is not None


@transaction.atomic
def add_passkey(*, person_id: UUID, name: str, credential: dict[str, Any]) -> bool:
    """Give the person a passkey (what the browser made, verified) likewise."""
    user = _without_second_factor(person_id)
    if user is not None:
        WebAuthn.add(user, name, credential)
    return user is not None


def _without_second_factor(person_id: UUID) -> User | None:
    """Return the person, locked and with recovery codes, who has no second factor; None for who has one."""
    user = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if has_second_factor(person_id):
        return None
    if not Authenticator.objects.filter(user_id=person_id, type=Authenticator.Type.RECOVERY_CODES).exists():
        RecoveryCodes.activate(user)
    return user


@transaction.atomic
def deactivate(*, person_id: UUID, now: datetime) -> None:
    """Close an account to whoever holds its password: its tokens and sign-ins end at once."""
    User.objects.filter(pk=person_id).update(is_active=False)
    end(person_id=person_id, ending=Ending.DEACTIVATED, now=now)
    end_authorizations(person_id=person_id, now=now)


@transaction.atomic
def end_lapsed(*, now: datetime, limit: int = 500) -> int:
    """End up to `limit` sign-ins that ran out, or whose person is no longer active. Return how many."""
    living = SignIn.objects.filter(ended_at=None).select_for_update(skip_locked=True, no_key=True, of=("self",))
    closed = _end(living.filter(person__is_active=False), Ending.DEACTIVATED, now, limit)
    return closed + _end(living.filter(lapsed(now)), Ending.EXPIRED, now, limit)


def forget_old(*, now: datetime, limit: int = 1000) -> int:
    """Delete up to `limit` sign-ins that are over, and as many failed tries, that are older than the history that is
    kept. Return how many.
    """
    failures = FailedTry.objects.filter(began_at__lt=now - FAILURES_KEPT).order_by("began_at")
    delete_in_batches(PhoneChange.objects.filter(changed_at__lt=now - HISTORY_KEPT))
    gone = FailedTry.objects.filter(pk__in=list(failures.values_list("pk", flat=True)[:limit])).delete()[0]
    old = SignIn.objects.filter(began_at__lt=now - HISTORY_KEPT).exclude(ended_at=None)
    pks = list(old.order_by("began_at").values_list("pk", flat=True)[:limit])
    return gone + SignIn.objects.filter(pk__in=pks).delete()[0]


def _end(living: QuerySet[SignIn], ending: str, now: datetime, limit: int | None = None) -> int:
    ended = list(living.order_by("pk").values_list("pk", "person_id")[:limit])
    SignIn.objects.filter(pk__in=[pk for pk, _person in ended]).update(ended_at=now, ending=ending)
    for pk, person_id in ended:
        if ending != Ending.EXPIRED:
            end_authorizations(sign_in_id=pk, now=now)
        publish(topic="session.ended", key=pk, body={"person": str(person_id), "ending": ending}, now=now)
    return len(ended)


@transaction.atomic
def set_phone(*, user: User, phone: str, verified: bool, now: datetime) -> None:
    """Give the person this number. One that replaces a proved number cools down, and the old contact is told
    (`account.phone_changed`, key: the change's id).
    """
    held = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if verified and held.phone_verified_at and held.phone and held.phone != phone:
        change = PhoneChange.objects.create(
            person=held,
            previous=held.phone,
            previous_verified_at=held.phone_verified_at,
            current=phone,
            changed_at=now,
            cools_until=now + settings.PHONE_COOLING,
        )
        publish(topic="account.phone_changed", key=change.pk, body={"person": str(user.pk)}, now=now)
    user.phone, user.phone_verified_at = phone, now if verified else None
    user.save(update_fields=["phone", "phone_verified_at"])


def renew_phone(*, person_id: UUID, phone: str, now: datetime) -> None:
    """Record that the person still holds the number: they signed in with it."""
    User.objects.filter(pk=person_id, phone=phone, phone_verified_at__isnull=False).update(phone_verified_at=now)


@transaction.atomic
def stop_phone_change(*, change_id: UUID, now: datetime) -> None:
    """Undo a change of number that the old contact did not want, and those that followed it: the old number is back,
    and every sign-in and token ends, for whoever changed it had one. A second time changes nothing.

    The old number may have been given to somebody else who now presses the link, so it is not enough by itself until
    it was used beside another proof.
    """
    change = PhoneChange.objects.select_for_update().get(pk=change_id)
    if change.stopped_at is not None:
        return
    later = PhoneChange.objects.filter(person_id=change.person_id, changed_at__gte=change.changed_at, stopped_at=None)
    later.update(stopped_at=now)
    # First, for whoever refreshes has the authorization and then looks at the person, whose key columns change below.
    end(person_id=change.person_id, ending=Ending.NOT_ME, now=now)
    end_authorizations(person_id=change.person_id, now=now)
    release_unproven(phone=change.previous, but=change.person_id)
    theirs = User.objects.filter(pk=change.person_id)
    if User.objects.filter(phone=change.previous).exclude(pk=change.person_id).exists():
        theirs.update(phone_verified_at=None)  # somebody else proved the old number since
    else:
        theirs.update(phone=change.previous, phone_verified_at=change.previous_verified_at)
