"""A parent, or a guardian whom a court appointed, acts for a child."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.mandates import refusals
from accounts.mandates.majority import of_age_at
from accounts.mandates.models import Awaiting, Dependant, Evidence, Mandate, Relation
from accounts.mandates.numbers import nik_index
from accounts.mandates.operations.steps import begin, propose
from accounts.models import Assurance, Kind, User
from accounts.proofing import queries as proofing
from accounts.proofing.models import Kind as Number
from accounts.proofing.operations.keeping import keep_numbers
from accounts.proofing.registry.port import Member, Unavailable, registry
from accounts.proofing.registry.port import Relation as Place


def add_child(
    *, parent_id: UUID, nik: str, full_name: str, birth_date: date, now: datetime, guardian: bool = False
) -> Mandate:
    """Let a parent act for a child under 18, until its 18th birthday.

    In force at once where the registry shows both on one family card; else an officer compares the papers, and always
    those of a `guardian`. A child that the other parent added already is the same account.

    :raises Problem: 403 for a parent whom the registry does not know, 400 naming the field, 409 when it stands already.
    """
    parent = User.objects.get(pk=parent_id)
    if not Assurance(parent.assurance).covers(Assurance.VERIFIED):
        raise refusals.not_known_enough()
    of_age = of_age_at(birth_date)
    if not birth_date <= now.astimezone(of_age.tzinfo).date() or of_age <= now:
        raise refusals.wrong("birth_date", "not_a_child", "Bukan anak di bawah 18 tahun.", "Not a child under 18.")
    household = () if guardian else _household(parent_id)
    entry = _entry(household, proofing.number_of(parent_id, Number.NIK), nik, birth_date)
    with transaction.atomic():
        child = _dependant(nik, entry.full_name if entry else full_name, birth_date)
        kind = Relation.GUARDIAN if guardian else Relation.CHILD
        mandate = propose(child, parent, kind=kind, awaiting=Awaiting.OFFICER, expires_at=of_age, now=now)
        if entry is None:
            return mandate
        kk = proofing.number_of(parent_id, Number.KK)
        if kk and proofing.person_of_nik(nik) is None:
            keep_numbers(person_id=child.pk, nik=nik, kk=kk, now=now)
        User.objects.filter(pk=child.pk, assurance=Assurance.BASIC).update(assurance=Assurance.VERIFIED)
        also = [person for each in household if _leads(each) and (person := proofing.person_of_nik(each.nik))]
        mandate.source = registry().name
        return begin(mandate, Evidence.REGISTRY, by=None, role="system", also=also, now=now)


def _household(person_id: UUID) -> tuple[Member, ...]:
    """Return who is on a person's family card; nobody where the registry does not say."""
    try:
        return proofing.household_of(person_id) or ()
    except Unavailable:
        return ()


def _entry(household: Sequence[Member], parent_nik: str | None, nik: str, birth_date: date) -> Member | None:
    """Return the child on the family card that the parent heads, alone or as a spouse."""
    leads = any(_leads(each) and each.nik == parent_nik for each in household)
    children = (each for each in household if each.relation == Place.CHILD and each.alive)
    return next((each for each in children if leads and (each.nik, each.birth_date) == (nik, birth_date)), None)


def _leads(member: Member) -> bool:
    return member.alive and member.relation in (Place.HEAD, Place.SPOUSE)


def _dependant(nik: str, full_name: str, birth_date: date) -> User:
    index = nik_index(nik)
    standing = Dependant.objects.select_related("person").filter(nik_index=index).first()
    holder = proofing.person_of_nik(nik)
    if holder is not None and not _is_childs(standing, holder):
        raise refusals.wrong("nik", "has_account", "NIK ini memiliki akun sendiri.", "This NIK has its own account.")
    if standing is None:
        try:
            with transaction.atomic():
                person = User.objects.create_user(full_name=full_name, kind=Kind.DEPENDANT)
                Dependant.objects.create(person=person, birth_date=birth_date, nik_index=index)
                return person
        except IntegrityError:  # the other parent was a moment earlier
            standing = Dependant.objects.select_related("person").get(nik_index=index)
    if standing.emancipated_at is not None:
        raise refusals.wrong("nik", "not_a_child", "Anak ini sudah menikah.", "This child is married.")
    if standing.birth_date != birth_date:
        raise refusals.wrong(
            "nik", "does_not_match", "NIK dan tanggal lahir tidak cocok.", "NIK and birth date differ."
        )
    return standing.person


def _is_childs(standing: Dependant | None, holder: UUID) -> bool:
    """Return whether who holds the NIK is the child: by the account for it, or by one of its own beside that, at 17."""
    return (
        standing is not None and standing.claimed_at is None and holder in (standing.person_id, standing.claimed_by_id)
    )
