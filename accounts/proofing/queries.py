"""Reading what is proved of a person. Whole numbers leave the vault only here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.proofing import vault
from accounts.proofing.models import Check, CounterProofing, Dispute, Kind, NumberMark, Proof, Recovery, Sealed
from accounts.proofing.numbers import masked
from accounts.proofing.registry import Member, registry

_MOST: Final = 50  # lines of a person's own page


def number_of(person_id: UUID, kind: str) -> str | None:
    """Return a person's `nik` or `kk` in full; None when it is not in the vault. For the city's own errands: what
    is shown is `masked`, what is logged is neither.
    """
    found = Sealed.objects.filter(person_id=person_id, kind=kind).first()
    return vault.unseal(found.value, person_id=person_id, kind=kind) if found else None


def whole(row: Sealed) -> str:
    """Return what stands in a row of the vault, in full: for the person themselves and nobody else.

    :raises Unreadable: when no key opens it.
    """
    return vault.unseal(row.value, person_id=row.person_id, kind=row.kind)


def person_of_nik(nik: str) -> UUID | None:
    """Return whose account proved this NIK."""
    return _person_of(nik, Kind.NIK)


def _person_of(number: str, kind: Kind) -> UUID | None:
    digests = list(vault.digests(number, kind=kind).values())
    marks = NumberMark.objects.filter(kind=kind, digest__in=digests)
    found: UUID | None = marks.values_list("sealed__person_id", flat=True).first()
    return found


def household_of(person_id: UUID) -> tuple[Member, ...] | None:
    """Return the members of a person's family card, as the registry tells today.

    None when the person's KK is not known or the registry does not tell households.

    :raises accounts.proofing.registry.Unavailable: when it does not answer.
    """
    kk = number_of(person_id, Kind.KK)
    return registry().household_of(kk) if kk else None


def tries_since(person_id: UUID, digest: str, now: datetime) -> int:
    """Return how many submissions of the last 24 hours count against this person or this NIK, whichever is more."""
    recent = Check.objects.filter(requested_at__gt=now - timedelta(days=1))
    return max(recent.filter(person_id=person_id).count(), recent.filter(digest=digest).count())


def tries_left(person_id: UUID, now: datetime) -> int:
    """Return how many more submissions a person has in the last 24 hours' window."""
    used = Check.objects.filter(person_id=person_id, requested_at__gt=now - timedelta(days=1)).count()
    return max(0, settings.IDENTITY_TRIES_A_DAY - used)


def identity_of(person_id: UUID, now: datetime) -> dict[str, Any]:
    """Return what a person sees of their own proof: level, masked NIK, when and how, what is under way."""
    person = User.objects.only("assurance").get(pk=person_id)
    nik = number_of(person_id, Kind.NIK)
    proof = Proof.objects.filter(person_id=person_id, ended_at=None).order_by("-proved_at", "-id").first()
    check = Check.objects.filter(person_id=person_id).order_by("-requested_at", "-id").first()
    counter = CounterProofing.objects.filter(person_id=person_id).order_by("-started_at", "-id").first()
    return {
        "assurance": person.assurance,
        "nik": masked(nik) if nik else None,
        "proved_at": proof.proved_at if proof else None,
        "how": proof.how if proof else None,
        "source": proof.source if proof else "",
        "tries_left": tries_left(person_id, now),
        "check": _check_line(check) if check else None,
        "counter": counter_line(counter, now) if counter else None,
        "recoveries": _recoveries_of(person_id, now),
    }


def _check_line(check: Check) -> dict[str, Any]:
    return {
        "id": check.id,
        "state": check.state,
        "requested_at": check.requested_at,
        "answered_at": check.answered_at,
    }


def counter_line(each: CounterProofing, now: datetime) -> dict[str, Any]:
    """Return a counter proofing as the resident sees it: by whom, of which agency, what came of it."""
    lapsed = each.state == CounterProofing.State.STARTED and each.expires_at <= now
    return {
        "id": each.id,
        "state": "lapsed" if lapsed else each.state,
        "document": each.document,
        "started_at": each.started_at,
        "expires_at": each.expires_at,
        "first_officer": each.first_name,
        "first_agency": each.first_agency,
        "second_officer": each.second_name,
        "second_agency": each.second_agency,
        "ended_at": each.ended_at,
        "reason": each.reason,
    }


