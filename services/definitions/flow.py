"""The workflow: which states an application may have, and who may move it from one to the next."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from services.definitions.faults import Fault
from services.definitions.flow_checks import flow_faults
from services.definitions.reading import read_yaml
from services.definitions.steps import Guard, ReasonCode, State, StepDocument, Target, Transition, Workflow

_TEMPLATES = Path(__file__).parent / "templates"


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


def guard_rules(content: str | Mapping[str, Any]) -> dict[str, Any]:
    """Return the JsonLogic of each guard by its pointer; nothing for a workflow that there is not, or not yet."""
    if isinstance(content, str) and content not in template_names():
        return {}
    transitions = workflow_content(content).get("transitions", ())
    return {guard_pointer(place): each["guard"]["rule"] for place, each in enumerate(transitions) if "guard" in each}


def guard_pointer(place: int) -> str:
    """Return where the guard of a transition stands in the definition."""
    return f"/workflow/transitions/{place}/guard/rule"


def compile_workflow(content: str | Mapping[str, Any]) -> tuple[Workflow | None, list[Fault]]:
    """Compile a workflow written in place, or a ready-made one by name; say what is wrong with it."""
    if isinstance(content, str) and content not in template_names():
        known = ", ".join(template_names())
        return None, [Fault("/workflow", f"there is no workflow {content!r}", f"Choose one of: {known}")]
    content = workflow_content(content)
    workflow = Workflow(
        initial=content["initial"],
        states=MappingProxyType({code: _state(code, each) for code, each in content["states"].items()}),
        transitions=tuple(_transition(place, each) for place, each in enumerate(content["transitions"])),
    )
    return workflow, flow_faults(workflow)


def _state(code: str, content: Mapping[str, Any]) -> State:
    end = content.get("end")
    clock = content.get("clock", "stopped" if end else "running")
    return State(code, content["label"], clock, end, _target(content.get("target")))


def _target(content: Mapping[str, Any] | None) -> Target | None:
    return Target(content["working_days"], content["basis"]) if content else None


def _transition(place: int, content: Mapping[str, Any]) -> Transition:
    apart = content.get("separate_from", ())
    guard = content.get("guard")
    return Transition(
        action=content["action"],
        label=content["label"],
        sources=frozenset(content["from"]),
        target=content["to"],
        roles=frozenset(content["roles"]),
        reason=content.get("reason", "optional"),
        separate_from=(apart,) if isinstance(apart, str) else tuple(apart),
        reason_codes=tuple(
            ReasonCode(each["code"], each["label"], each.get("words", False), each.get("basis", ""))
            for each in content.get("reason_codes", ())
        ),
        guard=Guard(guard["rule"], guard["message"]) if guard else None,
        documents=tuple(_document(each) for each in content.get("documents", ())),
        extends=_target(content.get("extends")),
        place=place,
    )


def _document(content: Mapping[str, Any]) -> StepDocument:
    return StepDocument(
        id=content["id"],
        title=content["title"],
        accept=tuple(content["accept"]),
        max_mb=content["max_mb"],
        optional=content.get("optional", False),
        internal=content.get("internal", False),
    )
