"""Reading sign-ins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.models import PhoneChange, SignIn

SESSION_KEY = "sign_in"
_STOP = "accounts.sign_in.phone-change"


def current_id(request: HttpRequest) -> UUID | None:
    """Return the id of the sign-in that this browser's session belongs to; it may have ended meanwhile."""
    kept = request.session.get(SESSION_KEY)
    return UUID(kept) if kept else None


def current(request: HttpRequest) -> SignIn | None:
    """Return this browser's sign-in while it lasts."""
    kept = current_id(request)
    return SignIn.objects.filter(pk=kept, ended_at=None).first() if kept else None


def current_id_of(request: HttpRequest | None, person_id: UUID) -> UUID | None:
    """Return the id of this browser's sign-in if it is that person's; None for a stranger's browser."""
    if request is None or not request.user.is_authenticated or request.user.pk != person_id:
        return None
    return current_id(request)


def has_second_factor(person_id: UUID) -> bool:
    """Return whether the person has a passkey or an authenticator app. Recovery codes alone are none. One query."""
    factors = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=factors).exists())


def phone_suffices(user: User, *, now: datetime) -> bool:
    """Return whether a code to the person's number proves by itself who they are.

    Numbers are given to others after a while without use, so the trust in one ages; and one that has just replaced
    another cools down first, while the old contact can say that it was somebody else. One that came back in this
    way waits for another proof.
    """
    if not user.phone or user.phone_verified_at is None or now - user.phone_verified_at > settings.PHONE_TRUST:
        return False
    cooling = Q(current=user.phone, cools_until__gt=now, stopped_at=None)
    disputed = Q(previous=user.phone, stopped_at__gt=user.phone_verified_at)
    return not PhoneChange.objects.filter(cooling | disputed, person=user).exists()


def phone_cools_until(person_id: UUID, *, now: datetime) -> datetime | None:
    """Return until when the person's number is too new for steps that cannot be undone; None when it is not."""
    cooling = PhoneChange.objects.filter(person_id=person_id, cools_until__gt=now, stopped_at=None)
    return cooling.order_by("-cools_until").values_list("cools_until", flat=True).first()


def proved_addresses(user: User, *, now: datetime) -> dict[str, str]:
    """Return where a code may be sent that proves who the person is: `{"phone": E.164, "email": address}`."""
    found = {}
    if user.phone and phone_suffices(user, now=now):
        found["phone"] = user.phone
    proved = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk").first()
    if proved is not None:
        found["email"] = proved.email
    return found


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner knows it."""

    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Means:
    """By what a person can sign in. `recovery_codes` are those left; None when there never were any."""

    password: bool
    passkeys: tuple[Passkey, ...]
    app_added_at: datetime | None
    recovery_codes: int | None
    changed_at: datetime | None


def means_of(user: User) -> Means:
    """Return by what a person can sign in, and when the second factors were changed last. One query."""
    held = list(Authenticator.objects.filter(user_id=user.pk).order_by("created_at", "pk"))
    app = next((each for each in held if each.type == Authenticator.Type.TOTP), None)
    codes = next((each for each in held if each.type == Authenticator.Type.RECOVERY_CODES), None)
    passkeys = (each for each in held if each.type == Authenticator.Type.WEBAUTHN)
    return Means(
        password=user.has_usable_password(),
        passkeys=tuple(Passkey(each.pk, each.wrap().name, each.created_at, each.last_used_at) for each in passkeys),
        app_added_at=app.created_at if app else None,
        recovery_codes=len(codes.wrap().get_unused_codes()) if codes else None,
        changed_at=max((each.created_at for each in held), default=None),
    )


def stop_token(change: PhoneChange) -> str:
    """Return what the link to the old contact carries."""
    return signing.dumps(str(change.pk), salt=_STOP)


def stoppable_phone_change(token: str, *, now: datetime) -> PhoneChange | None:
    """Return the change of number that this link may stop, or stopped; None once the new number has cooled down."""
    try:
        change_id = signing.loads(token, salt=_STOP)
    except signing.BadSignature:
        return None
    return PhoneChange.objects.filter(pk=change_id, cools_until__gt=now).first()
