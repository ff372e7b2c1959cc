"""Which fields show, and what is worked out: JSON Forms rules and computed values in one order. Hidden means dropped.

A field hidden by a rule (its own, or of a group or step around it) has no value and is not required. A condition that
looks at a missing or hidden field does not hold. A computed value is the server's alone: whatever was sent for it is
dropped, and it is worked out from what the rules left. It stays empty while a field that it needs is empty, and where
its group is not filled in (a group of nothing but computed values is made).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import CycleError, TopologicalSorter
from typing import Any

import jsonschema_rs

from services.definitions.faults import Fault
from services.definitions.fields import Field
from services.definitions.logic import MOST_OPERATIONS_TOGETHER, Logic, LogicError, Meter, compile_logic
from services.definitions.values import ABSENT, pointer_of, steps_of, value_at, without
from services.definitions.watching import ALL, watched_in

# A pattern larger than this takes longer to compile than a form may.
REGEX = jsonschema_rs.RegexOptions(size_limit=1 << 17)
Steps = tuple[str, ...]


class Run(Meter):
    """One evaluation under way: the answers as they stand, what is hidden, worked out, and could not be worked out.

    `fits` tells whether the answers are right one by one, `disagreeing` which checks they fail; None while not judged.
    """

    __slots__ = ("answers", "computed", "disagreeing", "failed", "fits", "hidden", "today")

    def __init__(self, answers: dict[str, Any], today: date | None) -> None:
        self.left = MOST_OPERATIONS_TOGETHER
        self.answers = answers
        self.today = today
        self.hidden: set[Steps] = set()
        self.computed: dict[str, Any] = {}
        self.failed: list[Steps] = []
        self.fits = False
        self.disagreeing: list[int] | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when its condition holds, `targets` (steps of fields) show or hide.

    `watches` is what its condition is put to, `reads` are the fields that it looks at there: itself, or several in it.
    `schema` is its condition's.
    """

    targets: tuple[Steps, ...]
    show: bool
    watches: Steps
    reads: frozenset[Steps]
    condition: jsonschema_rs.Draft202012Validator
    schema: Any

    def apply(self, run: Run) -> None:
        """Drop what it hides, given answers in which what hides first is dropped already."""
        value = value_at(run.answers, self.watches)
        holds = value is not ABSENT and self.condition.is_valid(value)
        if holds != self.show:
            for target in self.targets:
                run.hidden.add(target)
                run.answers = without(run.answers, target)


@dataclass(frozen=True, slots=True)
class Computed:
    """One computed field. `room` is how many steps of its own groups may be made: those of computed values alone."""

    field: Steps
    pointer: str
    logic: Logic
    room: int

    @property
    def targets(self) -> tuple[Steps, ...]:
        """Return the field that it fills in."""
        return (self.field,)

    @property
    def reads(self) -> frozenset[Steps]:
        """Return the fields that it is worked out from."""
        return self.logic.reads

    def apply(self, run: Run) -> None:
        """Work it out, where it shows and what it needs is there."""
        if run.hidden and any(self.field[: len(each)] == each for each in run.hidden):
            return
        if self.logic.waits(run.answers, run.today):
            return
        try:
            value = self.logic.evaluate(run.answers, run.today, run)
        except LogicError:
            value = ABSENT
        if value is ABSENT or isinstance(value, dict | list):
            run.failed.append(self.field)
        elif value is not None:
            self.fill(run, value)

    def fill(self, run: Run, value: Any) -> None:
        """Put a value that was worked out where it belongs, if its group is there or may be made."""
        if (changed := _with(run.answers, self.field, value, self.room)) is not None:
            run.answers = changed
            run.computed[self.pointer] = value


def _with(answers: dict[str, Any], steps: Steps, value: Any, room: int) -> dict[str, Any] | None:
    """Return answers with `value` at `steps`, None where a group on the way is not there and may not be made."""
    first, *rest = steps
    if not rest:
        return answers | {first: value}
    inner = answers.get(first, {} if room >= len(rest) else None)
    changed = _with(inner, tuple(rest), value, room) if isinstance(inner, dict) else None
    return None if changed is None else answers | {first: changed}


@dataclass(frozen=True, slots=True)
class Plan:
    """Rules and computed values, each behind what it depends on. Make it with `plan_of`."""

    steps: tuple[Rule | Computed, ...]
    computed: tuple[Steps, ...]

    def run(self, answers: dict[str, Any], today: date | None) -> Run:
        """Return answers without what was sent for computed fields and what is hidden, and with what is worked out."""
        for each in self.computed:
            if value_at(answers, each) is not ABSENT:
                answers = without(answers, each)
        run = Run(answers, today)
        for step in self.steps:
            step.apply(run)
        return run


def plan_of(ui: Mapping[str, Any], fields: list[Field]) -> tuple[Plan, list[Fault]]:
    """Return the rules and computed values of a form in order of dependence, and what is wrong with them."""
    rules, faults = rules_of(ui)
    computed, more = computed_of(fields)
    faults += more
    steps = _in_order([*rules, *computed], faults)
    return Plan(steps, tuple(each.field for each in computed)), faults


def fields_of(scope: str) -> Steps:
    """Return the field that a scope such as `#/properties/ibu/properties/nik` names."""
    return tuple(steps_of(scope)[1::2])


