"""Objecting to a decision (keberatan), appealing to the superior (banding), and the agency's own reopening.

UU 30/2014 Pasal 75-78: an objection within 21 working days after the decision was announced, decided within 10, deemed
granted by silence and then carried out within 5; an appeal to the superior within 10 working days, decided within 10.
UU 14/2008 Pasal 35-36, for information: within 30 working days, also where no answer came, answered within 30.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from services.definitions.clock import Deadline
from services.definitions.faults import Fault
from services.definitions.reading import read_yaml
from services.definitions.steps import Workflow

Kind = Literal["application", "objection", "appeal"]
_SKELETON = Path(__file__).parent / "skeletons" / "objection.yaml"
_WORDS: Mapping[Kind, Mapping[str, str]] = {
    "objection": {"id": "Keberatan", "en": "Objection"},
    "appeal": {"id": "Banding", "en": "Appeal"},
}


@dataclass(frozen=True, slots=True)
class Objection:
    """A decision may be objected to `within` a time, and what follows is decided within `decide`.

    Where it is upheld the decision falls, and a new one is due within `follow_up`. `when_overdue`: also where no
    decision came in time.
    """

    within: Deadline
    decide: Deadline
    follow_up: Deadline
    on_silence: Literal["granted", "escalate"] = "escalate"
    when_overdue: bool = False

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Objection":
        """Read a definition's `objection`."""
        promises = {name: Deadline.of(content[name]) for name in ("within", "decide", "follow_up")}
        return cls(
            **promises,
            on_silence=content.get("on_silence", "escalate"),
            when_overdue=content.get("when_overdue", False),
        )


@dataclass(frozen=True, slots=True)
class Reopening:
    """What ended may be opened again by these roles, from these ends, `within` a time; then due within `follow_up`."""

    by: frozenset[str]
    ends: frozenset[str]
    within: Deadline
    follow_up: Deadline

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Reopening":
        """Read a definition's `reopening`."""
        within, follow_up = (Deadline.of(content[name]) for name in ("within", "follow_up"))
        return cls(frozenset(content["by"]), frozenset(content["from"]), within, follow_up)


def kind_of(content: Mapping[str, Any]) -> Kind:
    """Return what is handed in under a definition: an application, an objection to one, an appeal."""
    kind: Kind = content.get("derived", {}).get("kind", "application")
    return kind


def derived(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the definition under which decisions by `content`, which says `objection`, are objected to.

    It is an ordinary one: form, files, workflow, deadline. Its `derived` tells of what it was made; under an
    objection's, an appeal is made in the same way.
    """
    rule, before = content["objection"], content.get("derived", {})
    kind: Kind = "appeal" if before else "objection"
    title = before.get("title", content["title"])
    words = _WORDS[kind]
    made: dict[str, Any] = _put_in(_skeleton(), words)
    decide = dict(rule["decide"])
    lapse = "granted" if rule.get("on_silence") == "granted" else "escalate"
    made |= {
        "service": content["service"],
        "title": {code: f"{words[code]}: {title[code]}" for code in ("id", "en")},
        "summary": {
            "id": f"{words['id']} atas keputusan tentang {title['id']}.",
            "en": f"{words['en']} to a decision on: {title['en']}.",
        },
        "category": content["category"],
        "access": dict(content["access"]),
        "legal_basis": [decide["basis"]],
        "fee": {"amount": 0, "basis": decide["basis"]},
        "deadline": decide | {"from": "submitted", "on_lapse": lapse},
        "retention": dict(content["retention"]),
        "derived": {"kind": kind, "title": dict(title)},
    }
    if "demo" in content:
        made["demo"] = content["demo"]
    if kind == "objection" and "appeal" in rule:
        made["objection"] = {"follow_up": rule["follow_up"]} | rule["appeal"]
    return made


@cache
def _skeleton() -> dict[str, Any]:
    return read_yaml(_SKELETON)[0]


def _put_in(node: Any, words: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {key: _put_in(value, words) for key, value in node.items()}
    if isinstance(node, list):
        return [_put_in(each, words) for each in node]
    if isinstance(node, str):
        return node.replace("KEBERATAN", words["id"]).replace("OBJECTION", words["en"])
    return node


def objection_faults(content: Mapping[str, Any], workflow: Workflow | None) -> Iterator[Fault]:
    """Yield rules for decisions that the workflow never takes."""
    if workflow is None:
        return
    ends = {code: state.end for code, state in workflow.states.items() if state.end}
    if "objection" in content and "rejected" not in ends.values():
        hint = "Leave `objection` out, or add a state with `end: rejected`"
        yield Fault("/objection", "nothing is ever refused, so there is nothing to object to", hint)
    for place, code in enumerate(content.get("reopening", {}).get("from", ())):
        if ends.get(code) not in ("rejected", "withdrawn"):
            refused = ", ".join(sorted(each for each, end in ends.items() if end in ("rejected", "withdrawn")))
            hint = f"Choose among: {refused}" if refused else "Leave `reopening` out"
            yield Fault(f"/reopening/from/{place}", f"{code!r} is no end that can be opened again", hint)
