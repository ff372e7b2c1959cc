"""A field becomes one of another kind: it keeps its name, its help, its id and its place."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.definitions.editing.form import Content, Gone, copied, kind_named, node_at
from services.definitions.editing.questions import EDITABLE
from services.definitions.flow import guard_pointer, guard_rules, workflow_content
from services.definitions.logic import compile_logic
from services.definitions.rules import elements_of, watched_by_rule
from services.definitions.values import pointer_of, steps_of

# One answer in one place: any of these can become any other. Files, groups and lists are made anew instead.
CHANGEABLE: Final = (
    "text", "choice", "choices", "yes-no", "integer", "number", "date", "nik", "kk", "phone", "email", "rupiah",
    "kelurahan", "region",
)  # fmt: skip
_CHOOSING: Final = frozenset({"choice", "choices"})
_KEPT: Final = ("x-id", "x-label", "x-help")


def alter_kind(content: Mapping[str, Any], pointer: str, kind: str) -> Content:
    """Return the content with a field of another kind; choices stay choices, all else of the old kind goes.

    :raises Gone: where the field is not there any more, or one of the two kinds cannot be changed so.
    """
    changed = copied(content)
    steps = tuple(steps_of(pointer))
    schema = changed["form"]["schema"]
    node = node_at(schema, steps) if steps else None
    outer = node_at(schema, steps[:-1]) if len(steps) > 1 else schema
    if node is None or outer is None or kind not in CHANGEABLE or kind_named(node) not in CHANGEABLE:
        raise Gone(pointer)
    made = {name: node[name] for name in _KEPT if name in node} | {**EDITABLE[kind]}
    if kind in _CHOOSING:
        choices = _choices_of(node)
        made |= {"oneOf": choices} if kind == "choice" else {"items": {"type": "string", "oneOf": choices}}
    outer["properties"][steps[-1]] = made
    return changed


def _choices_of(node: Mapping[str, Any]) -> list[Any]:
    """Return the choices that a field has; for one that has none, one to begin with."""
    inner = node.get("items") if kind_named(node) == "choices" else node
    standing = inner.get("oneOf") if isinstance(inner, Mapping) else None
    return standing or [{"const": "ya", "x-label": {"id": "Ya", "en": "Yes"}}]


def watching(content: Mapping[str, Any], pointer: str) -> list[tuple[str, str]]:
    """Return what looks at a field's answer, and would do so in vain: `(part, name)`.

    `part` is `field`, `section`, `check`, `document`, `fee`, `action`; `name` the pointer of the field, the id of the
    document, the action whose guard looks at it.
    """
    steps = tuple(steps_of(pointer))
    return [
        (part, name) for part, name, reads in _readers(content) if any(each[: len(steps)] == steps for each in reads)
    ]


def _readers(content: Mapping[str, Any]) -> Iterator[tuple[str, str, set[tuple[str, ...]]]]:
    form = content.get("form") or {}
    for _place, element in elements_of(form.get("ui") or {}, ""):
        if "rule" in element:
            watched = {each for each in watched_by_rule(element["rule"]["condition"]) if each}
            named = pointer_of(steps_of(element["scope"])[1::2]) if "scope" in element else ""
            yield ("field" if named else "section"), named or str(element.get("label", {}).get("id", "")), watched
    for number, each in enumerate(form.get("checks", [])):
        yield "check", str(number), _reads(each.get("rule"))
    for each in content.get("requirements", []):
        if "when" in each:
            yield "document", str(each.get("id", "")), _reads(each["when"])
    if "rule" in (content.get("fee") or {}):
        yield "fee", "", _reads(content["fee"]["rule"])
    yield from _computed(form.get("schema"), ())
    workflow = content.get("workflow") or {}
    rules = guard_rules(workflow)
    for place, each in enumerate(workflow_content(workflow)["transitions"] if rules else ()):
        if guard_pointer(place) in rules:
            reads = _reads(rules[guard_pointer(place)])
            yield "action", str(each["action"]), {steps[1:] for steps in reads if steps[0] == "answers"}


def _computed(node: Any, steps: tuple[str, ...]) -> Iterator[tuple[str, str, set[tuple[str, ...]]]]:
    properties = node.get("properties") if isinstance(node, Mapping) else None
    for name, inner in properties.items() if isinstance(properties, Mapping) else ():
        if isinstance(inner, Mapping) and "x-computed" in inner:
            yield "field", pointer_of((*steps, name)), _reads(inner["x-computed"])
        yield from _computed(inner, (*steps, name))


def _reads(rule: Any) -> set[tuple[str, ...]]:
    logic, _faults = compile_logic(rule, "") if isinstance(rule, Mapping) else (None, [])
    return set(logic.reads) if logic else set()
