"""Why an application was decided as it was: the reason in words, and the laws on which it stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.agencies.queries import calendar
from services.catalogue.queries import local
from services.catalogue.versions import Version
from services.definitions import last_day

_DECISIONS = ("granted", "rejected")


@dataclass(frozen=True, slots=True)
class Remedy:
    """Until when a refusal may be objected to, and by which law."""

    until: date
    basis: str


def remedy_of(version: Version, decided_on: date) -> Remedy | None:
    """Return what an applicant may do about a refusal of that day, None where the definition declares nothing."""
    rule = version.definition.objection
    if rule is None:
        return None
    return Remedy(last_day(rule.within, start=decided_on, holidays=calendar()), rule.within.basis)


@dataclass(frozen=True, slots=True)
class Told:
    """What an event says of itself: the action taken, in which state, the words, and its data."""

    action: str
    from_state: str
    words: str
    data: Mapping[str, Any]

    def reason(self, version: Version, language: str) -> str:
        """Return the reason that was chosen, then the words that were added."""
        transition = version.definition.workflow.transition(self.action, self.from_state)
        chosen = self.data.get("reason_code")
        offered = transition.reason_codes if transition else ()
        labels = [local(dict(each.label), language) for each in offered if each.code == chosen]
        return ". ".join([*labels, *([self.words] if self.words else [])])

    def basis(self, version: Version) -> str:
        """Return the laws named with a decision, else the first of the service's own; empty for any other step."""
        transition = version.definition.workflow.transition(self.action, self.from_state)
        if transition is None:  # no action, but the definition's own rule; other events tell theirs in words
            return str(self.data.get("basis", "")) if {"round", "lapsed_on"} & self.data.keys() else ""
        if version.definition.workflow.states[transition.target].end not in _DECISIONS:
            return ""
        laws = self.data.get("legal_basis") or version.definition.content.get("legal_basis", [])[:1]
        return "; ".join(map(str, laws))
