"""Somebody already holds my NIK: opening a dispute, answering it, deciding it."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Assurance
from accounts.proofing.models import Check, Dispute, Proof
from accounts.proofing.operations.keeping import (
    holder_of,
    keep_numbers,
    raise_assurance,
    read_claim,
    take_away,
)
from accounts.proofing.queries import Officer
from services.events.operations import publish
from superapp.http.problems import Problem

ANSWER_WITHIN = timedelta(days=3)


def nothing_to_dispute() -> Problem:
    """Return the refusal of a person whose latest check did not end at somebody else's account."""
    detail = {
        "id": "Tidak ada NIK yang perlu disengketakan: periksa dahulu data Anda.",
        "en": "There is no NIK to dispute: have your data checked first.",
    }
    return Problem(status=409, code="nothing_to_dispute", detail=detail)


def already_open() -> Problem:
    """Return the refusal of a second dispute while one is open."""
    detail = {"id": "Sengketa Anda sedang diproses.", "en": "Your dispute is being decided."}
    return Problem(status=409, code="dispute_open", detail=detail)


def not_open() -> Problem:
    """Return the refusal to change a dispute that is decided."""
    detail = {"id": "Sengketa ini sudah diputuskan.", "en": "This dispute is decided."}
    return Problem(status=409, code="dispute_decided", detail=detail)


def too_early(until: datetime) -> Problem:
    """Return the refusal to decide before the holder has answered or had the time to."""
    detail = {
        "id": f"Pemegang NIK masih dapat menjawab sampai {until:%Y-%m-%d %H:%M} UTC.",
        "en": f"The holder may still answer until {until:%Y-%m-%d %H:%M} UTC.",
    }
    return Problem(status=409, code="answer_awaited", detail=detail)


def party() -> Problem:
    """Return the refusal of an officer who is a party (a second pair of eyes is needed)."""
    detail = {"id": "Anda pihak dalam perkara ini.", "en": "You are a party to this."}
    return Problem(status=403, code="own_case", detail=detail)


@transaction.atomic
def open_dispute(*, person_id: UUID, statement: str, now: datetime) -> Dispute:
    """Open a dispute on the NIK at which the person's latest check ended.

    :raises Problem: 409 `nothing_to_dispute`, `dispute_open`.
    """
    if Dispute.objects.filter(claimant_id=person_id, state=Dispute.State.OPEN).exists():
        raise already_open()
    check = (
        Check.objects.select_for_update(of=("self",))
        .filter(person_id=person_id, state=Check.State.TAKEN)
        .exclude(claim=None)
        .order_by("-requested_at", "-id")
        .first()
    )
    holder_id = holder_of(read_claim(check.claim).nik) if check and check.claim else None
    if check is None or holder_id is None or holder_id == person_id:
        raise nothing_to_dispute()
    try:
        with transaction.atomic():
            dispute = Dispute.objects.create(
                claimant_id=person_id,
                holder_id=holder_id,
                claim_id=check.claim_id,
                results=check.results,
                statement=statement,
                opened_at=now,
                answer_until=now + ANSWER_WITHIN,
            )
    except IntegrityError:
        raise already_open() from None
    _tell("identity.disputed", dispute, now)
    return dispute


@transaction.atomic
def answer_dispute(*, dispute_id: UUID, person_id: UUID, answer: str, now: datetime) -> Dispute:
    """Take the answer of the account that holds the NIK.

    :raises Dispute.DoesNotExist: when this person does not hold it.
    :raises Problem: 409 `dispute_decided`.
    """
    dispute = Dispute.objects.select_for_update().get(pk=dispute_id, holder_id=person_id)
    if dispute.state != Dispute.State.OPEN:
        raise not_open()
    dispute.answer, dispute.answered_at = answer, now
    dispute.save(update_fields=["answer", "answered_at"])
    return dispute


@transaction.atomic
def decide_dispute(*, dispute_id: UUID, officer: Officer, winner: str, reason: str, now: datetime) -> Dispute:
    """Decide for `claimant` or `holder`. The claimant's winning releases the NIK from the holder, who falls back to
    basic and loses the tokens that were given on more.

    :raises Dispute.DoesNotExist: when there is none.
    :raises Problem: 403 `own_case`; 409 `dispute_decided`, `answer_awaited`.
    """
    dispute = Dispute.objects.select_for_update(of=("self",)).select_related("claim").get(pk=dispute_id)
    if officer.id in (dispute.claimant_id, dispute.holder_id):
        raise party()
    if dispute.state != Dispute.State.OPEN or dispute.claim is None:
        raise not_open()
    if dispute.answered_at is None and now < dispute.answer_until:
        raise too_early(dispute.answer_until)
    claim, dispute.claim = dispute.claim, None
    dispute.state, dispute.decided_at, dispute.decided_by_id = winner, now, officer.id
    dispute.officer_name, dispute.agency_name, dispute.reason = officer.name, officer.agency_name, reason
    dispute.save()
    if winner == Dispute.State.CLAIMANT:
        asked = read_claim(claim)
        take_away(person_id=dispute.holder_id, why="dispute", about=dispute.pk, now=now)
        keep_numbers(person_id=dispute.claimant_id, nik=asked.nik, kk=asked.kk, now=now)
        raise_assurance(
            person_id=dispute.claimant_id,
            assurance=Assurance.VERIFIED,
            how=Proof.How.DISPUTE,
            full_name=asked.full_name,
            results=dispute.results,
            about=dispute.pk,
            now=now,
        )
    Check.objects.filter(claim=claim).update(claim=None)
    claim.delete()
    _tell("identity.decided", dispute, now)
    return dispute


def _tell(topic: str, dispute: Dispute, now: datetime) -> None:
    body = {
        "person": str(dispute.claimant_id),
        "holder": str(dispute.holder_id),
        "dispute": str(dispute.pk),
        "state": dispute.state,
    }
    publish(topic=topic, key=dispute.claimant_id, body=body, now=now)
