"""Beginning a sign-in, adding proofs to it, ending it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.sign_in.models import Ending, SignIn
from services.events.operations import publish


def begin(*, person_id: UUID, methods: Iterable[str], address: str | None, user_agent: str, now: datetime) -> SignIn:
    """Record that a person signed in."""
    return SignIn.objects.create(
        person_id=person_id,
        began_at=now,
        proved_at=now,
        seen_at=now,
        methods=sorted(set(methods)),
        address=address,
        user_agent=user_agent[:300],
    )


@transaction.atomic
def prove(*, sign_in_id: UUID, methods: Iterable[str], now: datetime) -> None:
    """Record that the person proved anew who they are. An ended sign-in stays as it was."""
    sign_in = SignIn.objects.select_for_update().filter(pk=sign_in_id, ended_at=None).first()
    if sign_in is None:
        return
    sign_in.methods = sorted({*sign_in.methods, *methods})
    sign_in.proved_at = now
    sign_in.save(update_fields=["methods", "proved_at"])


@transaction.atomic
def end(*, person_id: UUID, sign_in_id: UUID | None = None, ending: str, now: datetime) -> int:
    """End one sign-in of a person, or all that last. Return how many ended now.

    Each is told as `session.ended` (key: the sign-in's id; body: `{"person": ..., "ending": ...}`), from which
    the relying parties hear of it. What clients got by a sign-in ends with it, unless it only ran out.
    """
    theirs = SignIn.objects.filter(person_id=person_id, ended_at=None)
    if sign_in_id is not None:
        theirs = theirs.filter(pk=sign_in_id)
    ended = list(theirs.select_for_update().order_by("pk").values_list("pk", flat=True))
    SignIn.objects.filter(pk__in=ended).update(ended_at=now, ending=ending)
    for each in ended:
        if ending != Ending.EXPIRED:
            end_authorizations(sign_in_id=each, now=now)
        publish(topic="session.ended", key=each, body={"person": str(person_id), "ending": ending}, now=now)
    return len(ended)


def end_authorizations(*, person_id: UUID | None = None, sign_in_id: UUID | None = None, now: datetime) -> None:
    """End the codes and tokens that clients hold of a person, or by one sign-in, in the same transaction.

    The provider lies above this part, so the settings name the operation that does it.
    """
    import_string(settings.END_AUTHORIZATIONS)(person_id=person_id, sign_in_id=sign_in_id, now=now)


@transaction.atomic
def add_authenticator_app(*, person_id: UUID, secret: str) -> bool:
    """Give the person an authenticator app with this key (Base32) and recovery codes. False when they have one."""
    user = User.objects.select_for_update().get(pk=person_id)
    held = set(Authenticator.objects.filter(user_id=person_id).values_list("type", flat=True))
    if Authenticator.Type.TOTP in held:
        return False
    TOTP.activate(user, secret)
    if Authenticator.Type.RECOVERY_CODES not in held:
        RecoveryCodes.activate(user)
    return True
