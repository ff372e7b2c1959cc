"""What a workflow is made of: states, the transitions between them, and what each asks of whoever takes it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any, Literal

# What a guard may read beside the answers, as `facts.<name>`: how surely the applicant is known, the fee in rupiah, the
# ids of the documents handed in, the actions taken so far.
FACTS = frozenset({"assurance", "fee", "files", "taken"})


@dataclass(frozen=True, slots=True)
class Target:
    """By when a state should be left, counted from entering it, and where that is written."""

    working_days: int
    basis: str


@dataclass(frozen=True, slots=True)
class State:
    """A state in the resident's words. `end` tells how it ended, None while open; `clock` whether days count."""

    code: str
    label: Mapping[str, str]
    clock: Literal["running", "paused", "stopped"]
    end: Literal["granted", "rejected", "withdrawn"] | None
    target: Target | None = None


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """One reason that may be chosen. `words`: it says too little by itself, so that words are owed, too.

    `basis` is the law and article of a decision for this reason, empty where the service's own says enough.
    """

    code: str
    label: Mapping[str, str]
    words: bool
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Guard:
    """What must hold: JsonLogic over `answers` and `facts`; `message` is told where it does not."""

    rule: Any
    message: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StepDocument:
    """A file that whoever takes an action hands in with it. `internal`: the applicant does not see it."""

    id: str
    title: Mapping[str, str]
    accept: tuple[str, ...]
    max_mb: int
    optional: bool
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """What may be done. `separate_from` names earlier actions that its doer must not have taken.

    `extends` are working days that it adds to the deadline, by the law in `basis`; such an action is taken once.
    `place` is where it stands in the definition's list.
    """

    action: str
    label: Mapping[str, str]
    sources: frozenset[str]
    target: str
    roles: frozenset[str]
    reason: Literal["required", "optional", "none"]
    separate_from: tuple[str, ...] = ()
    reason_codes: tuple[ReasonCode, ...] = ()
    guard: Guard | None = None
    documents: tuple[StepDocument, ...] = ()
    extends: Target | None = None
    place: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Workflow:
    """States by code, and the transitions between them; `initial` is where a submission arrives."""

    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]

    def available(self, state: str, roles: Set[str]) -> list[Transition]:
        """Return what somebody with these roles may do in `state`, in the definition's order."""
        return [each for each in self.transitions if state in each.sources and each.roles & roles]

    def transition(self, action: str, state: str) -> Transition | None:
        """Return the transition that `action` means in `state`, None where it has none."""
        return next((each for each in self.transitions if each.action == action and state in each.sources), None)
