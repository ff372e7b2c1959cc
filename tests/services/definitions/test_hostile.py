"""Definitions and answers made to do harm: each is refused at its place, with what to do, and within a second."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from services.definitions import DefinitionError, Form, load_content, load_yaml
from services.definitions.harms import harms_in
from services.definitions.reading import read_yaml
from tests.services.applications.factory import CONTENT

LABEL = {"x-label": {"id": "Isian", "en": "Field"}}
TEXT = {"type": "string"} | LABEL
LIST = {"type": "array", "items": {"type": "integer"}} | LABEL


@pytest.fixture(autouse=True)
def _within_a_second() -> Iterator[None]:
    """Count the processor's time, not the wall's: the machine may be busy."""
    before = process_time()
    yield
    assert process_time() - before < 1


def content(fields: dict[str, Any] | None = None, **form: Any) -> dict[str, Any]:
    made = copy.deepcopy(CONTENT) | {"requirements": []}
    made.pop("outcome")
    if fields is not None:
        names = list(fields)
        controls = [
            {
                "type": "Group",
                "elements": [{"type": "Control", "scope": f"#/properties/{name}"} for name in names[n : n + 100]],
            }
            for n in range(0, len(names), 100)
        ]
        schema = {"type": "object", "properties": fields}
        made["form"] = {"schema": schema, "ui": {"type": "Group", "elements": controls}} | form
    return made


def with_fee(rule: Any) -> dict[str, Any]:
    return content({"a": LIST}) | {"fee": {"rule": rule, "basis": "Uji"}}


def loops(depth: int, inner: Any) -> Any:
    return {"map": [{"var": "a"}, loops(depth - 1, inner)]} if depth else inner


def doubled(levels: int) -> dict[str, Any]:
    """Return a schema of which every level stands for two of the next."""
    names = [f"#/properties/a/$defs/{level}" for level in range(levels)]
    steps = {str(n): {"allOf": [{"$ref": names[n + 1]}] * 2} for n in range(levels - 1)}
    return {"a": TEXT | {"$ref": names[0], "$defs": steps | {str(levels - 1): {"minLength": 1}}}}


def many(count: int, made: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    return {f"f{n}": LABEL | made(n) for n in range(count)}


def nested_ui(depth: int) -> dict[str, Any]:
    element: dict[str, Any] = {"type": "Control", "scope": "#/properties/a"}
    for _ in range(depth):
        element = {"type": "Group", "elements": [element]}
    return element


FEE = "/fee/rule"
A = "/form/schema/properties/a"
BOMBS: dict[str, tuple[Any, str, str]] = {
    "a list that holds itself twice, again and again": (
        with_fee({"reduce": [{"var": "a"}, [{"var": "accumulator"}, {"var": "accumulator"}], [1]]}),
        f"{FEE}/reduce/1",
        "a list holds operations",
    ),
    "loops in loops in loops": (with_fee(loops(3, 1)), f"{FEE}/map/1/map/1", "more than 2 lists are walked"),
    "a rule that is one long list": (with_fee({"+": list(range(9000))}), FEE, "larger than 8 KB"),
    "a rule too deep": (with_fee(json.loads('{"!":' * 25 + "1" + "}" * 25)), FEE, "nests more than 20 levels deep"),
    "a rule that asks the clock": (with_fee({"now": []}), FEE, "there is no operator 'now'"),
    "a rule that throws": (with_fee({"throw": "x"}), FEE, "there is no operator 'throw'"),
    "a rule that looks out of its loop": (
        with_fee({"map": [{"var": "a"}, {"val": [[1], "a"]}]}),
        f"{FEE}/map/1",
        "there is no operator 'val'",
    ),
    "a rule that works out what it reads": (
        with_fee({"var": {"cat": ["a", "b"]}}),
        f"{FEE}/var",
        "the name of a field is a constant",
    ),
    "a rule with two operators": (with_fee({"+": [1], "-": [1]}), FEE, "an operation has one key"),
    "references that double": (content(doubled(30)), "/form/schema", "more checks than a phone can make"),
    "a reference that leads back": (
        content({"a": TEXT | {"allOf": [{"$ref": "#/properties/a"}]}}),
        "/form/schema",
        "leads back to itself",
    ),
    "a reference that leads back through a list": (
        content({"a": {"type": "array", "items": {"$ref": "#/properties/a"}} | LABEL}),
        "/form/schema",
        "leads back to itself",
    ),
    "lists of lists of lists": (
        content({"a": LABEL | json.loads('{"type":"array","items":' * 9 + "{}" + "}" * 9)}),
        "/form/schema",
        "more checks than a phone can make",
    ),
    "more choices than anybody reads": (
        content({"a": TEXT | {"enum": [str(n) for n in range(5000)]}}),
        f"{A}/enum",
        "more than 1000 choices",
    ),
    "a pattern as long as a book": (content({"a": TEXT | {"pattern": "a" * 600}}), f"{A}/pattern", "more than 500"),
    "a pattern that is huge once compiled": (
        content({"a": TEXT | {"pattern": "(((a{100}){100}){100})"}}),
        f"{A}/pattern",
        "regex",
    ),
    "a pattern that looks around": (content({"a": TEXT | {"pattern": "(?=a)b"}}), f"{A}/pattern", "regex"),
    "as many patterns as fields": (
        content(many(300, lambda n: {"type": "string", "pattern": f"^a{n}$"})),
        "/form/schema",
        "more than 200 patterns",
    ),
    "two hundred patterns that are slow to compile": (
        content(many(200, lambda n: {"type": "string", "pattern": rf"^(\w{{10}}){{{n + 9}}}$"})),
        "",
        "",
    ),
    "a field for every resident": (content(many(600, lambda _: {"type": "string"})), "/form/schema", "500 fields"),
    "as many unknown words as fit": (content({"a": {f"w{n}": 1 for n in range(9000)}}), f"{A}/w0", "no word 'w0'"),
    "as many unknown keys as fit": (content() | {f"k{n}": 1 for n in range(9000)}, "/k0", "not known here"),
    "a form in a form in a form": (content({"a": TEXT}, ui=nested_ui(30)), "", "nests more than 40 levels deep"),
    "a form of a thousand elements": (
        content({"a": TEXT}, ui={"type": "Group", "elements": [nested_ui(5)] * 190}),
        "/form/ui",
        "more than 1000 elements",
    ),
    "a document of two hundred megabytes": (content({"a": TEXT | {"default": "x" * 200_000_000}}), "", "larger than"),
    "a document of ten million parts": (content({"a": TEXT | {"default": [[]] * 10_000_000}}), "", "larger than"),
    "a key that looks like another": (content({"n\u0456k": TEXT}), "/form/schema/properties/n\u0456k", "no key"),
    "a name that reads from the right": (
        content({"a": TEXT | {"x-label": {"id": "Nama \u202egnaro", "en": "x"}}}),
        f"{A}/x-label/id",
        "letters that nobody sees",
    ),
    "an id with a letter of no width": (
        content({"a": TEXT | {"x-id": "ni\u200bk"}}),
        f"{A}/x-id",
        "letters that nobody sees",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_hostile_definition_is_refused_at_its_place_with_what_to_do(bomb: str) -> None:
    made, pointer, message = BOMBS[bomb]

    try:
        load_content(made)
    except DefinitionError as refused:
        faults = refused.faults
    else:
        faults = []

    if message:
        assert any(pointer == fault.pointer and message in fault.message and fault.hint for fault in faults), faults
    assert len(faults) <= 100
    assert all(len(str(fault)) < 1000 for fault in faults)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: " + "[" * 100_000, "nests too deep"),
        ("a: " + "{a: " * 50_000, "nests too deep"),
        ("- " * 100_000, "nests too deep"),
        ("".join(f"{' ' * n}a:\n" for n in range(300)), "nests too deep"),
        ("a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a]\n" for n in range(20)), "an alias"),
        ("a: &a [*a]\n", "an alias"),
        ("a: 1" + "0" * 100_000, "cannot be read"),
        ("a: !!int 1" + ":59" * 50_000, "cannot be read"),
        ("a: !!python/object/apply:os.system [ls]\n", "the tag"),
        ("a: !!binary aGFsbw==\n", "the tag"),
        ("x" * 300_000, "larger than 256 KB"),
        ("? [a, b]\n: c\n", "is not a text"),
        ("a: 1\n---\nb: 2\n", "a second document"),
        ("a: b\n" * 20_000, "comes twice"),
        ("a: {<<: {b: 1}}\n", "is not a text"),
        ("%YAML 9.9\n---\na: 1\n", "no YAML"),
        ("a: \x00\n", "no YAML"),
    ],
    ids=range(17),
)
def test_a_hostile_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text(text)

    with pytest.raises(DefinitionError) as refused:
        load_yaml(path)

    assert message in refused.value.faults[0].message
    assert len(refused.value.faults) <= 100
    assert all(fault.hint for fault in refused.value.faults)


def test_what_a_file_means_is_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    path.write_text("a: 12:30\nb: yes\nc: 2026-01-02\nd: 010\ne: '5'\nf: 1_000\ng: 1.5\nh: ~\ni: true\nj: |\n  dua\n")

    assert read_yaml(path)[0] == {
        "a": "12:30",
        "b": "yes",
        "c": "2026-01-02",
        "d": "010",
        "e": "5",
        "f": 1000,
        "g": 1.5,
        "h": None,
        "i": True,
        "j": "dua\n",
    }


MISTAKES = (
    "a rule that asks the clock",
    "a rule that throws",
    "a rule that looks out of its loop",
    "a rule that works out what it reads",
    "a rule with two operators",
    "as many unknown words as fit",
    "as many unknown keys as fit",
    "a key that looks like another",
)


@pytest.mark.parametrize("bomb", BOMBS)
def test_what_does_harm_is_found_in_an_unfinished_draft_too_and_mistakes_are_let_be(bomb: str) -> None:
    made, pointer, message = BOMBS[bomb]
    parts = ("service", "form", "fee", *(key for key in made if key.startswith("k")))
    unfinished = {key: made[key] for key in parts if key in made} | {"title": 7, "outcome": [], "workflow": {}}

    for content in (made, unfinished):
        harms = harms_in(content)
        if bomb in MISTAKES:
            assert harms == []
        elif message:
            assert any(pointer == each.pointer and message in each.message and each.hint for each in harms), harms
        assert len(harms) <= 100


@pytest.mark.parametrize(
    "form",
    [
        None,
        [],
        {"schema": []},
        {"schema": {"properties": [], "required": 1, "$ref": 1, "enum": 1, "items": [1], "oneOf": {}}},
        {"schema": {"properties": {"a": 1, "b": {"x-computed": 1, "type": []}}}, "ui": {"elements": {}}},
        {"schema": {"properties": {"a": {"$ref": "#/x"}, "b": {"$ref": "#/y"}, "c": {"pattern": 1}}}},
        {"schema": {}, "ui": {"elements": [1, {"rule": 1}, {"rule": {"condition": {"schema": 1}}}], "rule": []}},
        {"schema": {}, "ui": {"rule": {"effect": 1, "condition": {"scope": "x", "schema": {"type": 1}}}}},
        {"schema": {}, "ui": [], "checks": [1, {"rule": 1}, {"rule": ["a"]}], "prefill": 1},
    ],
    ids=range(9),
)
def test_whatever_shape_a_draft_has_it_is_looked_at(form: Any) -> None:
    content = {"form": form, "fee": [], "requirements": {"a": 1}, "workflow": {"transitions": [1, {"guard": 1}]}}

    assert harms_in(content) == []


def test_rules_that_wait_for_each_other_are_found_in_an_unfinished_draft() -> None:
    conditions = {one: {"scope": f"#/properties/{other}", "schema": {}} for one, other in ("ab", "ba")}
    controls = [
        {"scope": f"#/properties/{one}", "rule": {"effect": "SHOW", "condition": condition}}
        for one, condition in conditions.items()
    ]
    content = {"form": {"schema": {"properties": {"a": {}, "b": {}}}, "ui": {"elements": controls}}}

    assert [(each.pointer, "wait for each other" in each.message) for each in harms_in(content)] == [("/form/ui", True)]


@pytest.mark.parametrize("number", [-0.0, 1e300, 2.0**53, float("inf")])
def test_a_number_that_the_database_spells_otherwise_is_not_kept(number: float) -> None:
    assert [each.pointer for each in harms_in({"fee": {"amount": number}})] == ["/fee/amount"]


def form(fields: dict[str, Any]) -> Form:
    return load_content(content(fields)).form


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"a": [1] * 120_000}, "too_many"),
        ({"a": [1] * 600}, "max_items"),
        ({"a": "x" * 300_000}, "too_large"),
        ({f"k{n}": 1 for n in range(15_000)}, "unknown_field"),
        ({f"k{n}": 1 for n in range(25_000)}, "too_large"),
        ({"a": json.loads("[" * 200 + "]" * 200)}, "too_deep"),
        ({"a": "\ud800"}, "not_json"),
        ({"a": 10**30}, "not_json"),
        ({"a": [[1]] * 400}, "type"),
    ],
    ids=range(9),
)
def test_hostile_answers_are_refused(answers: dict[str, Any], code: str) -> None:
    problems = form({"a": LIST, "b": TEXT}).evaluate(answers).problems

    assert problems[0].code == code
    assert len(problems) <= 200


def test_the_slowest_pattern_and_the_longest_answer_are_judged_at_once() -> None:
    slow = form(many(150, lambda _: {"type": "string", "pattern": r"^(\w+\s?)+(\w+\s?)*$"}))

    slow.evaluate({f"f{n}": "ab " * 500 + "!" for n in range(150)})


def test_a_hundred_greedy_rules_share_one_budget() -> None:
    pairs = {"map": [{"var": "a"}, {"map": [list(range(500)), {"in": ["x", "y" * 2000]}]}]}
    rule = {"length": [pairs]}
    greedy = {"type": "integer", "readOnly": True, "x-computed": rule}
    found = form({"a": LIST} | many(40, lambda _: greedy)).evaluate({"a": list(range(500))})

    assert {each.code for each in found.problems} == {"not_computed"}


def test_what_rules_read_may_be_long() -> None:
    first = {"var": "b"}
    inner = {"reduce": [{"var": "a"}, {"in": ["zz", {"var": "accumulator"}]}, first]}
    greedy = {"type": "boolean", "readOnly": True, "x-computed": inner}

    form({"a": LIST, "b": TEXT} | many(40, lambda _: greedy)).evaluate({"a": [1] * 500, "b": "zy" * 100_000})
