"""A mandate that nears its end goes on, when the other side consents anew."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from accounts.mandates import refusals
from accounts.mandates.companies import register
from accounts.mandates.majority import end_of
from accounts.mandates.models import Evidence, Mandate, Organisation, Relation
from accounts.mandates.operations.companies import YEAR, directs, known_to_register
from accounts.mandates.operations.giving import LONGEST, require_recent_proof
from accounts.mandates.operations.steps import locked, record, side_in
from accounts.mandates.renewal import is_renewable
from accounts.provider.models import Authorization


@transaction.atomic
def ask_renewal(*, mandate_id: UUID, person_id: UUID, expires_on: date, now: datetime) -> Mandate:
    """Ask, from either side, that a mandate goes on until the end of a day; the other side accepts it or not.

    A director's own goes on for a year, whatever the day, when the register names them still; else an officer compares
    the registration again. What the other side asked before is replaced.

    :raises Mandate.DoesNotExist: when this person is on neither side of it.
    :raises Problem: 409 for one that is not in force, not yet near its end, or ends by age; 403 where a recent sign-in
        is needed; 400 naming the field.
    """
    mandate = locked(mandate_id)
    side = side_in(mandate, person_id)
    if not is_renewable(mandate, now):
        raise refusals.not_renewable()
    if side == "principal":
        require_recent_proof(person_id, now)
    mandate.renewal_by = side
    if _is_directors(mandate):
        mandate.renewal_until = mandate.expires_at + YEAR
        company = known_to_register(Organisation.objects.get(pk=mandate.principal_id).nib)
        if directs(person_id, company):
            mandate.evidence, mandate.source = Evidence.NIB, register().name
            return renew(mandate, by=person_id, role="system", now=now)
    else:
        mandate.renewal_until = _until(mandate, expires_on, now)
    mandate.version += 1
    mandate.save(update_fields=["renewal_until", "renewal_by", "version"])
    record(mandate, "renewal", by=person_id, role=side, now=now)
    return mandate


def _is_directors(mandate: Mandate) -> bool:
    return mandate.kind == Relation.COMPANY and mandate.delegated_from_id is None


def _until(mandate: Mandate, day: date, now: datetime) -> datetime:
    until, source = end_of(day), mandate.delegated_from
    if not mandate.expires_at < until <= now + LONGEST or (source is not None and until > source.expires_at):
        raise refusals.wrong(
            "expires_on", "out_of_range", "Setelah hari terakhir sekarang, paling lama satu tahun.",
            "After its last day now, and at most a year from today.",
        )  # fmt: skip
    return until


def agree(mandate: Mandate, *, side: str, person_id: UUID, now: datetime) -> Mandate:
    """Answer a renewal that the other side asked for.

    :raises Problem: 409 when it is not this side's turn, or too late; 403 where a recent sign-in is needed.
    """
    if side == mandate.renewal_by or _is_directors(mandate) or mandate.expires_at <= now:
        raise refusals.not_open(mandate.state)
    if side == "principal":
        require_recent_proof(person_id, now)
    return renew(mandate, by=person_id, role=side, now=now)


def renew(mandate: Mandate, *, by: UUID, role: str, now: datetime) -> Mandate:
    """Let it go on until what was asked for."""
    assert mandate.renewal_until is not None  # noqa: S101 - the caller asked
    mandate.expires_at, mandate.renewal_until, mandate.renewal_by = mandate.renewal_until, None, ""
    mandate.reminded_at = None
    mandate.version += 1
    mandate.save(
        update_fields=[
            "expires_at", "renewal_until", "renewal_by", "reminded_at", "evidence", "source", "officer", "version",
        ]
    )  # fmt: skip
    Authorization.objects.filter(mandate_id=mandate.pk, ended_at=None).update(expires_at=mandate.expires_at)
    record(mandate, "renewed", by=by, role=role, now=now)
    return mandate
