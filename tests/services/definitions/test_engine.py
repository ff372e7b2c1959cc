"""The engine as a whole: shared vectors, and what holds for every form and whatever is answered."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.definitions import Definition, DefinitionError, Fault, Form, load_content
from services.definitions.values import ABSENT, steps_of, value_at
from services.definitions.vectors import FILE, expected, read_vectors, regenerated
from services.definitions.vectors.language import LANGUAGE, language
from tests.services.applications.factory import CONTENT

VECTORS = read_vectors()
TODAY = date(2026, 11, 24)
LABEL = {"x-label": {"id": "Isian", "en": "Field"}}
NAMES = ("a", "b", "c", "d", "e")
PATHS = tuple(f"{group}{name}" for group in ("", "g.") for name in NAMES)
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["x", 0, 1, 2])
)
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_a_shared_vector_holds(case: dict[str, Any]) -> None:
    assert expected(VECTORS["definitions"][case["definition"]], case) == case["expected"]


def test_the_committed_vectors_are_those_of_this_engine_and_their_definitions_are_sound() -> None:
    assert FILE.read_text("utf-8") == regenerated(), "run `python -m services.definitions.vectors`"
    assert all(load_content(content).slug for content in VECTORS["definitions"].values())


def test_the_words_and_patterns_that_clients_are_given_are_those_of_this_engine() -> None:
    assert LANGUAGE.read_text("utf-8") == language(), "run `python -m services.definitions.vectors`"


def logic() -> Any:
    reads = st.sampled_from(PATHS).map(lambda path: {"var": path}) | st.sampled_from(PATHS).map(
        lambda path: {"var": [path, 1]}
    )
    words = st.sampled_from(["+", "*", "/", "==", "<", "and", "or", "if", "cat", "max", "merge", "years"])
    return st.recursive(
        reads | st.integers(-5, 5) | st.just({"var": "$today"}),
        lambda inner: st.builds(lambda word, args: {word: args}, words, st.lists(inner, min_size=2, max_size=3)),
        max_leaves=5,
    )


def field() -> Any:
    typed = st.sampled_from(["string", "integer", "number", "boolean"])
    plain = typed.map(lambda kind: {"type": kind} | LABEL)
    worked = st.builds(lambda kind, rule: {"type": kind, "readOnly": True, "x-computed": rule} | LABEL, typed, logic())
    listed = st.just({"type": "array", "maxItems": 3, "items": {"type": "integer"}} | LABEL)
    return plain | worked | listed


def rule() -> Any:
    schema = st.sampled_from([{"const": "x"}, {"type": "integer"}, {"minimum": 1}, True, {"enum": [0, 1, True]}])
    return st.tuples(st.sampled_from(PATHS), st.sampled_from(["SHOW", "HIDE"]), st.sampled_from(PATHS), schema)


def scope(path: str) -> str:
    return f"#/properties/{path.replace('.', '/properties/')}"


def built(fields: list[Any], rules: list[Any], checks: list[Any]) -> Form | None:
    """Return the form that was drawn, None where the language refuses it."""
    plain = dict(zip(NAMES, fields[:5], strict=True))
    group = {"type": "object", "properties": dict(zip(NAMES, fields[5:], strict=True))} | LABEL
    controls: list[dict[str, Any]] = [{"type": "Control", "scope": f"#/properties/{name}"} for name in (*NAMES, "g")]
    for path, effect, watched, schema in rules:
        condition = {"scope": scope(watched), "schema": schema}
        controls.append({"type": "Control", "scope": scope(path), "rule": {"effect": effect, "condition": condition}})
    content = copy.deepcopy(CONTENT) | {"requirements": []}
    content.pop("outcome")
    content["form"] = {
        "schema": {"type": "object", "properties": plain | {"g": group}},
        "ui": {"type": "Group", "elements": controls},
        "checks": [
            {"rule": each, "field": "/a", "message": {"id": "x", "en": "x"}}
            for each in checks
            if isinstance(each, dict)
        ],
    }
    definition, faults = loaded(content)
    assert all(fault.hint and fault.message for fault in faults)
    return definition.form if definition else None


def loaded(content: dict[str, Any]) -> tuple[Definition | None, list[Fault]]:
    """Return the definition, or why it is refused."""
    try:
        return load_content(content), []
    except DefinitionError as refused:
        return None, refused.faults


@settings(max_examples=300, deadline=None)
@given(
    st.builds(
        built,
        st.lists(field(), min_size=10, max_size=10),
        st.lists(rule(), max_size=3),
        st.lists(logic(), max_size=2),
    ),
    st.dictionaries(st.sampled_from((*NAMES, "g")), JSON),
)
def test_whatever_is_asked_and_answered_hidden_values_go_and_a_second_look_changes_nothing(
    form: Form | None, answers: dict[str, Any]
) -> None:
    if form is None:
        return
    before = copy.deepcopy(answers)

    once = form.evaluate(answers, today=TODAY)
    again = form.evaluate(once.answers, today=TODAY)

    assert repr(answers) == repr(before)
    assert all(value_at(once.answers, steps_of(pointer)) is ABSENT for pointer in once.hidden)
    assert repr(again) == repr(once) or {each.pointer for each in once.problems} == {""}
    assert all(value_at(once.answers, steps_of(pointer)) == value for pointer, value in once.computed.items())


@settings(max_examples=200, deadline=None)
@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)), st.data())
def test_whatever_stands_in_a_definition_it_is_loaded_or_refused_with_a_hint(value: Any, data: Any) -> None:
    content = copy.deepcopy(CONTENT)
    node: Any = content
    while isinstance(node, dict | list) and node and data.draw(st.integers(0, 4)):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        if not isinstance(node[key], dict | list) or not node[key]:
            break
        node = node[key]
    key = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
    node[key] = value

    assert all(fault.hint and fault.message for fault in loaded(content)[1])
