"""Walking a golden case through a workflow: who may do what, and where that leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.definitions.cases.reading import Case, Step
from services.definitions.cases.results import Difference
from services.definitions.clock import Deadline
from services.definitions.service import Definition
from services.definitions.steps import Transition

_RESIDENT = "resident"


@dataclass(slots=True)
class _Walk:
    """An application on its way: `taken` are the actions so far, each with its role and who took it."""

    definition: Definition
    case: Case
    answers: Mapping[str, Any]
    fee: int | None
    state: str
    due: date
    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def take(self, step: Step) -> tuple[str, str] | None:
        """Take a step; return in both languages why it is refused, None where it was taken."""
        transition = self.definition.workflow.transition(step.action, self.state)
        if transition is None:
            return f"“{step.action}” tidak tersedia pada status ini", f"“{step.action}” is not available in this state"
        if refusal := self._refusal(transition, step):
            return refusal
        if transition.extends:
            rule = Deadline(transition.extends.working_days, working=True, basis=transition.extends.basis)
            self.due = self.case.due_by(rule, self.due)
        self.taken.append((step.action, step.role, step.by))
        self.state = transition.target
        return None

    def _refusal(self, transition: Transition, step: Step) -> tuple[str, str] | None:
        if step.role not in transition.roles:
            return f"bukan wewenang {step.role}", f"it is not for the role {step.role}"
        own = [
            action for action, role, by in self.taken if by == step.by and self._apart(transition, step, action, role)
        ]
        if own:
            return f"orang yang sama sudah melakukan “{own[0]}”", f"the same person took “{own[0]}”"
        if transition.extends and any(action == step.action for action, *_ in self.taken):
            return "tenggat sudah diperpanjang", "the deadline was extended before"
        if not self.definition.lets(transition, self.answers, self._facts(), self.case.day):
            message = transition.guard.message if transition.guard else {"id": "syarat", "en": "guard"}
            return message["id"], message.get("en", message["id"])
        return None

    def _apart(self, transition: Transition, step: Step, action: str, role: str) -> bool:
        return action in transition.separate_from or (role == _RESIDENT and step.role != _RESIDENT)

    def _facts(self) -> dict[str, Any]:
        """Return what a guard may read beside the answers (`steps.FACTS`)."""
        return {
            "assurance": self.case.assurance,
            "fee": self.fee,
            "files": sorted(self.case.documents),
            "taken": sorted({action for action, *_ in self.taken}),
        }


def path_differences(
    definition: Definition, case: Case, *, answers: Mapping[str, Any], fee: int | None, due: date
) -> Iterator[Difference]:
    """Yield where the case's path leads elsewhere than it says. It begins where a submission arrives."""
    walk = _Walk(definition, case, answers, fee, definition.workflow.initial, due)
    for place, step in enumerate(case.path):
        refusal = walk.take(step)
        pointer = f"/expect/path/{place}"
        if (refusal is not None) != step.refused:
            yield Difference(f"{pointer}/refused", _words(step, refusal), step.refused, refusal is not None)
        if walk.state != step.state:
            text = {
                "id": f"Setelah “{step.action}” statusnya {walk.state}, bukan {step.state}",
                "en": f"After “{step.action}” the state is {walk.state}, not {step.state}",
            }
            yield Difference(f"{pointer}/state", text, step.state, walk.state)
        if step.due is not None and walk.due != step.due:
            text = {
                "id": f"Setelah “{step.action}” tenggatnya {walk.due}, bukan {step.due}",
                "en": f"After “{step.action}” it is due on {walk.due}, not on {step.due}",
            }
            yield Difference(f"{pointer}/due", text, step.due.isoformat(), walk.due.isoformat())


def _words(step: Step, refusal: tuple[str, str] | None) -> dict[str, str]:
    if refusal is None:
        return {"id": f"“{step.action}” kini dapat dilakukan", "en": f"“{step.action}” is allowed now"}
    return {
        "id": f"“{step.action}” tidak dapat dilakukan: {refusal[0]}",
        "en": f"“{step.action}” cannot be taken: {refusal[1]}",
    }
