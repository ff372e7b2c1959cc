"""A director acts for a company."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.mandates import refusals
from accounts.mandates.companies import Company, Unavailable, register
from accounts.mandates.models import Awaiting, Evidence, Mandate, Organisation, Relation
from accounts.mandates.operations.steps import begin, propose
from accounts.models import Assurance, Kind, User
from accounts.proofing import queries as proofing
from accounts.proofing.models import Kind as Number

YEAR: Final = timedelta(days=365)


def add_company(*, director_id: UUID, name: str, nib: str, npwp: str, now: datetime) -> Mandate:
    """Let a director act for a company, for a year.

    In force at once where the register of business licences names the person's NIK among the directors of a NIB that
    is valid; where it does not say, an officer compares the registration.

    :raises Problem: 403 for a director whom the registry does not know, 400 for a NIB that is no longer valid, 409
        when a mandate stands already.
    """
    director = User.objects.get(pk=director_id)
    if not Assurance(director.assurance).covers(Assurance.VERIFIED):
        raise refusals.not_known_enough()
    found = known_to_register(nib)
    with transaction.atomic():
        company = _organisation(found.name if found else name, nib, npwp)
        mandate = propose(
            company.account,
            director,
            kind=Relation.COMPANY,
            awaiting=Awaiting.OFFICER,
            expires_at=now + YEAR,
            now=now,
        )
        if not directs(director_id, found):
            return mandate
        assert found is not None  # noqa: S101 - who directs it stands in it
        User.objects.filter(pk=company.pk).update(assurance=Assurance.VERIFIED, full_name=found.name)
        mandate.source = register().name
        return begin(mandate, Evidence.NIB, by=None, role="system", now=now)


def _organisation(name: str, nib: str, npwp: str) -> Organisation:
    standing = Organisation.objects.select_related("account").filter(nib=nib)
    if company := standing.first():
        return company
    try:
        with transaction.atomic():
            account = User.objects.create_user(full_name=name, kind=Kind.ORGANISATION)
            return Organisation.objects.create(account=account, nib=nib, npwp=npwp)
    except IntegrityError:  # another director was a moment earlier
        return standing.get()


def known_to_register(nib: str) -> Company | None:
    """Return what the register says of a NIB; None where it does not know it or does not answer.

    :raises Problem: 400 for a NIB that was revoked.
    """
    try:
        found = register().look_up(nib)
    except Unavailable:
        return None
    if found is not None and not found.valid:
        raise refusals.wrong("nib", "not_valid", "NIB ini tidak berlaku lagi.", "This NIB is no longer valid.")
    return found


def directs(person_id: UUID, company: Company | None) -> bool:
    """Return whether the register names this person among the directors."""
    nik = proofing.number_of(person_id, Number.NIK)
    return company is not None and nik is not None and nik in company.directors
