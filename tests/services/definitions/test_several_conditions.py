"""A field shows under any, or all, of several conditions: written over all answers, each field of them named."""

import copy
from typing import Any

import pytest

from services.definitions import DefinitionError, load_content
from services.definitions.editing import (
    Condition,
    Conditions,
    condition_of,
    logic_of,
    rule_of,
    watched_by,
)
from services.definitions.vectors import read_vectors

MARRIED, THREE = Condition("/data/kawin", "is", True), Condition("/data/anak", "least", 3)
NOT_YES = Condition("/data/salah_satu", "is_not", "ya")


def with_rule(place: int, schema: Any) -> dict[str, Any]:
    content: dict[str, Any] = copy.deepcopy(read_vectors()["definitions"]["uji-keadaan"])
    rule = {"effect": "SHOW", "condition": {"scope": "#", "schema": schema}}
    content["form"]["ui"]["elements"][place]["rule"] = rule
    return content


@pytest.mark.parametrize("any_", [True, False])
@pytest.mark.parametrize("tests", [(MARRIED, THREE), (MARRIED, THREE, NOT_YES), (NOT_YES, MARRIED)])
def test_what_is_written_is_read_back(tests: tuple[Condition, ...], any_: bool) -> None:
    said = Conditions(tests, any_)

    assert condition_of(rule_of(said)) == said
    assert watched_by(logic_of(said)) == said


def test_one_condition_is_written_as_it_always_was() -> None:
    rule = rule_of(Conditions((THREE,)))

    assert rule == {
        "effect": "SHOW",
        "condition": {"scope": "#/properties/data/properties/anak", "schema": {"minimum": 3}},
    }
    assert condition_of(rule) == Conditions((THREE,))


def test_what_an_expert_wrote_otherwise_is_read_as_none() -> None:
    other = {"required": ["data"], "properties": {"data": {"minProperties": 2}}}
    nested = rule_of(Conditions((MARRIED, THREE)))
    nested["condition"]["schema"]["allOf"].append({"anyOf": []})

    assert condition_of({"effect": "SHOW", "condition": {"scope": "#", "schema": {"allOf": [other]}}}) is None
    assert condition_of(nested) is None
    assert watched_by({"or": [{"==": [{"var": "a"}, 1]}, {"in": ["a", "b"]}]}) is None


def test_several_fields_are_judged_in_the_engine_as_they_are_written() -> None:
    content = with_rule(5, rule_of(Conditions((MARRIED, NOT_YES)))["condition"]["schema"])
    form = load_content(content).form

    shown = [
        "/lain/tidak" not in form.evaluate({"data": {"kawin": kawin, "anak": 3, "salah_satu": said}}).hidden
        for kawin, said in ((True, "x"), (True, "ya"), (False, "x"))
    ]

    assert shown == [True, False, False]


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        ({"minProperties": 2}, "a condition on all answers names its fields"),
        ({}, "a condition on all answers names its fields"),
        ({"anyOf": [{"required": ["tidak_ada"]}]}, "there is no field '/tidak_ada'"),
        ({"required": ["data"], "properties": {"data": {"required": ["x"]}}}, "there is no field '/data/x'"),
    ],
)
def test_a_condition_that_names_no_field_is_refused(schema: Any, message: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        load_content(with_rule(2, schema))

    assert [(each.pointer, each.message) for each in refused.value.faults] == [
        ("/form/ui/elements/2/rule/condition/schema", message)
    ]


def test_conditions_that_wait_for_each_other_are_refused() -> None:
    waits_for_itself = rule_of(Conditions((MARRIED, Condition("/data/salah_satu", "is", "x"))))

    with pytest.raises(DefinitionError, match="rules wait for each other"):
        load_content(with_rule(2, waits_for_itself["condition"]["schema"]))