def _recoveries_of(person_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Return what was asked at counters about the ways into a person's account, latest first."""
    found = Recovery.objects.filter(person_id=person_id).order_by("-started_at", "-id")
    return [recovery_line(each, now) for each in found[:_MOST]]


def recovery_line(each: Recovery, now: datetime) -> dict[str, Any]:
    """Return a recovery as the account's person and officers see it: what was asked, by whom, what came of it."""
    waiting = each.state in (Recovery.State.CODE, Recovery.State.STARTED)
    return {
        "id": each.id,
        "kind": each.kind,
        "state": "lapsed" if waiting and each.expires_at <= now else each.state,
        "contact": each.contact,
        "document": each.document,
        "reason": each.reason,
        "started_at": each.started_at,
        "expires_at": each.expires_at,
        "first_officer": each.first_name,
        "first_agency": each.first_agency,
        "second_officer": each.second_name,
        "second_agency": each.second_agency,
        "ended_at": each.ended_at,
        "refusal": each.refusal,
        "closed": each.closed,
    }


def disputes_of(person_id: UUID) -> list[dict[str, Any]]:
    """Return the disputes in which a person is a party, latest first; the other party is not named."""
    found = Dispute.objects.filter(Q(claimant_id=person_id) | Q(holder_id=person_id)).order_by("-opened_at", "-id")
    return [
        {
            "id": each.id,
            "my_part": "claimant" if each.claimant_id == person_id else "holder",
            "state": each.state,
            "statement": each.statement if each.claimant_id == person_id else "",
            "answer": each.answer if each.holder_id == person_id else "",
            "opened_at": each.opened_at,
            "answer_until": each.answer_until,
            "decided_at": each.decided_at,
            "officer": each.officer_name,
            "agency": each.agency_name,
            "reason": each.reason,
        }
        for each in found[:_MOST]
    ]


@dataclass(frozen=True, slots=True)
class Officer:
    """Who proves identities, in which role and for which agency."""

    id: UUID
    name: str
    role: str
    agency_code: str
    agency_name: str


def officer_of(person_id: UUID, name: str) -> Officer | None:
    """Return a person of this name as an identity officer; None for who is not.

    An agency of `IDENTITY_AGENCIES` counts, in whatever role.
    """
    for each in import_string(settings.STAFF_POSTS_OF)(person_id):
        agency = each["agency"]
        if agency["code"] in settings.IDENTITY_AGENCIES and each["roles"]:
            return Officer(person_id, name, sorted(each["roles"])[-1], agency["code"], agency["name"])
    return None


def waiting_disputes(*, limit: int, after: tuple[Any, ...] | None, before: tuple[Any, ...] | None) -> list[Dispute]:
    """Return open disputes, oldest first, from a place in the list."""
    found: list[Dispute] = _paged(Dispute.objects.filter(state=Dispute.State.OPEN), "opened_at", limit, after, before)
    return found


def waiting_counters(
    now: datetime, *, limit: int, after: tuple[Any, ...] | None, before: tuple[Any, ...] | None
) -> list[CounterProofing]:
    """Return proofings that wait for a second officer, oldest first, from a place in the list."""
    waiting = CounterProofing.objects.filter(state=CounterProofing.State.STARTED, expires_at__gt=now)
    found: list[CounterProofing] = _paged(waiting, "started_at", limit, after, before)
    return found


def waiting_recoveries(
    now: datetime, *, limit: int, after: tuple[Any, ...] | None, before: tuple[Any, ...] | None
) -> list[Recovery]:
    """Return recoveries that wait for a second officer, oldest first, from a place in the list."""
    waiting = Recovery.objects.filter(state=Recovery.State.STARTED, expires_at__gt=now)
    found: list[Recovery] = _paged(waiting, "started_at", limit, after, before)
    return found


def _paged(found: Any, name: str, limit: int, after: tuple[Any, ...] | None, before: tuple[Any, ...] | None) -> Any:
    if before:
        at, id = before
        earlier = found.filter(Q(**{f"{name}__lt": at}) | Q(**{name: at}, pk__lt=id))
        return list(earlier.order_by(f"-{name}", "-pk")[:limit])[::-1]
    if after:
        at, id = after
        found = found.filter(Q(**{f"{name}__gt": at}) | Q(**{name: at}, pk__gt=id))
    return list(found.order_by(name, "pk")[:limit])
