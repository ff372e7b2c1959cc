"""The fields of a form: added, changed, moved, removed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.definitions.editing.conditions import Conditions, condition_of, rule_of, scope_of
from services.definitions.editing.form import (
    Content,
    Gone,
    copied,
    element_at,
    is_required,
    kind_named,
    node_at,
)
from services.definitions.editing.layout import control_of, home_of, place_of, shift, take_out
from services.definitions.fields import ITEM
from services.definitions.kinds import KINDS
from services.definitions.values import pointer_of, steps_of

Texts = Mapping[str, str]
_MOST_LETTERS: Final = 200
# What an admin may add, in the order in which it is offered; as it is declared, without its label.
EDITABLE: Final[Mapping[str, Mapping[str, Any]]] = {
    "text": {"type": "string", "minLength": 1, "maxLength": _MOST_LETTERS},
    "choice": {"type": "string", "oneOf": []},
    "choices": {"type": "array", "uniqueItems": True, "minItems": 1, "items": {"type": "string", "oneOf": []}},
    "yes-no": {"type": "boolean"},
    "integer": {"type": "integer", "minimum": 0, "maximum": 1_000_000},
    "number": {"type": "number", "minimum": 0, "maximum": 1_000_000},
    **{name: KINDS[name] for name in ("date", "file", "nik", "kk", "phone", "email", "rupiah", "kelurahan", "region")},
    "map-point": KINDS["map-point"],
    "family-member": KINDS["family-member"],
    "list": {"type": "array", "minItems": 1, "maxItems": 20, "items": {"type": "object", "properties": {}}},
}
_CHOOSING: Final = frozenset({"choice", "choices"})
_COUNTED: Final = frozenset({"integer", "number", "rupiah"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice. `code` is what is kept of it, "" for a new one."""

    code: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Question:
    """What an admin says of a field. `least` and `most` bound a number, `most` alone the letters of a text.

    `document` is the required document that a file hands in. `keep_rule` leaves a rule of another kind as it is.
    """

    kind: str
    label: Texts
    help: Texts | None = None
    required: bool = False
    choices: Sequence[Choice] = ()
    least: int | float | None = None
    most: int | float | None = None
    document: str = ""
    condition: Conditions | None = None
    keep_rule: bool = False


def question_at(content: Mapping[str, Any], pointer: str) -> Question | None:
    """Return what is said of the field at a pointer into the answers, None where there is none."""
    form = content.get("form") or {}
    steps = tuple(steps_of(pointer))
    node = node_at(form.get("schema"), steps) if steps else None
    if node is None:
        return None
    place = control_of(form, steps)
    rule = element_at(content, place).get("rule") if place else None
    condition = condition_of(rule)
    kind = kind_named(node)
    inner = node["items"] if kind == "choices" else node
    return Question(
        kind=kind,
        label=node.get("x-label") or {},
        help=node.get("x-help"),
        required=is_required(form["schema"], steps),
        choices=[Choice(str(each.get("const", "")), each.get("x-label") or {}) for each in inner.get("oneOf", [])],
        least=node.get("minimum") if kind in _COUNTED else None,
        most=node.get("maximum") if kind in _COUNTED else node.get("maxLength"),
        document=str(node.get("x-document", "")),
        condition=condition,
        keep_rule=rule is not None and condition is None,
    )


def add_question(content: Mapping[str, Any], section: str, said: Question, *, within: str = "") -> tuple[Content, str]:
    """Return the content with one field more, last in a section (the pointer of its element), and the field's pointer.

    `within` is the pointer of a list whose items get the field; it shows with the list.

    :raises Gone: for a section or list that is not there any more.
    """
    changed = copied(content)
    schema = changed["form"]["schema"]
    element = element_at(changed, section)
    around = (*steps_of(within), ITEM) if within else home_of(schema, element)
    group = node_at(schema, around) if around else schema
    if group is None:
        raise Gone(within)
    taken = group.setdefault("properties", {})
    name = key_for(said.label.get("id", ""), taken)
    steps = (*around, name)
    taken[name] = _declared({**EDITABLE[said.kind]}, said)
    _require(group, name, required=said.required)
    if not within:
        control: dict[str, Any] = {"type": "Control", "scope": scope_of(pointer_of(list(steps)))}
        if said.condition:
            control["rule"] = rule_of(said.condition)
        element.setdefault("elements", []).append(control)
    return changed, pointer_of(list(steps))


