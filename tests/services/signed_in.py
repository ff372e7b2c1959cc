"""A caller with a bearer token, as the API meets one."""

import hashlib
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import RelyingParty, User
from accounts.provider.models import Authorization, AuthorizedToken


def signed_in(person: User, *scopes: str, methods: tuple[str, ...] = ("pwd", "mfa")) -> Client:
    """Return a client that calls for `person` with a token of these scopes, after a sign-in by these methods."""
    app, _made = RelyingParty.objects.get_or_create(
        client_id="test-app",
        defaults={"name": "Test", "client_type": "public", "authorization_grant_type": "authorization-code"},
    )
    token = f"token-of-{person.id}-{'-'.join(scopes)}"
    access = AccessToken.objects.create(
        user=person,
        application=app,
        token=token,
        token_checksum=hashlib.sha256(token.encode()).hexdigest(),
        scope=" ".join(scopes),
        expires=timezone.now() + timedelta(days=3650),  # whatever day a test travels to
    )
    if "office" in scopes:
        authorization = Authorization.objects.create(
            person=person, client=app, auth_time=timezone.now(), methods=list(methods), created_at=timezone.now()
        )
        AuthorizedToken.objects.create(access_token=access, authorization=authorization)
    return Client(headers={"Authorization": f"Bearer {token}"})
