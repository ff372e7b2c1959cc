"""A caller with a bearer token, as the API meets one."""

import hashlib
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken

from accounts.models import RelyingParty, User


def signed_in(person: User, *scopes: str) -> Client:
    """Return a client that calls for `person` with a token of these scopes."""
    app, _made = RelyingParty.objects.get_or_create(
        client_id="test-app",
        defaults={"name": "Test", "client_type": "public", "authorization_grant_type": "authorization-code"},
    )
    token = f"token-of-{person.id}-{'-'.join(scopes)}"
    AccessToken.objects.create(
        user=person,
        application=app,
        token=token,
        token_checksum=hashlib.sha256(token.encode()).hexdigest(),
        scope=" ".join(scopes),
        expires=timezone.now() + timedelta(hours=1),
    )
    return Client(headers={"Authorization": f"Bearer {token}"})
