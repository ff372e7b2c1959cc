"""A resident proves who they are by the population registry: asked now if it answers soon, else by the worker."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Assurance, User
from accounts.proofing import vault
from accounts.proofing.models import Check, Kind, Proof, Sealed
from accounts.proofing.operations.keeping import Taken, keep_claim, keep_numbers, raise_assurance, read_claim
from accounts.proofing.queries import number_of, tries_since
from accounts.proofing.registry import Answer, Asked, Unavailable, registry
from accounts.sign_in.queries import phone_cools_until
from services.events.operations import publish
from superapp.http.problems import Problem

_COUNT = """
INSERT INTO accounts_proofing_registryday AS day (date, asked) SELECT %s, 1 WHERE %s > 0
ON CONFLICT (date) DO UPDATE SET asked = day.asked + 1 WHERE day.asked < %s RETURNING asked
"""


def already_proved() -> Problem:
    """Return the refusal of a person whose NIK is in the vault."""
    detail = {"id": "Identitas Anda sudah terverifikasi.", "en": "Your identity is verified already."}
    return Problem(status=409, code="already_verified", detail=detail)


def under_way() -> Problem:
    """Return the refusal of a second submission while the first is being checked."""
    detail = {
        "id": "Data Anda sedang diperiksa. Hasilnya kami kirim sebagai pemberitahuan.",
        "en": "Your data is being checked. We send you a notice of the result.",
    }
    return Problem(status=409, code="check_under_way", detail=detail)


def number_too_new(until: datetime) -> Problem:
    """Return the refusal of a person whose number was changed just now: it may have been somebody else."""
    detail = {
        "id": f"Nomor telepon akun ini baru diganti. Demi keamanan, buktikan identitas mulai {_moment(until)}.",
        "en": f"The number of this account was changed just now. For safety, prove who you are from {_moment(until)}.",
    }
    return Problem(status=409, code="number_too_new", detail=detail)


def _moment(at: datetime) -> str:
    return f"{timezone.localtime(at):%d-%m-%Y %H.%M} WITA"


def too_many_tries() -> Problem:
    """Return the refusal of one try too many in 24 hours, by this person or for this NIK."""
    detail = {
        "id": "Terlalu banyak percobaan. Coba lagi besok, atau datang ke loket Disdukcapil.",
        "en": "Too many tries. Try again tomorrow, or come to a counter of the population agency.",
    }
    return Problem(status=429, code="too_many_tries", detail=detail, headers={"Retry-After": "86400"})


@transaction.atomic
def submit_identity(*, person_id: UUID, nik: str, kk: str, full_name: str, birth_date: date, now: datetime) -> Check:
    """Take what a person says of themselves and see that the registry will be asked, whatever happens now.

    What is submitted is kept sealed; `identity.check_requested` has a worker ask if nobody else did.

    :raises Problem: 409 `already_verified`, `check_under_way`, `number_too_new`; 429 `too_many_tries`.
    """
    person = User.objects.select_for_update(no_key=True).get(pk=person_id)
    if Assurance(person.assurance).covers(Assurance.VERIFIED) and number_of(person_id, Kind.NIK):
        raise already_proved()
    if Check.objects.filter(person_id=person_id, state=Check.State.PENDING).exists():
        raise under_way()
    if cools_until := phone_cools_until(person_id, now=now):
        raise number_too_new(cools_until)
    digest = vault.digest(nik, kind=Kind.NIK)
    if tries_since(person_id, digest, now) >= settings.IDENTITY_TRIES_A_DAY:
        raise too_many_tries()
    check = Check.objects.create(
        person_id=person_id,
        claim=keep_claim(person_id=person_id, asked=Asked(nik, kk, full_name, birth_date)),
        digest=digest,
        requested_at=now,
        held_until=now + timedelta(seconds=2 * settings.REGISTRY_SECONDS),
    )
    publish(topic="identity.check_requested", key=person_id, body={"check": str(check.pk)}, now=now)
    return check


def ask_soon(*, check_id: UUID, now: datetime) -> None:
    """Ask the registry for a check that somebody waits for; when it does not answer in time, the worker goes on."""
    try:
        ask(check_id=check_id, now=now)
    except Unavailable:
        Check.objects.filter(pk=check_id).update(held_until=now)


def ask(*, check_id: UUID, now: datetime, later: bool = False) -> None:
    """Ask the registry and settle the check. One that is settled stays as it is.

    `later` tells that the person no longer waits before the screen.

    :raises Unavailable: when the registry does not answer, or the day's quota is used up.
    """
    check = Check.objects.select_related("claim").get(pk=check_id)
    if check.state != Check.State.PENDING or check.claim is None:
        return
    asked = read_claim(check.claim)
    _count(now)
    answer = registry().verify(asked, seconds=settings.REGISTRY_SECONDS)
    settle(check_id=check_id, asked=asked, answer=answer, now=now, later=later)


def _count(now: datetime) -> None:
    """Count one question to the registry.

    :raises Unavailable: when today's are used up.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [timezone.localdate(now), settings.REGISTRY_DAILY_QUOTA, settings.REGISTRY_DAILY_QUOTA])
        if cursor.fetchone() is None:
            raise Unavailable("today's quota is used up", until_tomorrow=True)


@transaction.atomic
def settle(*, check_id: UUID, asked: Asked, answer: Answer, now: datetime, later: bool) -> None:
    """Write down what the registry said; on a match the numbers go to the vault and the person's assurance rises."""
    check = Check.objects.select_for_update().get(pk=check_id)
    if check.state != Check.State.PENDING:
        return  # the worker and the page asked at once
    check.source, check.results, check.answered_at = registry().name, answer.results, now
    check.state = _outcome(check, asked, answer, now)
    claim_id = check.claim_id
    if check.state == Check.State.TAKEN:
        claim_id = None  # a dispute needs it
    else:
        check.claim = None
    check.save(update_fields=["source", "results", "answered_at", "state", "claim"])
    if claim_id:
        Sealed.objects.filter(pk=claim_id).delete()
    body = {"person": str(check.person_id), "check": str(check.pk), "later": later}
    publish(topic=f"identity.{check.state}", key=check.person_id, body=body, now=now)


def _outcome(check: Check, asked: Asked, answer: Answer, now: datetime) -> str:
    if not answer.matches:
        return Check.State.MISMATCHED
    try:
        keep_numbers(person_id=check.person_id, nik=asked.nik, kk=asked.kk, now=now)
    except Taken:
        return Check.State.TAKEN
    raise_assurance(
        person_id=check.person_id,
        assurance=Assurance.VERIFIED,
        how=Proof.How.REGISTRY,
        full_name=asked.full_name,
        source=registry().name,
        results=answer.results,
        about=check.pk,
        now=now,
    )
    return Check.State.MATCHED
