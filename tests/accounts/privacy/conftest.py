"""A person with a connection to an agency's site, and callers of the API."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken

from accounts.models import RelyingParty, User
from accounts.operations import register_person, register_relying_party
from accounts.provider.models import Authorization, AuthorizedToken
from accounts.sign_in.models import SignIn
from tests.services.signed_in import signed_in

Connect = Callable[..., Authorization]


@pytest.fixture
def budi() -> User:
    return register_person(full_name="Budi Santoso", email="budi@balikpapan.example", now=timezone.now())


@pytest.fixture
def siti(person: User) -> Client:
    """Siti's app, which she signed in to just now."""
    return signed_in(person, "account")


@pytest.fixture
def site() -> RelyingParty:
    return register_relying_party(
        client_id="antrean",
        name="Antrean Dukcapil",
        scopes=["openid", "profile", "email"],
        redirect_uris=["https://antre.example/cb"],
        client_secret="rahasia",
        agency_code="DISDUKCAPIL",
    )


@pytest.fixture
def connect(site: RelyingParty) -> Connect:
    """Give a client what a consent gives it: an authorization, a refresh and an access token."""

    def run(person: User, client: RelyingParty = site, **changes: Any) -> Authorization:
        now = timezone.now()
        sign_in = SignIn.objects.create(person=person, began_at=now, proved_at=now, seen_at=now, methods=["pwd"])
        facts: dict[str, Any] = {
            "person": person,
            "client": client,
            "sign_in": sign_in,
            "scopes": ["openid", "profile"],
            "auth_time": now,
            "assurance": "basic",
            "created_at": now,
        } | changes
        given = Authorization.objects.create(**facts)
        token = f"access-{given.pk}"
        access = AccessToken.objects.create(
            user=person,
            application=client,
            token=token,
            token_checksum=hashlib.sha256(token.encode()).hexdigest(),
            scope=" ".join(given.scopes),
            expires=now + timedelta(hours=1),
        )
        refresh = RefreshToken.objects.create(
            user=person, application=client, access_token=access, token=f"refresh-{given.pk}", token_family=given.pk
        )
        assert refresh.pk
        AuthorizedToken.objects.create(access_token=access, authorization=given)
        return given

    return run
