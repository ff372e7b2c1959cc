"""Officers read what concerns a person's identity; who is read sees by whom (UU 27/2022, art. 31)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.proofing.models import CounterProofing, Dispute, Kind, Proof, Recovery, Sealed
from accounts.proofing.numbers import masked
from accounts.proofing.operations.keeping import read_claim
from accounts.proofing.queries import Officer, counter_line, number_of, recovery_line

_DISPUTE = ("id", "state", "statement", "answer", "opened_at", "answer_until", "answered_at", "decided_at", "reason")


@transaction.atomic
def read_dispute(*, dispute_id: UUID, officer: Officer, now: datetime) -> dict[str, Any]:
    """Return a dispute with what is needed to decide it, and note for both parties that the officer read it.

    The claim's numbers are masked, and None once it is decided.

    :raises Dispute.DoesNotExist: when there is none.
    """
    found = Dispute.objects.select_related("claim", "claimant", "holder").get(pk=dispute_id)
    for person_id in (found.claimant_id, found.holder_id):
        note(person_id=person_id, officer=officer, now=now)
    shown: dict[str, Any] = {name: getattr(found, name) for name in _DISPUTE} | _claimed(found.claim)
    shown |= {"registry": found.results, "officer": found.officer_name, "agency": found.agency_name}
    shown |= {"claimant": found.claimant.full_name, "holder": found.holder.full_name}
    shown["claimant_account"], shown["holder_account"] = _account(found.claimant), _account(found.holder)
    shown["decidable"] = found.state == Dispute.State.OPEN and bool(found.answered_at or found.answer_until <= now)
    return shown


@transaction.atomic
def read_counter(*, proofing_id: UUID, officer: Officer, now: datetime) -> dict[str, Any]:
    """Return a proofing as officers see it, with masked numbers while it waits, and note the reading.

    :raises CounterProofing.DoesNotExist: when there is none.
    """
    found = CounterProofing.objects.select_related("claim").get(pk=proofing_id)
    note(person_id=found.person_id, officer=officer, now=now)
    return counter_line(found, now) | _claimed(found.claim) | {"is_first": found.first_id == officer.id}


@transaction.atomic
def read_recovery(*, recovery_id: UUID, officer: Officer, now: datetime) -> dict[str, Any]:
    """Return a recovery with the account that it changes, its NIK masked, and note the reading.

    :raises Recovery.DoesNotExist: when there is none.
    """
    found = Recovery.objects.select_related("person").get(pk=recovery_id)
    note(person_id=found.person_id, officer=officer, why=found.reason, now=now)
    nik = number_of(found.person_id, Kind.NIK)
    return recovery_line(found, now) | {
        "account_name": found.person.full_name,
        "account": _account(found.person),
        "nik": masked(nik) if nik else None,
        "is_first": found.first_id == officer.id,
    }


def note(*, person_id: UUID, officer: Officer, now: datetime, why: str = "") -> None:
    """Record that this officer read a person's identity data, where the person sees it."""
    import_string(settings.READING_NOTED_BY)(
        person_id=person_id,
        reader_id=officer.id,
        reader_name=officer.name,
        reader_role=officer.role,
        agency_code=officer.agency_code,
        agency_name=officer.agency_name,
        what="identity",
        why=why,
        now=now,
    )


def _claimed(claim: Sealed | None) -> dict[str, Any]:
    if claim is None:
        return {"full_name": "", "birth_date": None, "nik": None, "kk": None}
    asked = read_claim(claim)
    shown = {"full_name": asked.full_name, "birth_date": asked.birth_date}
    return shown | {"nik": masked(asked.nik), "kk": masked(asked.kk)}


def _account(person: User) -> dict[str, Any]:
    """Return how long an account is there and what proves it: an old proof in person weighs more than a new match."""
    proof = Proof.objects.filter(person=person, ended_at=None).order_by("-proved_at", "-id").first()
    return {
        "since": person.date_joined,
        "assurance": person.assurance,
        "how": proof.how if proof else None,
        "proved_at": proof.proved_at if proof else None,
    }
