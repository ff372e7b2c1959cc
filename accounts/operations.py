"""What changes who is known: people, their addresses, and the programs that may speak for them."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q
from oauth2_provider.models import (
    clear_expired,
    get_access_token_model,
    get_grant_model,
    get_refresh_token_model,
)

from accounts.models import Assurance, RelyingParty, User
from accounts.redirects import redirect_allowed
from accounts.scopes import SCOPES


@transaction.atomic
def register_person(
    *,
    full_name: str,
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
    assurance: str = Assurance.BASIC,
    language: str = "id",
    now: datetime,
) -> User:
    """Register a person whose e-mail address and phone number (E.164) are known to be theirs.

    At least one of the two is needed. For people that the city enters itself; residents sign up through the
    pages.
    """
    user = User.objects.create_user(
        email=email,
        phone=phone,
        password=password,
        full_name=full_name,
        assurance=assurance,
        language=language,
        phone_verified_at=now if phone else None,
    )
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def update_person(*, person_id: UUID, full_name: str | None = None, language: str | None = None) -> User:
    """Change what a person may change about themselves; None leaves a value as it is."""
    user = User.objects.select_for_update().get(pk=person_id)
    if full_name is not None:
        user.full_name = full_name
    if language is not None:
        user.language = language
    user.save(update_fields=["full_name", "language"])
    return user


@transaction.atomic
def release_unproven(*, email: str | None = None, phone: str | None = None, but: UUID | None = None) -> None:
    """Free an address that somebody claimed but never proved, so that its owner can register it.

    An account that proved nothing goes altogether: its password was chosen by whoever claimed the address.
    One that proved another address only loses this one. `but` is the account that is claiming the address
    now.
    """
    claimed = Q()
    if email:
        proven = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user_id")
        claimed |= Q(email__iexact=email) & ~Q(pk__in=proven)
    if phone:
        claimed |= Q(phone=phone, phone_verified_at=None)
    if not claimed:
        return
    for user in User.objects.select_for_update().filter(claimed):
        if user.pk == but:
            continue
        _release(user, email, phone)


def _release(user: User, email: str | None, phone: str | None) -> None:
    proved_email = EmailAddress.objects.filter(user=user, verified=True).exists()
    if not proved_email and user.phone_verified_at is None and user.last_login is None:
        with suppress(ProtectedError):  # the city entered this person and keeps records of them
            user.delete()
        return
    if phone and user.phone == phone and user.phone_verified_at is None and user.email:
        user.phone = None
    if email and (user.email or "").lower() == email.lower() and user.phone:
        EmailAddress.objects.filter(user=user, email__iexact=email, verified=False).delete()
        user.email = None
    user.save(update_fields=["phone", "email"])


@transaction.atomic
def end_tokens(*, person_id: UUID, client: RelyingParty | None = None, now: datetime) -> None:
    """End what speaks for a person without them: codes, refresh and access tokens, of one client or of all.

    In this order, so that a refresh at the same moment leaves nothing alive: its new access token is seen by
    the statement that deletes, and a refresh token without one is refused.
    """
    theirs = {"user_id": person_id} | ({"application": client} if client else {})
    get_grant_model().objects.filter(**theirs).delete()
    get_refresh_token_model().objects.filter(**theirs, revoked=None).update(revoked=now)
    get_access_token_model().objects.filter(**theirs).delete()


def forget_expired_tokens() -> None:
    """Delete codes and tokens that can no longer be used.

    A rotated refresh token stays as long as a living one would, since its reuse must be noticed.
    """
    clear_expired()


def register_relying_party(
    *,
    client_id: str,
    name: str,
    scopes: Sequence[str],
    redirect_uris: Sequence[str] = (),
    post_logout_redirect_uris: Sequence[str] = (),
    client_secret: str | None = None,
    machine: bool = False,
    first_party: bool = False,
    agency_code: str = "",
) -> RelyingParty:
    """Register a client of the provider, or bring a registered one (by `client_id`) to these values.

    With a `client_secret` it is confidential, without one public. `machine` is a program that speaks for
    itself (client credentials). `first_party` is the city's own and needs no consent page.

    :raises ValidationError: for an unknown scope, a redirect address that is neither https, loopback http nor
        the app's own scheme, or a machine without a secret.
    """
    _check(scopes, [*redirect_uris, *post_logout_redirect_uris], machine=machine, client_secret=client_secret)
    values: dict[str, object] = {
        "name": name,
        "client_type": RelyingParty.CLIENT_CONFIDENTIAL if client_secret else RelyingParty.CLIENT_PUBLIC,
        "authorization_grant_type": (
            RelyingParty.GRANT_CLIENT_CREDENTIALS if machine else RelyingParty.GRANT_AUTHORIZATION_CODE
        ),
        "redirect_uris": " ".join(redirect_uris),
        "post_logout_redirect_uris": " ".join(post_logout_redirect_uris),
        "allowed_scopes": list(scopes),
        "skip_authorization": first_party,
        "algorithm": RelyingParty.NO_ALGORITHM if machine else RelyingParty.RS256_ALGORITHM,
        "agency_code": agency_code,
    }
    if client_secret:
        values["client_secret"] = client_secret
    party: RelyingParty = RelyingParty.objects.update_or_create(client_id=client_id, defaults=values)[0]
    return party


def _check(scopes: Sequence[str], uris: Sequence[str], *, machine: bool, client_secret: str | None) -> None:
    if unknown := set(scopes) - SCOPES.keys():
        raise ValidationError({"scopes": f"Unknown: {', '.join(sorted(unknown))}."})
    if machine and not client_secret:
        raise ValidationError({"client_secret": "A machine needs a secret."})
    for uri in uris:
        if not redirect_allowed(uri):
            raise ValidationError(
                {"redirect_uris": f"{uri}: use https, http on a loopback address, or the app's scheme."}
            )
