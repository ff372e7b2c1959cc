"""Reading sign-ins."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User
from accounts.sign_in.models import SignIn

SESSION_KEY = "sign_in"


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


def proved_addresses(user: User) -> dict[str, str]:
    """Return where a code may be sent that proves who the person is: `{"phone": E.164, "email": address}`."""
    found = {}
    if user.phone and user.phone_verified_at:
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
