"""What a form makes of answers."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.definitions import Definition, load_content, load_yaml
from superapp.discovery import FOLDER
from tests.services.applications.factory import CONTENT

SERVICES: dict[str, Definition] = {
    definition.slug: definition
    for definition in (load_yaml(path) for path in sorted(FOLDER.glob("*/definitions/*.yaml")))
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def form(properties: dict[str, Any], **more: Any) -> Any:
    for name, each in properties.items():
        each.setdefault("x-label", {"id": f"Isian {name}", "en": f"Field {name}"})
    schema = {"type": "object", "properties": properties} | more
    controls = [{"type": "Control", "scope": f"#/properties/{name}"} for name in properties]
    content = CONTENT | {
        "form": {"schema": schema, "ui": {"type": "VerticalLayout", "elements": controls}},
        "requirements": [],
    }
    content.pop("outcome", None)
    return load_content(content).form


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        ({"type": "string", "minLength": 2}, "a", "min_length"),
        ({"type": "string", "maxLength": 2}, "abc", "max_length"),
        ({"type": "string", "pattern": "^a+$"}, "b", "pattern"),
        ({"type": "string", "enum": ["a"]}, "b", "enum"),
        ({"type": "string", "oneOf": [{"const": "a", "x-label": {"id": "A", "en": "A"}}]}, "b", "enum"),
        ({"type": "integer", "minimum": 3}, 2, "minimum"),
        ({"type": "integer", "maximum": 3}, 4, "maximum"),
        ({"type": "number", "exclusiveMinimum": 0}, 0, "exclusive_minimum"),
        ({"type": "number", "multipleOf": 0.5}, 0.3, "multiple_of"),
        ({"type": "array", "items": {"type": "string"}, "minItems": 1}, [], "min_items"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, ["a", "b"], "max_items"),
        ({"type": "array", "items": {"type": "string"}, "uniqueItems": True}, ["a", "a"], "unique_items"),
        ({"type": "string"}, 5, "type"),
        ({"type": "integer"}, 5.5, "type"),
        ({"type": "boolean"}, "ya", "type"),
        ({"type": "string", "format": "date"}, "2026-02-30", "format"),
        ({"type": "string", "format": "email"}, "siti", "format"),
        ({"type": "string", "format": "region"}, "64-71", "format"),
    ],
)
def test_each_rule_has_its_code_and_names_the_field(rule: dict[str, Any], value: Any, code: str) -> None:
    (problem,) = form({"x": rule}).evaluate({"x": value}).problems

    assert (problem.pointer, problem.code) == ("/x", code)
    assert problem.detail["id"].startswith("Isian x ")
    assert problem.detail["en"].startswith("Field x ")


@pytest.mark.parametrize(
    ("nik", "sound"),
    [
        ("6471014101900001", True),
        ("6471010101900001", True),
        ("6471017202000001", False),
        ("6471013113900001", False),
        ("6471010001900001", False),
        ("6471014101900000", False),
        ("0071014101900001", False),
        ("647101410190001", False),
        ("64710141019000011", False),
        ("647101410190000x", False),
    ],
)
def test_a_nik_holds_a_day_that_exists(nik: str, sound: bool) -> None:
    problems = form({"x": {"type": "string", "format": "nik"}}).evaluate({"x": nik}).problems

    assert (problems == ()) is sound


@pytest.mark.parametrize(
    ("phone", "sound"),
    [("081234567890", True), ("+6281234567890", True), ("+625421234567", True), ("12345", False), ("0812 345", False)],
)
def test_a_phone_number_is_the_countrys(phone: str, sound: bool) -> None:
    assert (form({"x": {"type": "string", "format": "phone"}}).evaluate({"x": phone}).problems == ()) is sound


def test_a_field_that_the_form_does_not_have_is_refused_by_name() -> None:
    (problem,) = form({"x": {"type": "string"}}).evaluate({"rumah/lama": 1}).problems

    assert (problem.pointer, problem.code) == ("/rumah~1lama", "unknown_field")


def test_a_hostile_pattern_costs_nothing() -> None:
    hostile = form({"x": {"type": "string", "pattern": "^(a+)+$"}})

    (problem,) = hostile.evaluate({"x": "a" * 50_000 + "!"}).problems

    assert problem.code == "pattern"


def test_answers_too_large_or_too_deep_are_refused() -> None:
    deep: Any = {}
    for _ in range(5000):
        deep = {"x": deep}
    small = form({"x": {"type": "string"}})

    assert [each.code for each in small.evaluate({"x": "a" * 300_000}).problems] == ["too_large"]
    assert [each.code for each in small.evaluate(deep).problems] == ["too_deep"]


@given(st.dictionaries(st.sampled_from(["anak", "ibu", "ayah", "orang_tua", "saksi", "lain"]), JSON))
def test_whatever_is_sent_it_is_judged_and_judging_again_drops_nothing_more(answers: dict[str, Any]) -> None:
    birth = SERVICES["akta-kelahiran"].form

    once = birth.evaluate(answers)

    assert birth.evaluate(once.answers).answers == once.answers


def test_what_a_form_condition_watches_as_a_group_is_read_after_what_hides_in_it() -> None:
    label = {"id": "x", "en": "x"}
    text = {"type": "string", "x-label": label}
    inner = {"type": "object", "x-label": label, "properties": {"a": text, "b": text}}
    content = copy.deepcopy(CONTENT) | {"requirements": []}
    content.pop("outcome")
    content["form"] = {
        "schema": {"type": "object", "properties": {"satu": inner, "dua": text, "tiga": text}},
        "ui": {
            "type": "VerticalLayout",
            "elements": [
                shown("#/properties/dua", "#/properties/satu", {"required": ["b"]}),
                {"type": "Control", "scope": "#/properties/satu/properties/a"},
                shown("#/properties/satu/properties/b", "#/properties/tiga", {"const": "ya"}),
                {"type": "Control", "scope": "#/properties/tiga"},
            ],
        },
    }

    found = load_content(content).form.evaluate({"satu": {"b": "x"}, "dua": "x", "tiga": "tidak"})

    assert found.answers == {"satu": {}, "tiga": "tidak"}
    assert found.hidden == ("/dua", "/satu/b")


def shown(scope: str, watched: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Control",
        "scope": scope,
        "rule": {"effect": "SHOW", "condition": {"scope": watched, "schema": schema}},
    }


def test_answers_are_shown_in_words() -> None:
    birth = SERVICES["akta-kelahiran"].form
    answers = {"anak": {"jenis_kelamin": "P", "tanggal_lahir": "2026-03-02"}, "orang_tua": {"kawin_tercatat": True}}

    assert birth.display("/anak/jenis_kelamin", answers) == "Perempuan"
    assert birth.display("/anak/tanggal_lahir", answers) == "2 Maret 2026"
    assert birth.display("/orang_tua/kawin_tercatat", answers) == "Ya"
    assert birth.display("/anak/nama", answers) is None
    assert birth.label("/saksi/1/nik") == {"id": "NIK saksi", "en": "The witness's NIK"}
