"""What the platform asks of a population registry, whoever answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Agreement(StrEnum):
    """How one value compares with the registry's."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """What the registry says of the person of a NIK."""

    ALIVE = "alive"
    DECEASED = "deceased"
    BLOCKED = "blocked"
    NOT_FOUND = "not_found"


class Relation(StrEnum):
    """A member's place in the family card (KK)."""

    HEAD = "head"
    SPOUSE = "spouse"
    CHILD = "child"
    PARENT = "parent"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to look for. Its repr shows nothing: it may end up in a log."""

    nik: str = field(repr=False)
    kk: str = field(repr=False)
    full_name: str = field(repr=False)
    birth_date: date = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the registry says of nik, kk, full_name, birth_date: agreement, no values.

    `similarity` is in percent, where the registry tells it.
    """

    fields: Mapping[str, Agreement]
    status: Status = Status.ALIVE
    similarity: Mapping[str, int] = field(default_factory=dict)

    @property
    def matches(self) -> bool:
        """Return whether the person lives and everything asked was found to agree; unknown is not enough."""
        asked = ("nik", "kk", "full_name", "birth_date")
        return self.status is Status.ALIVE and all(self.fields.get(name) is Agreement.MATCH for name in asked)

    @property
    def results(self) -> dict[str, str]:
        """Return what may be kept: agreement by field, and the status."""
        return {name: str(value) for name, value in self.fields.items()} | {"status": str(self.status)}


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a household. `relation` is to its head."""

    nik: str = field(repr=False)
    full_name: str = field(repr=False)
    birth_date: date = field(repr=False)
    sex: str
    relation: Relation
    alive: bool = True


class Unavailable(Exception):
    """No answer now: down, too slow, not understood, or today's quota is used up. Says why, never whom.

    `until_tomorrow` tells that asking again today is in vain.
    """

    def __init__(self, why: str, *, until_tomorrow: bool = False) -> None:
        super().__init__(why)
        self.until_tomorrow = until_tomorrow


class PopulationRegistry(Protocol):
    """The registry. An adapter is a class without arguments; its `name` stands in each proof."""

    name: str

    def verify(self, asked: Asked, *, seconds: float) -> Answer:
        """Compare, within `seconds`.

        :raises Unavailable: without an answer that can be understood.
        """

    def household_of(self, kk: str) -> tuple[Member, ...] | None:
        """Return who is on a family card, the head first; empty for an unknown one.

        None from a registry that does not tell.

        :raises Unavailable: without an answer.
        """


def registry() -> PopulationRegistry:
    """Return the registry that the settings name."""
    return _made(settings.POPULATION_REGISTRY)


@lru_cache(maxsize=8)
def _made(path: str) -> PopulationRegistry:
    made: PopulationRegistry = import_string(path)()
    return made
