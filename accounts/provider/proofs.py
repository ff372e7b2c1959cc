"""Whom a token speaks for and on what proof, said alike in ID token, UserInfo and introspection."""

from typing import Any

from accounts.models import RelyingParty
from accounts.provider.subjects import subject_of
from accounts.provider.tokens import Granted


def whom_of(granted: Granted, client: RelyingParty) -> dict[str, Any]:
    """Return the person's `sub`, and who acts for them, if somebody does (`act`, RFC 8693, section 4.1)."""
    told: dict[str, Any] = {"sub": subject_of(granted.person.pk, client)}
    if granted.actor_id is not None:
        told["act"] = {"sub": subject_of(granted.actor_id, client)}
    return told


def proof_of(granted: Granted) -> dict[str, Any]:
    """Return `acr`, `amr`, `auth_time` and `sid`, those of the moment in which the person agreed."""
    told: dict[str, Any] = {
        "acr": granted.assurance,
        "amr": list(granted.methods),
        "auth_time": int(granted.auth_time.timestamp()),
    }
    if granted.sign_in_id is not None:
        told["sid"] = str(granted.sign_in_id)
    return told