def rules_of(ui: Mapping[str, Any]) -> tuple[list[Rule], list[Fault]]:
    """Return the UI schema's rules, and what is wrong with them."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    for pointer, element in elements_of(ui, "/form/ui"):
        if "rule" not in element:
            continue
        condition = element["rule"]["condition"]
        try:
            test = jsonschema_rs.Draft202012Validator(condition["schema"], retriever=refuse, pattern_options=REGEX)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            message = str(error).split("\n")[0][:200]
            faults.append(
                Fault(f"{pointer}/rule/condition/schema", message, "Write a JSON Schema, such as {const: true}")
            )
            continue
        scopes = [fields_of(each["scope"]) for _, each in elements_of(element, pointer) if "scope" in each]
        show, reads = element["rule"]["effect"] == "SHOW", watched_by_rule(condition)
        if None in reads:
            hint = "Name each: `anyOf: [{required: [name], properties: {name: {const: true}}}]`, or allOf, or not"
            faults.append(
                Fault(f"{pointer}/rule/condition/schema", "a condition on all answers names its fields", hint)
            )
            continue
        watched = fields_of(condition["scope"])
        rules.append(Rule(tuple(scopes), show, watched, frozenset(filter(None, reads)), test, condition["schema"]))
    return rules, faults


def watched_by_rule(condition: Mapping[str, Any]) -> set[Steps | None]:
    """Return the fields that a rule's condition looks at; with None where it is put to all answers and names none."""
    if condition["scope"] != ALL:
        return {fields_of(condition["scope"])}
    return set(watched_in(condition["schema"])) or {None}


def computed_of(fields: list[Field]) -> tuple[list[Computed], list[Fault]]:
    """Return the computed fields, and what is wrong with them."""
    computed: list[Computed] = []
    faults: list[Fault] = []
    own = {each.steps for each in fields if "x-computed" in each.written}
    inner = {each.steps[:length] for each in fields for length in range(1, len(each.steps))}
    for each in fields:
        if each.steps not in own:
            continue
        wrong = _misdeclared(each, each.steps in inner)
        logic, more = compile_logic(each.written["x-computed"], f"{each.place}/x-computed")
        faults += [*wrong, *more]
        if logic is not None and not wrong:
            computed.append(Computed(each.steps, each.path, logic, _room(each.steps, fields, own, inner)))
    return computed, faults


def _misdeclared(each: Field, is_group: bool) -> list[Fault]:
    place = f"{each.place}/x-computed"
    if each.repeats:
        hint = (
            "Compute a sum in a field beside the list: `{reduce: [{var: rows}, {+: [{var: accumulator}, "
            "{*: [{var: current.count}, {var: current.price}]}]}, 0]}`"
        )
        return [Fault(place, "a field of a list is not computed", hint)]
    if is_group or each.node.get("type") not in ("string", "integer", "number", "boolean"):
        return [Fault(place, "a computed value is a text, a number, or yes or no", "Write its `type`")]
    if each.node.get("readOnly") is not True:
        return [Fault(each.place, "a computed field is not filled in by hand", "Add `readOnly: true`")]
    return []


def _room(steps: Steps, fields: list[Field], own: set[Steps], inner: set[Steps]) -> int:
    """Return how many groups right around a computed field hold nothing else than computed values."""
    room = 0
    for length in range(len(steps) - 1, 0, -1):
        within = [each.steps for each in fields if each.steps[:length] == steps[:length] and each.steps not in inner]
        if not all(each in own for each in within):
            break
        room += 1
    return room


def elements_of(element: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield a UI element and all in it, with their pointers."""
    yield pointer, element
    for place, inner in enumerate(element.get("elements", [])):
        yield from elements_of(inner, f"{pointer}/elements/{place}")


def _in_order(steps: list[Rule | Computed], faults: list[Fault]) -> tuple[Rule | Computed, ...]:
    """Put a step behind those that may hide or fill in what it reads, and a computed value behind what hides it."""
    at: dict[Steps, set[int]] = {}
    below: dict[Steps, set[int]] = {}
    for place, step in enumerate(steps):
        for target in step.targets:
            at.setdefault(target, set()).add(place)
            for length in range(1, len(target)):
                below.setdefault(target[:length], set()).add(place)
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for place, step in enumerate(steps):
        before: set[int] = set()
        for read in step.reads:
            before |= below.get(read, set()).union(*(at.get(read[:length], ()) for length in range(1, len(read) + 1)))
        if isinstance(step, Computed):
            hiding = set().union(*(at.get(step.field[:length], ()) for length in range(1, len(step.field) + 1)))
            before |= hiding - {place}
        sorter.add(place, *before)
    try:
        return tuple(steps[place] for place in sorter.static_order())
    except CycleError as error:
        faults.append(_circle([steps[place] for place in error.args[1]]))
        return ()


def _circle(steps: list[Rule | Computed]) -> Fault:
    names = " -> ".join(
        pointer_of(list(step.field if isinstance(step, Computed) else min(step.reads))) for step in steps[:10]
    )
    if all(isinstance(step, Rule) for step in steps):
        return Fault("/form/ui", f"rules wait for each other: {names}", "Remove one of these rules", harms=True)
    return Fault("/form", f"values and rules wait for each other: {names}", "Remove one of these rules", harms=True)


def refuse(uri: str) -> Any:
    """Refuse to load what a `$ref` names outside the document."""
    raise ValueError(f"{uri} is outside the definition")
