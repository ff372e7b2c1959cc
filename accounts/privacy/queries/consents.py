"""What a person agreed to, in the words that they saw."""

from typing import Any, Final
from uuid import UUID

from django.utils.timezone import localtime

from accounts.privacy.purposes import of_scopes
from accounts.provider.models import Consent

_OVER: Final = 50


def consents_of(person_id: UUID) -> list[Consent]:
    """Return the person's receipts that stand, latest first. One query."""
    standing = Consent.objects.filter(person_id=person_id, withdrawn_at=None).select_related("client")
    return list(standing.order_by("-given_at", "-pk"))


def receipts_of(person_id: UUID) -> tuple[list[Consent], list[Consent]]:
    """Return the person's receipts that stand, and those withdrawn, latest first; of these the `_OVER` latest."""
    withdrawn = Consent.objects.filter(person_id=person_id).exclude(withdrawn_at=None).select_related("client")
    return consents_of(person_id), list(withdrawn.order_by("-withdrawn_at", "-pk")[:_OVER])


def consent_line(consent: Consent) -> dict[str, Any]:
    """Return a receipt as the person sees it; only what rests on consent is `withdrawable` (UU 27/2022, art. 9)."""
    return {
        "id": str(consent.pk),
        "client": {"id": consent.client.client_id, "name": consent.client.name},
        "basis": consent.basis,
        "withdrawable": consent.basis == Consent.Basis.CONSENT,
        "scopes": consent.scopes,
        "claims": consent.claims,
        "wording": consent.wording,
        "wording_hash": consent.wording_hash,
        "language": consent.language,
        "purposes": [each.code for each in of_scopes(consent.scopes)],
        "given_at": localtime(consent.given_at).isoformat(),
    }
