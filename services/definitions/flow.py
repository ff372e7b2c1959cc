"""The workflow: which states an application may have, and who may move it from one to the next."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from services.definitions.faults import Fault
from services.definitions.reading import read_yaml

_TEMPLATES = Path(__file__).parent / "templates"
_DECISIONS = {"granted", "rejected"}


@dataclass(frozen=True, slots=True)
class State:
    """A state in the resident's words. `end` tells how it ended, None while open; `clock` whether days count."""

    code: str
    label: Mapping[str, str]
    clock: Literal["running", "paused", "stopped"]
    end: Literal["granted", "rejected", "withdrawn"] | None


@dataclass(frozen=True, slots=True)
class Transition:
    """What may be done. `separate_from` names an earlier action that its doer must not have taken."""

    action: str
    label: Mapping[str, str]
    sources: frozenset[str]
    target: str
    roles: frozenset[str]
    reason: Literal["required", "optional", "none"]
    separate_from: str | None


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


@cache
def template_names() -> tuple[str, ...]:
    """Return the names of the ready-made workflows."""
    return tuple(sorted(path.stem for path in _TEMPLATES.glob("*.yaml")))


@cache
def _template(name: str) -> Mapping[str, Any]:
    return read_yaml(_TEMPLATES / f"{name}.yaml")[0]


def workflow_content(content: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """Return states and transitions of a workflow, of a ready-made one what its name stands for."""
    return _template(content) if isinstance(content, str) else content


def compile_workflow(content: str | Mapping[str, Any]) -> tuple[Workflow | None, list[Fault]]:
    """Compile a workflow written in place, or a ready-made one by name; say what is wrong with it."""
    if isinstance(content, str) and content not in template_names():
        known = ", ".join(template_names())
        return None, [Fault("/workflow", f"there is no workflow {content!r}", f"Choose one of: {known}")]
    content = workflow_content(content)
    workflow = Workflow(
        initial=content["initial"],
        states=MappingProxyType({code: _state(code, each) for code, each in content["states"].items()}),
        transitions=tuple(_transition(each) for each in content["transitions"]),
    )
    return workflow, list(_faults(workflow))


def _state(code: str, content: Mapping[str, Any]) -> State:
    end = content.get("end")
    return State(code, content["label"], content.get("clock", "stopped" if end else "running"), end)


def _transition(content: Mapping[str, Any]) -> Transition:
    return Transition(
        action=content["action"],
        label=content["label"],
        sources=frozenset(content["from"]),
        target=content["to"],
        roles=frozenset(content["roles"]),
        reason=content.get("reason", "optional"),
        separate_from=content.get("separate_from"),
    )


def _faults(workflow: Workflow) -> list[Fault]:
    faults = _unknown_names(workflow)
    if faults:
        return faults
    for code in workflow.states.keys() - _reach(workflow, {workflow.initial}, forward=True):
        faults.append(
            Fault(f"/workflow/states/{code}", "no path leads to this state", "Add a transition, or remove it")
        )
    ends = {code for code, state in workflow.states.items() if state.end}
    if not any(state.end in _DECISIONS for state in workflow.states.values()):
        faults.append(Fault("/workflow/states", "no state decides", "Add one with `end: granted` or `end: rejected`"))
    for code in sorted(ends):
        if workflow.states[code].clock != "stopped":
            faults.append(Fault(f"/workflow/states/{code}/clock", "an end stops the clock", "Leave `clock` out"))
    for code in workflow.states.keys() - _reach(workflow, ends, forward=False):
        faults.append(
            Fault(f"/workflow/states/{code}", "from here no end can be reached", "Add a transition to an end")
        )
    return faults + _faults_of_transitions(workflow, ends)


def _unknown_names(workflow: Workflow) -> list[Fault]:
    faults = []
    hint = "Choose one of: " + ", ".join(workflow.states)
    if workflow.initial not in workflow.states:
        faults.append(Fault("/workflow/initial", f"there is no state {workflow.initial!r}", hint))
    for place, each in enumerate(workflow.transitions):
        for code in sorted((each.sources | {each.target}) - workflow.states.keys()):
            faults.append(Fault(f"/workflow/transitions/{place}", f"there is no state {code!r}", hint))
    return faults


def _faults_of_transitions(workflow: Workflow, ends: set[str]) -> list[Fault]:
    faults = []
    actions = {each.action for each in workflow.transitions}
    seen: set[tuple[str, str]] = set()
    for place, each in enumerate(workflow.transitions):
        pointer = f"/workflow/transitions/{place}"
        if "resident" in each.roles and workflow.states[each.target].end in _DECISIONS:
            faults.append(Fault(f"{pointer}/roles", "a resident may not decide", "Leave `resident` out"))
        if each.separate_from is not None and each.separate_from not in actions:
            hint = "Name an action of this workflow"
            faults.append(Fault(f"{pointer}/separate_from", f"there is no action {each.separate_from!r}", hint))
        if each.sources & ends:
            faults.append(Fault(f"{pointer}/from", "nothing follows an end", "Leave the end out of `from`"))
        for source in each.sources:
            if (each.action, source) in seen:
                hint = "Give one of them another name"
                faults.append(Fault(pointer, f"{each.action!r} means two things in {source!r}", hint))
            seen.add((each.action, source))
    return faults


def _reach(workflow: Workflow, start: set[str], *, forward: bool) -> set[str]:
    """Return the states that lie on a path from `start`, or on one to it."""
    reached, more = set(start), True
    while more:
        before = len(reached)
        for each in workflow.transitions:
            if forward and each.sources & reached:
                reached.add(each.target)
            elif not forward and each.target in reached:
                reached |= each.sources
        more = len(reached) > before
    return reached
