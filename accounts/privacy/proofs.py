"""What the city holds of how a person proved who they are: for their export, and in erasing the account.

Their own copy has NIK and KK in full: it is their data, whole (UU 27/2022, art. 7), given to them alone after they
proved anew who they are. Of the other side of a dispute it has nothing.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.privacy.portable import Part, Section
from accounts.proofing.models import Check, CounterCode, CounterProofing, Dispute, Proof, Recovery, Sealed
from accounts.proofing.queries import whole
from accounts.sealing import Unreadable

_OFFICERS = ("first_name", "first_agency", "second_name", "second_agency")


def export(person_id: UUID) -> Iterator[Part]:
    """Yield the numbers in the vault, and how, when and by whom they were proved."""
    sealed = Sealed.objects.filter(person_id=person_id).order_by("kind", "pk")
    yield Section("identity", {"id": "NIK dan nomor KK Anda", "en": "Your NIK and KK"}, map(_opened, sealed))
    proofs = Proof.objects.filter(person_id=person_id).order_by("proved_at", "pk")
    columns = ("how", "assurance", "source", "results", "proved_at", "ended_at")
    yield Section("proofs", {"id": "Pembuktian identitas", "en": "Proofs of identity"}, proofs.values(*columns))
    checks = Check.objects.filter(person_id=person_id).order_by("requested_at", "pk")
    checked = checks.values("id", "state", "source", "results", "requested_at", "answered_at")
    yield Section("identity_checks", {"id": "Pemeriksaan identitas", "en": "Checks of identity"}, checked)
    at_counters = CounterProofing.objects.filter(person_id=person_id).order_by("started_at", "pk")
    lines = at_counters.values("document", "state", "started_at", "ended_at", "reason", *_OFFICERS)
    yield Section("counter_proofings", {"id": "Pembuktian di loket", "en": "Proofs at a counter"}, lines)
    recoveries = Recovery.objects.filter(person_id=person_id).order_by("started_at", "pk")
    helped = recoveries.values(
        *("kind", "contact", "former", "document", "state", "reason", "started_at", "ended_at", "refusal"), *_OFFICERS
    )
    yield Section("recoveries", {"id": "Pemulihan akun di loket", "en": "Accounts opened at a counter"}, helped)
    parties = Dispute.objects.filter(Q(claimant_id=person_id) | Q(holder_id=person_id)).order_by("opened_at", "pk")
    sides = (_side(each, person_id) for each in parties)
    yield Section("identity_disputes", {"id": "Sengketa NIK", "en": "Disputes about a NIK"}, sides)


def _opened(row: Sealed) -> dict[str, Any]:
    try:
        value: str | None = whole(row)
    except Unreadable:
        value = None  # its key is gone: that it was there is told all the same
    return {"id": row.pk, "kind": row.kind, "value": value}


def _side(each: Dispute, person_id: UUID) -> dict[str, Any]:
    claims = each.claimant_id == person_id
    return {
        "my_part": "claimant" if claims else "holder",
        "my_words": each.statement if claims else each.answer,
        "registry": each.results if claims else {},
        "state": each.state,
        "opened_at": each.opened_at,
        "decided_at": each.decided_at,
        "officer": each.officer_name,
        "agency": each.agency_name,
        "reason": each.reason,
    }


def erase(person_id: UUID, _now: datetime) -> list[dict[str, object]]:
    """Erase the numbers and every trace of how they were proved. A decided dispute stays without the person's words:
    the decision is the other side's, too. An open one has nothing left to decide.
    """
    disputes = Dispute.objects.filter(Q(claimant_id=person_id) | Q(holder_id=person_id))
    disputes.filter(state=Dispute.State.OPEN).delete()
    disputes.filter(claimant_id=person_id).update(statement="", results={})
    disputes.filter(holder_id=person_id).update(answer="")
    erased = 0
    for table in (Sealed, Proof, Check, CounterProofing, CounterCode, Recovery):
        erased += table._default_manager.filter(person_id=person_id).delete()[1].get(table._meta.label, 0)
    return [
        {"kind": "identity", "erased": erased, "kept": 0},
        {"kind": "identity_decisions", "erased": 0, "kept": disputes.count()},
    ]
