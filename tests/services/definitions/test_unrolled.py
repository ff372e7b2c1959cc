"""The straight lines that a form's rules are written as give what the rules themselves give, and cost no less."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.definitions import DefinitionError, load_content
from services.definitions.agreements import Check
from services.definitions.forms import Form
from services.definitions.logic import Logic, LogicError, Meter, compile_logic
from services.definitions.rules import Run
from services.definitions.unrolled import unrolled_checks
from tests.bench.forms import form_of
from tests.services.definitions.test_computed import TODAY, computed, group, number, service

FIELDS = ("a", "b", "g.c", "g.d", "$today")
CONSTANTS = st.sampled_from([0, 1, 2, 7, -3, 0.5, 2.0, "", "x", "abc", "2020-02-29", True, False])
DEFAULTS = st.sampled_from([0, 1.5, "", "x", False])
READING = st.sampled_from(FIELDS).flatmap(
    lambda name: st.just({"var": name}) | st.builds(lambda default: {"var": [name, default]}, DEFAULTS)
)
TWO = ("<", "<=", ">", ">=", "==", "===", "!=", "!==", "/", "in", "days", "years")
SOME = ("+", "-", "*", "max", "min", "and", "or", "if", "?:")
ONE = ("!", "!!", "ceil", "floor", "abs")


def grown(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    parts = inner | READING | CONSTANTS
    return (
        st.builds(lambda word, parts: {word: parts}, st.sampled_from(TWO), st.lists(parts, min_size=2, max_size=2))
        | st.builds(lambda word, parts: {word: parts}, st.sampled_from(SOME), st.lists(parts, min_size=2, max_size=5))
        | st.builds(lambda word, part: {word: [part]}, st.sampled_from(ONE), parts)
        | st.builds(lambda part: {"in": [part, ["x", "abc", "2020-02-29"]]}, parts)
    )


RULES = st.recursive(READING, grown, max_leaves=8)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from([2**53, 2**62, -(2**53) + 1, 0.1, 0.2, 2.5, -0.0, 1e300, 3.0])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(["", "x", "abc", "5", "2020-02-29", "2020-02-30", "2026-11-23"])
    | st.just([1])
    | st.just({"c": 1})
)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={"a": VALUES, "b": VALUES, "g": st.fixed_dictionaries({}, optional={"c": VALUES, "d": VALUES}) | VALUES},
)


@settings(max_examples=500, deadline=None)
@given(RULES, ANSWERS, st.sampled_from([TODAY, None]))
def test_a_rule_as_a_line_gives_what_the_engine_gives_and_costs_no_less(
    rule: Any, answers: dict[str, Any], today: date | None
) -> None:
    logic, faults = compile_logic(rule, "")
    assume(logic is not None)
    assert logic is not None
    assert not faults
    run = Run(copy.deepcopy(answers), today)
    check = Check(logic, ("a",), "/a", "check", {})

    found = unrolled_checks([check], [], [])(run, 0, today)

    meter = Meter()
    if found is not None:
        assert found == [0] * fails(logic, answers, today, meter)
        assert run.left <= meter.left


def fails(logic: Logic, answers: dict[str, Any], today: date | None, meter: Meter) -> bool:
    if logic.waits(answers, today):
        return False
    try:
        return not logic.holds(answers, today, meter)
    except LogicError:
        return True


BOARD = {
    "a": number(),
    "b": number(),
    "g": group({"c": number(), "d": number(), "e": computed({"var": "a"})}),
    "h": group({"f": computed({"var": "b"})}),
}


@settings(max_examples=150, deadline=None)
@given(st.lists(RULES, min_size=2, max_size=2), ANSWERS, st.sampled_from(["a", "g", "g.e", "g.c", "h"]))
def test_a_plan_as_lines_leaves_the_answers_that_the_plan_leaves(
    rules: list[Any], answers: dict[str, Any], hidden: str
) -> None:
    fields = copy.deepcopy(BOARD)
    fields["g"]["properties"]["e"]["x-computed"], fields["h"]["properties"]["f"]["x-computed"] = rules
    schema = {"enum": ["x", "abc"]} if hidden == "h" else {"const": True}
    form = sound(fields, [(hidden, "b", schema)])
    assume(form is not None)
    assert form is not None
    before = repr(answers)

    found, run = form._unrolled(Run(answers, TODAY), TODAY), form.plan.run(answers, TODAY)

    assert repr(answers) == before
    if found is not None:
        assert repr((found.answers, found.hidden, found.computed, found.failed)) == repr(
            (run.answers, run.hidden, run.computed, run.failed)
        )
        assert found.left <= run.left


def sound(fields: dict[str, Any], hide: list[Any]) -> Form | None:
    try:
        return service(fields, hide=hide).form
    except DefinitionError:
        return None


class Counting:
    """Counts what a form asks of its validators and of the engine of rules, in the place of these."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.real, name)


@pytest.mark.parametrize("fields", [20, 100])
def test_plain_answers_cost_one_look_of_the_validator_and_none_of_the_engine(fields: int) -> None:
    made, answers = form_of(fields, rules=True)
    form = load_content(made).form
    validator = Counting(form.quick)
    object.__setattr__(form, "quick", validator)
    wrong = answers | {"bagian_0": answers["bagian_0"] | {"nama": 7}}

    for each in form.logic.values():
        object.__setattr__(each, "compiled", None)  # whoever asks the engine fails

    assert form.evaluate(answers, today=TODAY).problems == ()
    assert validator.calls == ["is_valid"]
    assert len(form.evaluate(wrong, today=TODAY).problems) == 1
    assert validator.calls[1:] == ["is_valid", "iter_errors"]


def test_plain_rules_are_lines_and_the_rest_is_left_to_the_engine_one_by_one() -> None:
    made, _ = form_of(20, rules=True)
    total = {"reduce": [{"var": "bagian_0.jenis"}, 0, 0]}
    made["form"]["checks"].append(made["form"]["checks"][0] | {"rule": {"!": [{"===": [total, 5]}]}})
    form = load_content(made).form
    answers = form_of(20, rules=True)[1]
    run = form._unrolled(Run(answers, TODAY), TODAY)
    left = run.left

    assert form._unrolled_checks(run, 0, TODAY) == []
    assert left - run.left > 2 * 3
