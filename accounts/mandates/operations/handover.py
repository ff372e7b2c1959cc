"""A child who came of age takes over what was done in their name, once they prove that the NIK is theirs."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.mandates.majority import of_age_at, own_card_at
from accounts.mandates.models import Dependant, Ending, Mandate
from accounts.mandates.numbers import nik_index
from accounts.mandates.operations.steps import finish, lock_open
from accounts.models import User
from accounts.proofing import queries as proofing
from accounts.proofing.models import Kind as Number
from accounts.proofing.models import Sealed
from services.events.operations import publish


def yield_nik(*, person_id: UUID, nik: str, now: datetime) -> None:
    """Let a person who just proved a NIK take over the dependant's account of that NIK, in the same transaction.

    Of age or married, they get it now; under 18 it is written down and both sides are told, and they get it on coming
    of age. The numbers in the vault are given free from 17 on, when they have a card of their own to prove them by:
    until that day a NIK that the parents' card proved is taken.
    """
    found = Dependant.objects.filter(nik_index=nik_index(nik), claimed_at=None).exclude(pk=person_id).first()
    if found is None:
        return
    over = lock_open(found.pk)
    child = Dependant.objects.select_for_update().get(pk=found.pk)
    if child.claimed_at is not None:
        return
    is_new, child.claimed_by_id = child.claimed_by_id != person_id, person_id
    child.save(update_fields=["claimed_by"])
    if not _is_of_age(child, now):
        if own_card_at(child.birth_date) <= now:
            Sealed.objects.filter(person_id=child.pk).delete()
        if is_new:
            _tell(child, "claimed", now)
        return
    for mandate in over:
        finish(mandate, Ending.OF_AGE, by=person_id, role="principal", now=now)
    _hand_over(child, now)


def hand_over_if_due(dependant_id: UUID, *, now: datetime) -> None:
    """Hand over to who proved the NIK while still under 18, and holds it to this day."""
    child = Dependant.objects.select_for_update().filter(pk=dependant_id, claimed_at=None).first()
    if child is None or child.claimed_by_id is None or not _is_of_age(child, now):
        return
    nik = proofing.number_of(child.claimed_by_id, Number.NIK)
    if nik is not None and nik_index(nik) == child.nik_index:
        _hand_over(child, now)


def _is_of_age(child: Dependant, now: datetime) -> bool:
    return child.emancipated_at is not None or of_age_at(child.birth_date) <= now


def _hand_over(child: Dependant, now: datetime) -> None:
    """Make all that is the dependant's the person's; the empty account is closed, and both former sides are told."""
    assert child.claimed_by_id is not None  # noqa: S101 - the callers looked
    Sealed.objects.filter(person_id=child.pk).delete()
    for path in settings.HANDED_OVER_BY:
        import_string(path)(from_id=child.pk, to_id=child.claimed_by_id, now=now)
    User.objects.filter(pk=child.pk).update(is_active=False)
    child.claimed_at = now
    child.save(update_fields=["claimed_at"])
    _tell(child, "handed_over", now)


def _tell(child: Dependant, what: str, now: datetime) -> None:
    agents = Mandate.objects.filter(principal_id=child.pk, starts_at__isnull=False).values_list("agent_id", flat=True)
    body = {"person": str(child.claimed_by_id), "agents": sorted({str(each) for each in agents})}
    publish(topic=f"childhood.{what}", key=child.pk, body=body, now=now)
