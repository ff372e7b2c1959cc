"""Which fields show: JSON Forms rules, re-evaluated on the server. Hidden means dropped.

A field hidden by a rule (its own, or of a group or step around it) has no value and is not required. A condition that
looks at a missing or hidden field does not hold.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Any

import jsonschema_rs

from services.definitions.faults import Fault
from services.definitions.values import ABSENT, pointer_of, steps_of, value_at, without

_LAYOUTS = {"Categorization", "Category", "VerticalLayout", "HorizontalLayout", "Group"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when its condition holds, `targets` (steps of fields) show or hide."""

    targets: tuple[tuple[str, ...], ...]
    show: bool
    watches: tuple[str, ...]
    condition: jsonschema_rs.Draft202012Validator

    def hides(self, answers: Mapping[str, Any]) -> bool:
        """Return whether the targets are hidden, given answers in which what hides first is dropped already."""
        value = value_at(answers, list(self.watches))
        holds = value is not ABSENT and self.condition.is_valid(value)
        return holds != self.show


def fields_of(scope: str) -> tuple[str, ...]:
    """Return the field that a scope such as `#/properties/ibu/properties/nik` names."""
    return tuple(steps_of(scope)[1::2])


def drop_hidden(rules: tuple[Rule, ...], answers: dict[str, Any]) -> tuple[dict[str, Any], set[tuple[str, ...]]]:
    """Return the answers without hidden fields, and which are hidden. `rules` are in order of dependence."""
    hidden: set[tuple[str, ...]] = set()
    for rule in rules:
        if rule.hides(answers):
            for target in rule.targets:
                hidden.add(target)
                answers = without(answers, list(target))
    return answers, hidden


def rules_of(ui: Mapping[str, Any]) -> tuple[tuple[Rule, ...], list[Fault]]:
    """Return the UI schema's rules in order of dependence, and what is wrong with them."""
    rules: list[Rule] = []
    faults: list[Fault] = []
    for pointer, element in elements_of(ui, "/form/ui"):
        if "rule" not in element:
            continue
        condition = element["rule"]["condition"]
        try:
            test = jsonschema_rs.Draft202012Validator(
                condition["schema"], retriever=refuse, pattern_options=jsonschema_rs.RegexOptions()
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            message = str(error).split("\n")[0]
            faults.append(
                Fault(f"{pointer}/rule/condition/schema", message, "Write a JSON Schema, such as {const: true}")
            )
            continue
        scopes = [fields_of(each["scope"]) for _, each in elements_of(element, pointer) if "scope" in each]
        show = element["rule"]["effect"] == "SHOW"
        rules.append(Rule(tuple(scopes), show, fields_of(condition["scope"]), test))
    return _in_order(rules, faults), faults


def elements_of(element: Mapping[str, Any], pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield a UI element and all in it, with their pointers."""
    yield pointer, element
    for place, inner in enumerate(element.get("elements", [])):
        yield from elements_of(inner, f"{pointer}/elements/{place}")


def _in_order(rules: list[Rule], faults: list[Fault]) -> tuple[Rule, ...]:
    """Put a rule behind those that may hide what it watches."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for place, rule in enumerate(rules):
        before = [
            other for other, each in enumerate(rules) if any(_meet(rule.watches, target) for target in each.targets)
        ]
        sorter.add(place, *before)
    try:
        return tuple(rules[place] for place in sorter.static_order())
    except CycleError as error:
        circle = " -> ".join(pointer_of(list(rules[place].watches)) for place in error.args[1])
        faults.append(Fault("/form/ui", f"rules wait for each other: {circle}", "Remove one of these rules"))
        return ()


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether one of two fields is, or holds, the other."""
    return all(step == against for step, against in zip(one, other, strict=False))


def refuse(uri: str) -> Any:
    """Refuse to load what a `$ref` names outside the document."""
    raise ValueError(f"{uri} is outside the definition")
