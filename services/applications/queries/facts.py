"""What the platform itself knows of a person already, for the forms that ask to be prefilled by it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.mandates.models import Dependant
from accounts.models import Assurance, User
from accounts.proofing.models import Kind, Proof
from accounts.proofing.queries import household_of, number_of
from accounts.proofing.registry import Member, Relation, Unavailable
from services.definitions.facts import SOURCES
from services.module_api import Fact, Person

_HOUSEHOLD = frozenset({"registry.birth_date", "registry.mother_name"})


@dataclass(frozen=True, slots=True)
class Known:
    """Facts by name; `silent` are those that whoever should know did not answer for."""

    facts: dict[str, Fact]
    silent: frozenset[str] = frozenset()


def known_of(person_id: UUID, wanted: Collection[str], *, now: datetime) -> Known:
    """Return which of the `wanted` facts (`account.*`, `registry.*`) are known of this person."""
    person = User.objects.get(id=person_id)
    found = {name: fact for name, fact in _account(person) if name in wanted}
    proof = Proof.objects.filter(person_id=person_id, ended_at=None).order_by("-proved_at", "-id").first()
    child = Dependant.objects.filter(person_id=person_id).first()
    if proof is not None:
        found |= dict(_proved(person, proof, wanted))
    elif child is not None:
        found |= {name: fact for name, fact in _child(person, child) if name in wanted}
    asked = _HOUSEHOLD.intersection(wanted) - found.keys()
    if proof is None or not asked:
        return Known(found)
    try:
        members = household_of(person_id) or ()
    except Unavailable:
        return Known(found, asked)
    own = _own(members, number_of(person_id, Kind.NIK))
    told = _of_household(members, own, proof, now) if own else ()
    return Known(found | {name: fact for name, fact in told if name in asked})


def person_for_modules(person_id: UUID, *, assurance: str) -> Person:
    """Return a person as a module's `prefill` is told: with the NIK only where it was matched."""
    person = User.objects.get(id=person_id)
    is_proved = Proof.objects.filter(person_id=person_id, ended_at=None).exists()
    nik = number_of(person_id, Kind.NIK) if is_proved else None
    return Person(id=person_id, name=person.full_name, assurance=assurance, nik=nik)


def _account(person: User) -> Iterator[tuple[str, Fact]]:
    for name, value, at in (
        ("account.name", person.full_name, person.date_joined),
        ("account.phone", person.phone, person.phone_verified_at),
        ("account.email", person.email, person.date_joined),
    ):
        if value and at is not None:
            yield name, _fact(name, value, at, Assurance.BASIC)


def _proved(person: User, proof: Proof, wanted: Collection[str]) -> Iterator[tuple[str, Fact]]:
    if "registry.name" in wanted and person.full_name:
        yield "registry.name", _fact("registry.name", person.full_name, proof.proved_at, proof.assurance)
    for kind in (Kind.NIK, Kind.KK):
        name = f"registry.{kind.value}"
        if name in wanted and (number := number_of(person.id, kind)):
            yield name, _fact(name, number, proof.proved_at, proof.assurance)


def _child(person: User, child: Dependant) -> Iterator[tuple[str, Fact]]:
    """Yield what was matched when a parent's mandate was made; the number itself is not kept."""
    for name, value in (("registry.name", person.full_name), ("registry.birth_date", child.birth_date.isoformat())):
        yield name, _fact(name, value, person.date_joined, person.assurance)


def _own(members: Collection[Member], nik: str | None) -> Member | None:
    return next((each for each in members if nik is not None and each.nik == nik), None)


def _of_household(members: Collection[Member], own: Member, proof: Proof, now: datetime) -> Iterator[tuple[str, Fact]]:
    """Yield what the family card tells today. A mother is known of who stands in the card as a child."""
    birth: date = own.birth_date
    yield "registry.birth_date", _fact("registry.birth_date", birth.isoformat(), now, proof.assurance)
    parents = (Relation.HEAD, Relation.SPOUSE)
    mothers = [each for each in members if each.relation in parents and each.sex == "P"]
    if own.relation == Relation.CHILD and len(mothers) == 1:
        yield "registry.mother_name", _fact("registry.mother_name", mothers[0].full_name, now, proof.assurance)


def _fact(name: str, value: Any, at: datetime, assurance: str) -> Fact:
    return Fact(value=value, source=SOURCES[name], asserted_at=at, assurance=assurance)  # type: ignore[arg-type]
