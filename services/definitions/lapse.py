"""What happens around the due date: who is reminded before, who is told after, and whether silence grants."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Final, Literal

from services.definitions.clock import working_day
from services.definitions.faults import Fault
from services.definitions.steps import Workflow

Level = Literal["officer", "head", "inspectorate"]
# Who answers for a late decision, in this order: the officer, the superior, the functional supervisor.
LEVELS: Final[tuple[Level, ...]] = ("officer", "head", "inspectorate")
SUPERVISION: Final = "UU 25/2009 Pasal 35 ayat (2)"
TACIT: Final = "UU 30/2014 Pasal 53 ayat (4), diubah dengan UU 6/2023"
_REMIND = 2


@dataclass(frozen=True, slots=True)
class Lapse:
    """The days around a due date, in working days: `remind` before it, each level's after it.

    `rule` is what its passing means: `escalate` tells each level, `granted` grants by law, empty does neither.
    """

    rule: Literal["", "escalate", "granted"] = ""
    remind: int = _REMIND
    officer: int = 1
    head: int = 3
    inspectorate: int = 5

    @classmethod
    def of(cls, deadline: Mapping[str, Any]) -> "Lapse":
        """Read a definition's `deadline`. Unless it says so, a short promise is reminded of at half its length."""
        promised = deadline.get("working_days", deadline.get("calendar_days", 0))
        usual = {"remind": min(_REMIND, promised // 2)}
        return cls(rule=deadline.get("on_lapse", ""), **usual | deadline.get("escalation", {}))

    def remind_on(self, due_on: date, holidays: Mapping[date, str]) -> date:
        """Return the day of the reminder."""
        return working_day(due_on, -self.remind, holidays)

    def told_on(self, level: Level, due_on: date, holidays: Mapping[date, str]) -> date:
        """Return the day on which a level is told that the answer is late."""
        return working_day(due_on, int(getattr(self, level)), holidays)


def lapse_faults(content: Mapping[str, Any], workflow: Workflow | None) -> Iterator[Fault]:
    """Yield levels that are told before the one below, and silence that would grant nobody knows what."""
    deadline = content["deadline"]
    lapse = Lapse.of(deadline)
    for lower, upper in pairwise(LEVELS):
        if getattr(lapse, lower) > getattr(lapse, upper):
            message = f"`{upper}` is told before `{lower}`"
            hint = f"Write {getattr(lapse, lower)} or more, or an earlier day for `{lower}`"
            yield Fault(f"/deadline/escalation/{upper}" if upper in deadline.get("escalation", {}) else
                        f"/deadline/escalation/{lower}", message, hint)  # fmt: skip
    if lapse.rule == "granted" and workflow is not None:
        grants = [code for code, state in workflow.states.items() if state.end == "granted"]
        if len(grants) != 1:
            hint = "Keep one state with `end: granted`, or write `on_lapse: escalate`"
            yield Fault("/deadline/on_lapse", f"silence would grant, but {len(grants)} states do", hint)
