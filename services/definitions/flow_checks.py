"""Whether a workflow is sound: every state reached, an end from every state, nobody stuck, duties kept apart."""

from collections.abc import Iterator
from itertools import combinations

from services.definitions.faults import Fault
from services.definitions.steps import Transition, Workflow

_DECISIONS = {"granted", "rejected"}


def flow_faults(workflow: Workflow) -> list[Fault]:
    """Return what is wrong with a workflow that fits the format."""
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
    faults += _faults_of_transitions(workflow, ends)
    return faults or [*_apart(workflow), *_twice(workflow), *_hidden_from_who_gives(workflow)]


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
        for apart in sorted(set(each.separate_from) - actions):
            hint = "Name an action of this workflow"
            faults.append(Fault(f"{pointer}/separate_from", f"there is no action {apart!r}", hint))
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


def _apart(workflow: Workflow) -> Iterator[Fault]:
    """Yield duties that are separated in words only: by an action that cannot come before, or with a way around it."""
    for each in workflow.transitions:
        pointer = f"/workflow/transitions/{each.place}/separate_from"
        for name in each.separate_from:
            earlier = {one.target for one in workflow.transitions if one.action == name}
            if not _reach(workflow, earlier, forward=True) & each.sources:
                hint = "Name an action on the way to this one"
                yield Fault(pointer, f"{name!r} never comes before {each.action!r}", hint)
    for one, other in combinations(workflow.transitions, 2):
        strict, loose = sorted((one, other), key=lambda each: -len(each.separate_from))
        if set(strict.separate_from) - set(loose.separate_from) and _decides_alike(workflow, one, other):
            lacks = sorted(set(strict.separate_from) - set(loose.separate_from))
            hint = f"Add `separate_from: {lacks}`, as {strict.action!r} has"
            message = f"{loose.action!r} is a way around the separation of {strict.action!r}"
            yield Fault(f"/workflow/transitions/{loose.place}", message, hint)


def _decides_alike(workflow: Workflow, one: Transition, other: Transition) -> bool:
    """Return whether both grant from the same state: what one of them keeps apart, the other would let through."""
    ends = {workflow.states[each.target].end for each in (one, other)}
    return ends == {"granted"} and bool(one.sources & other.sources)


def _twice(workflow: Workflow) -> Iterator[Fault]:
    """Yield reasons and documents of one transition that carry the same name."""
    for each in workflow.transitions:
        pointer = f"/workflow/transitions/{each.place}"
        named = {
            "reason_codes": [code.code for code in each.reason_codes],
            "documents": [one.id for one in each.documents],
        }
        for key, names in named.items():
            for name in sorted({name for name in names if names.count(name) > 1}):
                yield Fault(f"{pointer}/{key}", f"{name!r} comes twice", "Give each its own name")
        if each.reason_codes and each.reason == "none":
            hint = "Write `reason: required` or `optional`"
            yield Fault(f"{pointer}/reason", "there are reasons to choose, but none may be given", hint)


def _hidden_from_who_gives(workflow: Workflow) -> Iterator[Fault]:
    """Yield documents of the applicant's own actions that are marked as not for the applicant."""
    for each in workflow.transitions:
        for place, one in enumerate(each.documents):
            if one.internal and "resident" in each.roles:
                pointer = f"/workflow/transitions/{each.place}/documents/{place}/internal"
                yield Fault(pointer, "what a resident hands in is not hidden from them", "Leave `internal` out")
