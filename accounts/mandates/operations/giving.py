"""An adult lets somebody act; a director lets staff act for the company."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from accounts.mandates import refusals
from accounts.mandates.majority import end_of
from accounts.mandates.models import Awaiting, Mandate, Relation, State
from accounts.mandates.operations.steps import propose
from accounts.models import Kind, User
from accounts.sign_in.models import SignIn

LONGEST: Final = timedelta(days=366)
_PROOF: Final = timedelta(minutes=10)


def give(
    *,
    principal_id: UUID,
    address: str,
    services: Sequence[str],
    expires_on: date,
    now: datetime,
    delegated_from: UUID | None = None,
) -> Mandate:
    """Let somebody, named by e-mail address or phone number (E.164), act for the principal until the end of a day.

    With `delegated_from` a company's director lets staff act for the company, within that mandate and no longer than
    it. Whether anybody has that address is not told; who has it accepts or declines.

    :raises Problem: 403 without a recent sign-in, 400 naming the field, 409 when one stands already.
    :raises Mandate.DoesNotExist: when the principal holds no such mandate to delegate from.
    """
    require_recent_proof(principal_id, now)
    return offer(
        principal_id=principal_id,
        address=address,
        services=services,
        expires_on=expires_on,
        delegated_from=delegated_from,
        now=now,
    )


def require_recent_proof(person_id: UUID, now: datetime) -> None:
    """Refuse who did not prove who they are within ten minutes.

    :raises Problem: 403.
    """
    if not SignIn.objects.filter(person_id=person_id, ended_at=None, proved_at__gt=now - _PROOF).exists():
        raise refusals.prove_again()


@transaction.atomic
def offer(
    *,
    principal_id: UUID,
    address: str,
    services: Sequence[str],
    expires_on: date,
    now: datetime,
    delegated_from: UUID | None = None,
) -> Mandate:
    """Do as `give` for a person whose presence was proved by other means, or whom the city entered itself.

    :raises Problem: 400 naming the field, 409 when one stands already.
    :raises Mandate.DoesNotExist: when the principal holds no such mandate to delegate from.
    """
    expires_at = end_of(expires_on)
    source = _source(delegated_from, principal_id, now) if delegated_from else None
    if not now < expires_at <= now + LONGEST or (source is not None and expires_at > source.expires_at):
        raise refusals.wrong("expires_on", "out_of_range", "Paling lama satu tahun.", "At most a year from today.")
    if source is not None and source.services and not (services and set(services) <= set(source.services)):
        raise refusals.wrong("services", "too_wide", "Melebihi kuasa Anda.", "Wider than your own mandate.")
    agent = _known(address)
    principal = source.principal if source else User.objects.get(pk=principal_id)
    if agent is not None and agent.pk in (principal.pk, principal_id):
        raise refusals.wrong("agent", "yourself", "Ini alamat Anda sendiri.", "This is your own address.")
    return propose(
        principal,
        agent,
        kind=Relation.COMPANY if source else Relation.RELATIVE,
        awaiting=Awaiting.AGENT,
        invited=address,
        services=services,
        expires_at=expires_at,
        source=source,
        by=principal_id,
        now=now,
    )


def _source(mandate_id: UUID, director_id: UUID, now: datetime) -> Mandate:
    """Return the director's own mandate; a delegated one cannot be delegated again."""
    return (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("principal")
        .get(
            id=mandate_id,
            agent_id=director_id,
            kind=Relation.COMPANY,
            state=State.ACTIVE,
            expires_at__gt=now,
            delegated_from=None,
        )
    )


def _known(address: str) -> User | None:
    """Return the active person with this proved address, if there is one."""
    people = User.objects.filter(is_active=True, kind=Kind.PERSON)
    if "@" in address:
        return people.filter(emailaddress__email__iexact=address, emailaddress__verified=True).first()
    return people.filter(phone=address, phone_verified_at__isnull=False).first()
