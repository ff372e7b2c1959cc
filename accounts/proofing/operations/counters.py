"""Proving who somebody is at a counter: the resident's one-time code, the first officer, the second."""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import Assurance
from accounts.proofing import vault
from accounts.proofing.models import BeforeTwoOfficers, CounterCode, CounterProofing, Proof, Sealed
from accounts.proofing.operations.keeping import Taken, keep_claim, keep_numbers, raise_assurance, read_claim
from accounts.proofing.queries import Officer
from accounts.proofing.registry import Asked
from services.events.operations import publish
from superapp.http.problems import FieldError, Problem

_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
_LENGTH: Final = 8
CODE_LASTS: Final = timedelta(minutes=10)
CONFIRM_WITHIN: Final = timedelta(hours=24)
State = CounterProofing.State


def unknown_code() -> Problem:
    """Return the refusal of a code that nobody shows now."""
    detail = {"id": "Kode tidak berlaku. Minta warga membuat kode baru.", "en": "This code is not valid now."}
    return Problem(status=400, code="invalid", detail=detail, errors=[FieldError("/code", "unknown_code", detail)])


def own_case() -> Problem:
    """Return the refusal of an officer who proves themselves, or who would be both officers."""
    detail = {
        "id": "Diperlukan petugas lain: bukan Anda sendiri dan bukan petugas pertama.",
        "en": "Another officer is needed: not yourself, and not the first officer.",
    }
    return Problem(status=403, code="own_case", detail=detail)


def not_waiting() -> Problem:
    """Return the refusal of a proofing that was ended, or lapsed."""
    detail = {"id": "Pembuktian ini sudah selesai atau lewat waktu.", "en": "This proofing has ended or lapsed."}
    return Problem(status=409, code="not_waiting", detail=detail)


def waiting_already() -> Problem:
    """Return the refusal of a second proofing of one resident while the first waits."""
    detail = {"id": "Warga ini sudah menunggu petugas kedua.", "en": "This resident waits for the second officer."}
    return Problem(status=409, code="waiting_already", detail=detail)


def nik_taken() -> Problem:
    """Return the refusal of a NIK that another account holds: that is for a dispute."""
    detail = {
        "id": "NIK ini dipegang akun lain. Selesaikan melalui sengketa.",
        "en": "Another account holds this NIK. It takes a dispute.",
    }
    return Problem(status=409, code="nik_taken", detail=detail)


@transaction.atomic
def make_code(*, person_id: UUID, now: datetime) -> tuple[str, datetime]:
    """Return a new code to show at a counter, and until when it is valid. The one before it is void."""
    code = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    until = now + CODE_LASTS
    CounterCode.objects.update_or_create(
        person_id=person_id, defaults={"digest": vault.digest(code, kind="code"), "expires_at": until}
    )
    return f"{code[:4]}-{code[4:]}", until


@transaction.atomic
def start_counter(*, officer: Officer, code: str, asked: Asked, document: str, now: datetime) -> CounterProofing:
    """Begin as the first officer, with the code that the resident shows; it is used up.

    :raises Problem: 400 for an unknown code; 403 `own_case`; 409 `waiting_already`.
    """
    plain = "".join(each for each in code.upper() if each.isalnum())
    found = CounterCode.objects.select_for_update().filter(
        digest__in=list(vault.digests(plain, kind="code").values()), expires_at__gt=now
    )
    shown = found.first()
    if shown is None:
        raise unknown_code()
    if shown.person_id == officer.id:
        raise own_case()
    CounterProofing.objects.filter(person_id=shown.person_id, state=State.STARTED, expires_at__lte=now).update(
        state=State.REJECTED, ended_at=now
    )
    try:
        with transaction.atomic():
            proofing = CounterProofing.objects.create(
                person_id=shown.person_id,
                claim=keep_claim(person_id=shown.person_id, asked=asked),
                document=document,
                started_at=now,
                expires_at=now + CONFIRM_WITHIN,
                first_id=officer.id,
                first_name=officer.name,
                first_agency=officer.agency_name,
            )
    except IntegrityError:
        raise waiting_already() from None
    shown.delete()
    _tell(proofing, "identity.counter_started", now)
    return proofing


@transaction.atomic
def confirm_counter(*, proofing_id: UUID, officer: Officer, now: datetime) -> CounterProofing:
    """Confirm as the second officer: the resident is proved in person.

    :raises CounterProofing.DoesNotExist: when there is none.
    :raises Problem: 403 `own_case`; 409 `not_waiting`, `nik_taken`.
    """
    proofing = _lock(proofing_id, officer.id, now)
    if officer.id == proofing.first_id:
        raise own_case()
    assert proofing.claim is not None  # noqa: S101 - kept while it waits
    asked = read_claim(proofing.claim)
    try:
        keep_numbers(person_id=proofing.person_id, nik=asked.nik, kk=asked.kk, now=now)
    except Taken:
        raise nik_taken() from None
    raise_assurance(
        person_id=proofing.person_id,
        assurance=Assurance.IN_PERSON,
        how=Proof.How.COUNTER,
        full_name=asked.full_name,
        source=proofing.document,
        about=proofing.pk,
        now=now,
    )
    _end(proofing, State.CONFIRMED, officer, "", now)
    return proofing


@transaction.atomic
def reject_counter(*, proofing_id: UUID, officer: Officer, reason: str, now: datetime) -> CounterProofing:
    """Refuse, as either officer, with a reason that the resident reads.

    :raises CounterProofing.DoesNotExist: when there is none.
    :raises Problem: 403 `own_case`; 409 `not_waiting`.
    """
    proofing = _lock(proofing_id, officer.id, now)
    _end(proofing, State.REJECTED, None if officer.id == proofing.first_id else officer, reason, now)
    return proofing


def _lock(proofing_id: UUID, officer_id: UUID, now: datetime) -> CounterProofing:
    proofing = CounterProofing.objects.select_for_update(of=("self",)).select_related("claim").get(pk=proofing_id)
    if proofing.person_id == officer_id:
        raise own_case()
    if proofing.state != State.STARTED or proofing.expires_at <= now:
        raise not_waiting()
    return proofing


def _end(proofing: CounterProofing, state: str, second: Officer | None, reason: str, now: datetime) -> None:
    claim_id = proofing.claim_id
    proofing.state, proofing.ended_at, proofing.reason, proofing.claim = state, now, reason, None
    sign_second(proofing, second)
    proofing.save()
    if claim_id:
        Sealed.objects.filter(pk=claim_id).delete()
    _tell(proofing, f"identity.counter_{state}", now)


def _tell(proofing: CounterProofing, topic: str, now: datetime) -> None:
    body = {"person": str(proofing.person_id), "proofing": str(proofing.pk)}
    publish(topic=topic, key=proofing.person_id, body=body, now=now)


def sign_second(row: BeforeTwoOfficers, second: Officer | None) -> None:
    """Write down who the second officer was; None where the first one ended it."""
    if second is not None:
        row.second_id, row.second_name, row.second_agency = second.id, second.name, second.agency_name
