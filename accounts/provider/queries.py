"""Reading authorizations."""

from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.models import ClientState, Kind, User
from accounts.provider.models import Authorization, Subject
from accounts.provider.tokens import Granted, Used, checksum, family_of


def authorization_of(token: str, *, client_id: UUID) -> UUID | None:
    """Return the authorization of this client that a token, of whatever kind, came of; None for others' tokens."""
    kept = Q(access_tokens__access_token__token_checksum=checksum(token))
    if family := family_of(token):
        kept |= Q(pk=family)
    return Authorization.objects.filter(kept, client_id=client_id).values_list("pk", flat=True).first()


def serves(client: Any, granted: Granted | Used) -> bool:
    """Return whether a client may still use what it was granted.

    One that is being tried out has its testers only, and the synthetic resident of its self-test.
    """
    if client.state != ClientState.SANDBOX:
        return True
    person_id = granted.actor_id or granted.person_id
    return person_id in client.testers or User.objects.filter(pk=person_id, kind=Kind.SYNTHETIC).exists()


def person_of(subject: str) -> UUID | None:
    """Return whom an agency means by a pairwise identifier, or None for one that was never given out."""
    return Subject.objects.filter(pk=subject).values_list("person_id", flat=True).first()
