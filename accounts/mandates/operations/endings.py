"""A mandate ends: by either side, by an officer, by time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.mandates import refusals
from accounts.mandates.models import Awaiting, Dependant, Ending, Mandate, Relation, State
from accounts.mandates.operations.handover import hand_over_if_due
from accounts.mandates.operations.steps import finish, lock_open, locked, side_in, tell
from accounts.models import Kind

_WARNED: Final = timedelta(days=14)
_OF_CHILDREN: Final = (Relation.CHILD, Relation.GUARDIAN)


@transaction.atomic
def end(*, mandate_id: UUID, person_id: UUID, now: datetime) -> Mandate:
    """End a mandate from either side, at once; ended before, it stays as it was.

    :raises Mandate.DoesNotExist: when this person is on neither side of it.
    """
    mandate = locked(mandate_id)
    side, ending = side_in(mandate, person_id), Ending.PRINCIPAL
    if side == "agent":
        ending = Ending.DECLINED if mandate.awaiting == Awaiting.AGENT else Ending.AGENT
    if mandate.state != State.ENDED:
        finish(mandate, ending, by=person_id, role=side, now=now)
    return mandate


@transaction.atomic
def end_at_counter(
    *, mandate_id: UUID, officer_id: UUID, kinds: Sequence[str], ending: Ending, reason: str, now: datetime
) -> Mandate:
    """End, as an officer who saw the papers, a mandate; both sides read the `reason`. Ended before, it stays.

    A child who married (`Ending.MARRIED`) leaves everybody's power (UU 1/1974 art. 47 and 50: under 18 *and* never
    married): all mandates for the child end. With another guardian (`Ending.GUARDIAN`, art. 49 to 53) this one does.

    :raises Mandate.DoesNotExist: when there is none of these kinds under this id, or it is the officer's own.
    :raises Problem: 400 for a ground that is a child's, on another kind.
    """
    mandate = locked(mandate_id)
    if mandate.kind not in kinds or officer_id in (mandate.agent_id, mandate.principal_id):
        raise Mandate.DoesNotExist
    if ending != Ending.OFFICER and mandate.kind not in _OF_CHILDREN:
        raise refusals.wrong("ground", "not_a_child", "Hanya untuk kuasa atas anak.", "For children only.")
    over = [mandate] if mandate.state != State.ENDED else []
    if ending == Ending.MARRIED:
        over = lock_open(mandate.principal_id)
    for each in over:
        finish(each, ending, by=officer_id, role="officer", reason=reason, now=now)
    if ending == Ending.MARRIED:
        Dependant.objects.filter(pk=mandate.principal_id, emancipated_at=None).update(emancipated_at=now)
        hand_over_if_due(mandate.principal_id, now=now)
    mandate.refresh_from_db()
    return mandate


@transaction.atomic
def end_all_of(*, person_id: UUID, now: datetime) -> None:
    """End every mandate that a person gave or holds, as that side: their account is being erased."""
    theirs = Q(principal_id=person_id) | Q(agent_id=person_id) | Q(delegated_from__agent_id=person_id)
    open_ones = Mandate.objects.filter(theirs).exclude(state=State.ENDED).order_by("delegated_from", "pk")
    for mandate_id in list(open_ones.values_list("pk", flat=True)):
        end(mandate_id=mandate_id, person_id=person_id, now=now)


@transaction.atomic
def tend(*, now: datetime, limit: int = 200) -> int:
    """Write down what time ended, and tell of what ends within 14 days. Return how many; run it again while it does.

    A child whose mandates ended of age and who had proved their NIK meanwhile gets what was done in their name.
    """
    open_ones = Mandate.objects.exclude(state=State.ENDED).select_for_update(skip_locked=True)
    over = list(open_ones.filter(expires_at__lte=now).order_by("expires_at", "id")[:limit])
    for mandate in over:
        mandate.refresh_from_db()
        if mandate.state != State.ENDED:
            ending = Ending.OF_AGE if mandate.kind in _OF_CHILDREN else Ending.EXPIRED
            finish(mandate, ending, by=None, role="system", now=now)
            if mandate.principal.kind == Kind.DEPENDANT:
                hand_over_if_due(mandate.principal_id, now=now)
    soon = open_ones.filter(state=State.ACTIVE, reminded_at=None, expires_at__gt=now, expires_at__lte=now + _WARNED)
    near = list(soon.order_by("expires_at", "id")[:limit])
    for mandate in near:
        mandate.reminded_at = now
        mandate.save(update_fields=["reminded_at"])
        tell(mandate, "expiring", now)
    return len(over) + len(near)
