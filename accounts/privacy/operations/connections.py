"""Ending what a person let an app or a site do."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import RelyingParty
from accounts.provider import consents
from accounts.provider.models import Authorization, Consent
from accounts.provider.operations import end_authorizations
from services.events.operations import publish
from superapp.http.problems import Problem


@transaction.atomic
def disconnect(*, person_id: UUID, client_id: str, now: datetime) -> None:
    """End all that this client may do for the person, at once (UU 27/2022, art. 9 and 40: within 3 x 24 hours).

    Told as `consent.withdrawn` (key: the person; body: `{"person", "client", "sign_ins"}`), from which the client
    hears of it. Asked again, it changes nothing and tells nothing.

    :raises RelyingParty.DoesNotExist: when the person was never connected to such a client.
    """
    consents.hold(person_id)
    known = Authorization.objects.filter(person_id=person_id)
    client = RelyingParty.objects.get(client_id=client_id, pk__in=known.values("client_id"))
    given = Authorization.objects.filter(person_id=person_id, client=client)
    ended = list(given.filter(ended_at=None).select_for_update().order_by("pk").values_list("pk", flat=True))
    Consent.objects.filter(person_id=person_id, client=client, withdrawn_at=None).update(withdrawn_at=now)
    if not ended:
        return
    end_authorizations(person_id=person_id, client=client, now=now)
    # Where an earlier authorization ran out the site may keep its session for as long as the sign-in lasts.
    lasting = given.filter(sign_in__isnull=False, sign_in__ended_at=None).values_list("sign_in_id", flat=True)
    sign_ins = sorted(map(str, lasting.distinct()))
    body = {"person": str(person_id), "client": client.client_id, "sign_ins": sign_ins}
    publish(topic="consent.withdrawn", key=person_id, body=body, now=now)


def not_withdrawable() -> Problem:
    """Return the refusal to withdraw what rests on no consent, and say what one can do instead."""
    return Problem(
        status=409,
        code="not_withdrawable",
        detail={
            "id": "Ini tidak berdasarkan persetujuan, melainkan pelayanan publik (UU 27/2022 pasal 20(2)e). "
            "Anda tetap dapat memutuskan sambungannya.",
            "en": "This does not rest on consent but on public service (UU 27/2022, article 20(2)(e)). You can still "
            "disconnect it.",
        },
    )


@transaction.atomic
def withdraw_consent(*, person_id: UUID, consent_id: UUID, now: datetime) -> None:
    """Withdraw one receipt: the client's authorizations end at once, and it is told. Again, it changes nothing.

    :raises Consent.DoesNotExist: when it is not theirs.
    :raises Problem: 409 `not_withdrawable`.
    """
    consents.hold(person_id)
    consent = Consent.objects.select_related("client").get(pk=consent_id, person_id=person_id)
    if consent.basis != Consent.Basis.CONSENT:
        raise not_withdrawable()
    if consent.withdrawn_at is not None:
        return
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=now)
    if Authorization.objects.filter(person_id=person_id, client=consent.client).exists():
        disconnect(person_id=person_id, client_id=consent.client.client_id, now=now)
