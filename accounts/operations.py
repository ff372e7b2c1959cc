"""What changes who is known: people, their addresses, and the programs that may speak for them."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError, Q

from accounts.models import Assurance, ClientAuthentication, Kind, RelyingParty, User
from accounts.registration import check_addresses, check_credentials, check_redirects, default_method
from superapp.http.problems import FieldError, Problem


@transaction.atomic
def register_person(
    *,
    full_name: str,
    email: str | None = None,
    phone: str | None = None,
    password: str | None = None,
    assurance: str = Assurance.BASIC,
    language: str = "id",
    kind: Kind = Kind.PERSON,
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
        kind=kind,
        assurance=assurance,
        language=language,
        phone_verified_at=now if phone else None,
    )
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def name_is_proved() -> Problem:
    """Return the refusal to change a name that was compared with the population registry: that is a correction."""
    detail = {
        "id": "Nama ini sudah dibuktikan. Bila salah, mintalah pembetulan di me/data-requests/.",
        "en": "This name was proved. If it is wrong, ask for its correction at me/data-requests/.",
    }
    return Problem(
        status=409, code="name_is_proved", detail=detail, errors=[FieldError("/full_name", "name_is_proved", detail)]
    )


@transaction.atomic
def set_platform_staff(*, email: str, staff: bool) -> User:
    """Make the person with this proved e-mail address staff of the platform, or no longer. They need a second factor.

    :raises User.DoesNotExist: when nobody has proved this address.
    """
    proved = EmailAddress.objects.filter(email__iexact=email, verified=True).values("user_id")
    user = User.objects.select_for_update(no_key=True).get(pk__in=proved, is_active=True)
    user.is_staff = staff
    user.save(update_fields=["is_staff"])
    return user


@transaction.atomic
def update_person(*, person_id: UUID, full_name: str | None = None, language: str | None = None) -> User:
    """Change what a person may change about themselves; None leaves a value as it is.

    :raises Problem: 409 `name_is_proved`, for another name than the one that was proved.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if full_name not in (None, user.full_name) and Assurance(user.assurance).covers(Assurance.VERIFIED):
        raise name_is_proved()
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
    for user in User.objects.select_for_update().filter(claimed):  # some are deleted
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
    auth_method: str | None = None,
    jwks: dict[str, Any] | None = None,
    jwks_uri: str = "",
    resources: Sequence[str] = (),
    backchannel_logout_uri: str = "",
    backchannel_logout_session_required: bool = True,
) -> RelyingParty:
    """Register a client of the provider, or bring a registered one (by `client_id`) to these values.

    With a `client_secret`, or public keys (`jwks`, a JWK Set, or `jwks_uri`), it is confidential, without either
    public. `auth_method` is how it proves itself (`ClientAuthentication`; left out: by key when it has keys, else by
    secret in either place). `machine` is a program that speaks for itself (client credentials). `first_party` is the
    city's own and needs no consent page. `resources` are the APIs that its tokens may be meant for (RFC 8707).
    `backchannel_logout_uri` is told when a person signs out (OpenID Back-Channel Logout, section 2.2).

    :raises ValidationError: by field, for an unknown scope, an address that is not allowed there, keys that are no
        public keys, or a method of authentication without what it needs.
    """
    method = auth_method or default_method(secret=bool(client_secret), keys=bool(jwks or jwks_uri))
    check_redirects(scopes, [*redirect_uris, *post_logout_redirect_uris])
    check_credentials(method, secret=bool(client_secret), jwks=jwks, jwks_uri=jwks_uri, machine=machine)
    check_addresses(resources=resources, jwks_uri=jwks_uri, backchannel_logout_uri=backchannel_logout_uri)
    public = method == ClientAuthentication.NONE
    values: dict[str, object] = {
        "name": name,
        "client_type": RelyingParty.CLIENT_PUBLIC if public else RelyingParty.CLIENT_CONFIDENTIAL,
        "token_endpoint_auth_method": method,
        "jwks": jwks,
        "jwks_uri": jwks_uri,
        "resources": list(resources),
        "backchannel_logout_uri": backchannel_logout_uri,
        "backchannel_logout_session_required": backchannel_logout_session_required,
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


@transaction.atomic
def rotate_client_secret(*, client_id: str, overlap: timedelta, now: datetime) -> str:
    """Give a client a new secret and return it: it is shown once. The one before stays valid for `overlap`.

    :raises RelyingParty.DoesNotExist: for an unknown client.
    :raises ValidationError: for a client that has no secret.
    """
    client = RelyingParty.objects.select_for_update().get(client_id=client_id)
    if client.token_endpoint_auth_method in {ClientAuthentication.NONE, ClientAuthentication.PRIVATE_KEY}:
        raise ValidationError({"client_secret": "This client has no secret."})
    secret: str = secrets.token_urlsafe(48)
    client.earlier_secret, client.earlier_secret_until = client.client_secret, now + overlap
    client.client_secret = secret
    client.save(update_fields=["client_secret", "earlier_secret", "earlier_secret_until"])
    return secret
