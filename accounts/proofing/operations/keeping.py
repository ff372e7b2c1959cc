"""Putting NIK and KK into the vault, and taking them out; assurance rises and falls here and nowhere else."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from accounts.models import Assurance, User
from accounts.proofing import vault
from accounts.proofing.models import Kind, NumberMark, Proof, Sealed
from accounts.proofing.registry import Asked
from accounts.provider.models import Authorization
from accounts.provider.operations import end_authorizations
from services.events.operations import publish


class Taken(Exception):
    """The NIK is in the vault already, of another account: that of `holder_id`."""

    def __init__(self, holder_id: UUID) -> None:
        super().__init__("The number belongs to another account.")
        self.holder_id = holder_id


@transaction.atomic
def keep_numbers(*, person_id: UUID, nik: str, kk: str, now: datetime) -> None:
    """Seal a person's NIK and KK into the vault, in the place of what stands there.

    An account that the parents of a child who came of age had used gives the NIK free (`settings.NIK_YIELDED_BY`).

    :raises Taken: when another account holds the NIK. Of two at once, one gets here.
    """
    try:
        with transaction.atomic():
            import_string(settings.NIK_YIELDED_BY)(person_id=person_id, nik=nik, now=now)
            Sealed.objects.filter(person_id=person_id, kind__in=(Kind.NIK, Kind.KK)).delete()
            for kind, number in ((Kind.NIK, nik), (Kind.KK, kk)):
                _keep(person_id, kind, number)
    except IntegrityError:
        holder_id = holder_of(nik)
        if holder_id is None or holder_id == person_id:
            raise
        raise Taken(holder_id) from None


def _keep(person_id: UUID, kind: Kind, number: str) -> None:
    key_id, value = vault.seal(number, person_id=person_id, kind=kind)
    sealed = Sealed.objects.create(person_id=person_id, kind=kind, key_id=key_id, value=value)
    NumberMark.objects.bulk_create(
        NumberMark(sealed=sealed, kind=kind, key_id=index_id, digest=digest)
        for index_id, digest in vault.digests(number, kind=kind).items()
    )


@transaction.atomic
def load_identity(*, person_id: UUID, nik: str, kk: str, now: datetime) -> None:
    """Give a person, whom the city entered itself as verified, their numbers. Again, it changes nothing.

    :raises Taken: when another account holds the NIK.
    """
    if holder_of(nik) != person_id:
        keep_numbers(person_id=person_id, nik=nik, kk=kk, now=now)
        raise_assurance(person_id=person_id, assurance=Assurance.VERIFIED, how=Proof.How.LOADED, now=now)


def holder_of(nik: str) -> UUID | None:
    """Return whose NIK this is; None when nobody proved it."""
    digests = list(vault.digests(nik, kind=Kind.NIK).values())
    found: UUID | None = (
        NumberMark.objects.filter(kind=Kind.NIK, digest__in=digests).values_list("sealed__person_id", flat=True).first()
    )
    return found


def keep_claim(*, person_id: UUID, asked: Asked) -> Sealed:
    """Seal what a person says of themselves until it is settled."""
    said = {
        "nik": asked.nik,
        "kk": asked.kk,
        "full_name": asked.full_name,
        "birth_date": asked.birth_date.isoformat(),
    }
    key_id, value = vault.seal(json.dumps(said), person_id=person_id, kind=Kind.CLAIM)
    return Sealed.objects.create(person_id=person_id, kind=Kind.CLAIM, key_id=key_id, value=value)


def read_claim(claim: Sealed) -> Asked:
    """Return what was sealed with `keep_claim`."""
    said = json.loads(vault.unseal(claim.value, person_id=claim.person_id, kind=claim.kind))
    return Asked(said["nik"], said["kk"], said["full_name"], date.fromisoformat(said["birth_date"]))


@transaction.atomic
def raise_assurance(
    *,
    person_id: UUID,
    assurance: Assurance,
    how: str,
    now: datetime,
    full_name: str = "",
    source: str = "",
    results: dict[str, Any] | None = None,
    about: UUID | None = None,
) -> Proof:
    """Record a proof and raise the person to its assurance; one that stands higher stays. Their name becomes the
    one that was proved.

    The new assurance is in the next request with any of the person's tokens; an ID token has it from the next
    authorization on.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if not Assurance(person.assurance).covers(assurance):
        person.assurance = assurance
    if full_name:
        person.full_name = full_name
    person.save(update_fields=["assurance", "full_name"])
    return Proof.objects.create(
        person_id=person_id,
        how=how,
        assurance=assurance,
        source=source,
        results=results or {},
        about=about,
        proved_at=now,
    )


@transaction.atomic
def take_away(*, person_id: UUID, why: str, about: UUID, now: datetime) -> None:
    """Bring a person back to basic: their numbers leave the vault, their proofs end, and so do the tokens that
    were given on a higher assurance. Told as `identity.lost`.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    Sealed.objects.filter(person_id=person_id, kind__in=(Kind.NIK, Kind.KK)).delete()
    Proof.objects.filter(person_id=person_id, ended_at=None).update(ended_at=now)
    person.assurance = Assurance.BASIC
    person.save(update_fields=["assurance"])
    given = Authorization.objects.filter(person_id=person_id, ended_at=None).exclude(assurance=Assurance.BASIC)
    for authorization_id in list(given.values_list("pk", flat=True)):
        end_authorizations(authorization_id=authorization_id, now=now)
    publish(
        topic="identity.lost",
        key=person_id,
        body={"person": str(person_id), "why": why, "about": str(about)},
        now=now,
    )
