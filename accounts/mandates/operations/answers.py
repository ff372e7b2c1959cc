"""Whoever is asked answers: the agent, or an officer who saw the papers."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.mandates import refusals
from accounts.mandates.models import Awaiting, Dependant, Evidence, Mandate, Organisation, Relation, State
from accounts.mandates.numbers import nik_index
from accounts.mandates.operations.renewals import agree, renew
from accounts.mandates.operations.steps import begin, locked, side_in
from accounts.models import Assurance, Kind, User


@transaction.atomic
def accept(*, mandate_id: UUID, agent_id: UUID, now: datetime) -> Mandate:
    """Let the invited agent accept: the mandate is in force. Accepted twice, it stands as it is.

    The same answers a renewal that the other side asked for; then `agent_id` may be either side's.

    :raises Mandate.DoesNotExist: when it was not offered to this person.
    :raises Problem: 409 when it does not wait for the agent; 403 where a recent sign-in is needed.
    """
    mandate = locked(mandate_id)
    side = side_in(mandate, agent_id)
    if mandate.renewal_until is not None:
        return agree(mandate, side=side, person_id=agent_id, now=now)
    if mandate.state == State.ACTIVE:
        return mandate
    if side != "agent":
        raise Mandate.DoesNotExist
    if mandate.awaiting != Awaiting.AGENT or mandate.expires_at <= now:
        raise refusals.not_open(mandate.state)
    evidence = Evidence.DELEGATION if mandate.delegated_from_id else Evidence.CONSENT
    return begin(mandate, evidence, by=agent_id, role="agent", now=now)


@transaction.atomic
def confirm(*, mandate_id: UUID, officer_id: UUID, number: str, kinds: Sequence[str], now: datetime) -> Mandate:
    """Confirm, as an officer who saw the papers, a proposed mandate or its renewal.

    `number` is the NIK or NIB as they say it.

    :raises Mandate.DoesNotExist: when none of these kinds waits for an officer under this id.
    :raises Problem: 403 for one's own, 400 when the number is another, 409 when it does not wait for an officer.
    """
    mandate = locked(mandate_id)
    if mandate.kind not in kinds or officer_id == mandate.agent_id:
        raise Mandate.DoesNotExist
    renews = mandate.renewal_until is not None and mandate.delegated_from_id is None
    if (mandate.awaiting != Awaiting.OFFICER and not renews) or mandate.expires_at <= now:
        raise refusals.not_open(mandate.state)
    if not _is_number_of(mandate, number):
        raise refusals.wrong("number", "does_not_match", "Tidak cocok dengan pengajuan.", "Not as it was proposed.")
    mandate.officer_id = officer_id
    if renews:
        mandate.evidence, mandate.source = Evidence.OFFICER, ""
        return renew(mandate, by=officer_id, role="officer", now=now)
    User.objects.filter(pk=mandate.principal_id).exclude(kind=Kind.PERSON).update(assurance=Assurance.VERIFIED)
    return begin(mandate, Evidence.OFFICER, by=officer_id, role="officer", now=now)


def _is_number_of(mandate: Mandate, number: str) -> bool:
    if mandate.kind == Relation.COMPANY:
        return Organisation.objects.filter(pk=mandate.principal_id, nib=number).exists()
    return Dependant.objects.filter(pk=mandate.principal_id, nik_index=nik_index(number)).exists()