def alter_question(content: Mapping[str, Any], pointer: str, said: Question) -> Content:
    """Return the content with a field changed; its kind, its key and its id stay.

    :raises Gone: where the field is not there any more.
    """
    changed = copied(content)
    form, steps = changed["form"], tuple(steps_of(pointer))
    node = node_at(form["schema"], steps)
    outer = node_at(form["schema"], steps[:-1]) if len(steps) > 1 else form["schema"]
    if node is None or outer is None:
        raise Gone(pointer)
    outer["properties"][steps[-1]] = _declared(node, said)
    _require(outer, steps[-1], required=said.required)
    if ITEM not in steps and not said.keep_rule:
        place = place_of(form, steps) if said.condition else control_of(form, steps)
        if place:
            control = element_at(changed, place)
            control.pop("rule", None)
            if said.condition:
                control["rule"] = rule_of(said.condition)
    return changed


def move_question(content: Mapping[str, Any], pointer: str, by: int) -> Content:
    """Return the content with a field moved up (-1) or down (1), over the border of its section, too.

    :raises Gone: where the field is not there any more.
    """
    changed = copied(content)
    steps = tuple(steps_of(pointer))
    if node_at(changed["form"]["schema"], steps) is None:
        raise Gone(pointer)
    shift(changed["form"], place_of(changed["form"], steps), by)
    return changed


def remove_question(content: Mapping[str, Any], pointer: str) -> Content:
    """Return the content without a field; what watches it is found by the check.

    :raises Gone: where the field is not there any more.
    """
    changed = copied(content)
    form, steps = changed["form"], tuple(steps_of(pointer))
    outer = node_at(form["schema"], steps[:-1]) if len(steps) > 1 else form["schema"]
    if not steps or outer is None or steps[-1] not in outer.get("properties", {}):
        raise Gone(pointer)
    take_out(form, steps)
    del outer["properties"][steps[-1]]
    _require(outer, steps[-1], required=False)
    if len(steps) > 1 and not outer["properties"] and ITEM not in steps:
        return remove_question(changed, pointer_of(list(steps[:-1])))
    return changed


def key_for(label: str, taken: Mapping[str, Any]) -> str:
    """Return a key for a field or choice of this name that none of `taken` has."""
    words = re.findall("[a-z0-9]+", label.lower())
    key = "_".join(words)[:40].strip("_")
    if not key or not key[0].isalpha():
        key = f"isian_{key}".rstrip("_")
    number = 1
    while (found := key if number == 1 else f"{key}_{number}") in taken:
        number += 1
    return found


def _declared(node: dict[str, Any], said: Question) -> dict[str, Any]:
    """Return a field's declaration with what is said; all else stays."""
    node = node | {"x-label": dict(said.label)}
    node.pop("x-help", None)
    if said.help:
        node["x-help"] = dict(said.help)
    if said.kind in _CHOOSING:
        choices = _choices(said.choices)
        node = node | ({"oneOf": choices} if said.kind == "choice" else {"items": node["items"] | {"oneOf": choices}})
    if said.kind == "file" and said.document:
        node["x-document"] = said.document
    bounds = {"minimum": said.least, "maximum": said.most} if said.kind in _COUNTED else {}
    if said.kind == "text":
        bounds = {"maxLength": said.most}
    return node | {word: value for word, value in bounds.items() if value is not None}


def _choices(said: Sequence[Choice]) -> list[dict[str, Any]]:
    taken: dict[str, Any] = {each.code: each for each in said if each.code}
    found = []
    for each in said:
        code = each.code or key_for(each.label.get("id", ""), taken)
        taken[code] = each
        found.append({"const": code, "x-label": dict(each.label)})
    return found


def _require(group: dict[str, Any], name: str, *, required: bool) -> None:
    names = [each for each in group.get("required", []) if each != name]
    if required:
        names = [*names, name] if name not in group.get("required", []) else group["required"]
    if names:
        group["required"] = names
    else:
        group.pop("required", None)
