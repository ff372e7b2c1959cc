"""Values that are worked out, and what must hold between fields."""

import copy
from datetime import date
from typing import Any

import pytest

from services.definitions import Definition, DefinitionError, load_content
from tests.services.applications.factory import CONTENT

LABEL = {"x-label": {"id": "Isian", "en": "Field"}}
TODAY = date(2026, 11, 24)


def number(**more: Any) -> dict[str, Any]:
    return {"type": "number", "minimum": 0} | LABEL | more


def computed(rule: Any, type: str = "number", **more: Any) -> dict[str, Any]:
    return {"type": type, "readOnly": True, "x-computed": rule} | LABEL | more


def group(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields} | LABEL | more


def service(fields: dict[str, Any], *, hide: Any = (), **more: Any) -> Definition:
    """Return a service with these fields, `hide` being (field, watched field, schema) that hides it."""
    elements: list[dict[str, Any]] = [{"type": "Control", "scope": f"#/properties/{name}"} for name in fields]
    for name, watched, schema in hide:
        condition = {"scope": f"#/properties/{watched.replace('.', '/properties/')}", "schema": schema}
        rule = {"effect": "HIDE", "condition": condition}
        scope = f"#/properties/{name.replace('.', '/properties/')}"
        elements.append({"type": "Control", "scope": scope, "rule": rule})
    content = copy.deepcopy(CONTENT) | {"requirements": []}
    content.pop("outcome")
    form = {"schema": {"type": "object", "properties": fields}, "ui": {"type": "Group", "elements": elements}}
    return load_content(content | {"form": form | more})


AREA = {"*": [{"var": "lebar"}, {"var": "tinggi"}]}
BOARD = {"lebar": number(), "tinggi": number(), "luas": computed(AREA)}


def test_a_value_is_worked_out_and_never_taken_from_whoever_sends_it() -> None:
    found = service(BOARD).form.evaluate({"lebar": 2.5, "tinggi": 2, "luas": 1})

    assert found.answers == {"lebar": 2.5, "tinggi": 2, "luas": 5}
    assert found.computed == {"/luas": 5}
    assert found.problems == ()
    assert type(found.answers["luas"]) is int


def test_it_waits_for_what_it_needs_but_not_for_what_may_be_empty() -> None:
    total = {"+": [{"var": "lebar"}, {"var": ["tinggi", 1]}]}
    form = service(BOARD | {"jumlah": computed(total)}).form

    assert form.evaluate({"tinggi": 3, "luas": 9, "jumlah": 9}).answers == {"tinggi": 3}
    assert form.evaluate({"lebar": 3}).answers == {"lebar": 3, "jumlah": 4}


def test_what_is_worked_out_from_another_comes_after_it_and_rules_watch_both() -> None:
    fields = {"dua": computed({"+": [{"var": "satu"}, 1]}), "satu": computed({"*": [{"var": "lebar"}, 10]})}
    form = service(
        fields | {"lebar": number(), "izin": {"type": "string"} | LABEL}, hide=[("izin", "dua", {"maximum": 50})]
    ).form

    assert form.evaluate({"lebar": 4, "izin": "x"}).answers == {"lebar": 4, "satu": 40, "dua": 41}
    assert form.evaluate({"lebar": 5, "izin": "x"}).answers == {"lebar": 5, "satu": 50, "dua": 51, "izin": "x"}


def test_what_is_hidden_is_not_worked_out_and_what_is_worked_out_does_not_see_what_is_hidden() -> None:
    form = service(BOARD | {"jenis": {"type": "string"} | LABEL}, hide=[("lebar", "jenis", {"const": "kain"})]).form
    hidden = service(BOARD | {"jenis": {"type": "string"} | LABEL}, hide=[("luas", "jenis", {"const": "kain"})]).form
    answers = {"lebar": 4, "tinggi": 2, "jenis": "kain"}

    assert form.evaluate(answers).answers == {"tinggi": 2, "jenis": "kain"}
    assert hidden.evaluate(answers).answers == answers
    assert hidden.evaluate(answers).hidden == ("/luas",)


def test_a_group_of_computed_values_is_made_and_one_that_a_person_fills_in_is_not() -> None:
    rule = {"*": [{"var": "lebar"}, 2]}
    form = service(
        {
            "lebar": number(),
            "hasil": group({"dua": computed(rule)}),
            "orang": group({"dua": computed(rule), "nama": {"type": "string"} | LABEL}, required=["nama"]),
        }
    ).form

    assert form.evaluate({"lebar": 4}).answers == {"lebar": 4, "hasil": {"dua": 8}}
    assert form.evaluate({"lebar": 4, "orang": {"nama": "Siti"}}).answers["orang"] == {"nama": "Siti", "dua": 8}
    assert form.evaluate({"lebar": 4, "orang": "x"}).answers["orang"] == "x"


def test_a_sum_over_a_list_and_an_age_on_the_day() -> None:
    people = {"type": "array", "maxItems": 9, "items": group({"umur": number()})} | LABEL
    ages = {"reduce": [{"var": "anak"}, {"+": [{"var": "accumulator"}, {"var": "current.umur"}]}, 0]}
    form = service(
        {
            "anak": people,
            "jumlah": computed(ages),
            "lahir": {"type": "string", "format": "date"} | LABEL,
            "umur": computed({"years": [{"var": "lahir"}, {"var": "$today"}]}, "integer"),
            "hari": computed({"days": [{"var": "lahir"}, {"var": "$today"}]}, "integer"),
        }
    ).form

    found = form.evaluate({"anak": [{"umur": 3}, {"umur": 4}], "lahir": "2009-11-25"}, today=TODAY)

    assert found.computed == {"/jumlah": 7, "/umur": 16, "/hari": 6208}
    assert form.evaluate({"lahir": "2009-11-24"}, today=TODAY).answers["umur"] == 17
    assert "umur" not in form.evaluate({"lahir": "2009-02-30"}, today=TODAY).answers


def test_a_value_that_cannot_be_worked_out_is_told_at_its_field() -> None:
    form = service({"lebar": number(), "hasil": computed({"/": [1, {"var": "lebar"}]})}).form

    found = form.evaluate({"lebar": 0})

    assert [(each.pointer, each.code) for each in found.problems] == [("/hasil", "not_computed")]
    assert found.answers == {"lebar": 0}


def test_a_value_that_is_worked_out_is_judged_as_one_that_was_typed() -> None:
    form = service(BOARD | {"luas": computed(AREA, maximum=10)}).form

    assert [(each.pointer, each.code) for each in form.evaluate({"lebar": 4, "tinggi": 3}).problems] == [
        ("/luas", "maximum")
    ]


def test_too_much_work_ends_in_a_problem_not_in_a_wait() -> None:
    people = {"type": "array", "items": {"type": "integer"}} | LABEL
    pairs = {"map": [{"var": "a"}, {"map": [list(range(400)), {"+": [{"var": ""}, 1]}]}]}
    length = {"length": [pairs]}
    form = service({"a": people} | {f"x{n}": computed(length, "integer") for n in range(100)}).form

    found = form.evaluate({"a": list(range(500))})

    assert {each.code for each in found.problems} == {"not_computed"}


@pytest.mark.parametrize(
    ("fields", "pointer", "message"),
    [
        ({"a": computed({"var": "a"})}, "/form", "values and rules wait for each other: /a -> /a"),
        ({"a": computed({"var": "b"}), "b": computed({"var": "a"})}, "/form", "values and rules wait for each other"),
        ({"a": computed(1, "array")}, "/form/schema/properties/a/x-computed", "a computed value is a text, a number"),
        ({"a": number(**{"x-computed": 1})}, "/form/schema/properties/a", "a computed field is not filled in by hand"),
        (
            {"a": {"type": "array", "items": group({"b": computed(1)})} | LABEL},
            "/form/schema/properties/a/items/properties/b/x-computed",
            "a field of a list is not computed",
        ),
        (
            {"a": group({"b": computed(1)}, required=["b"])},
            "/form/schema/properties/a/required/0",
            "'b' is computed, nobody can fill it in",
        ),
        ({"a": computed({"var": "tidak.ada"})}, "/form/schema/properties/a/x-computed", "the rule reads 'tidak.ada'"),
        ({"a": computed({"log": 1})}, "/form/schema/properties/a/x-computed", "there is no operator 'log'"),
    ],
)
def test_a_computed_field_that_cannot_work_is_refused(fields: dict[str, Any], pointer: str, message: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        service(fields)

    (fault,) = refused.value.faults
    assert (fault.pointer, fault.message[: len(message)]) == (pointer, message)
    assert fault.hint


def test_rules_and_values_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(DefinitionError, match="values and rules wait for each other"):
        service(BOARD, hide=[("lebar", "luas", {"const": 5})])


DATES = {"mulai": {"type": "string", "format": "date"} | LABEL, "selesai": {"type": "string", "format": "date"} | LABEL}
ORDER = {
    "rule": {"<": [{"var": "mulai"}, {"var": "selesai"}]},
    "field": "/selesai",
    "message": {"id": "Selesai harus setelah mulai.", "en": "The end comes after the start."},
    "code": "end_before_start",
}


def test_what_does_not_agree_is_told_in_its_own_words_at_its_own_field() -> None:
    form = service(DATES, checks=[ORDER]).form

    (problem,) = form.evaluate({"mulai": "2026-02-01", "selesai": "2026-01-01"}).problems

    assert (problem.pointer, problem.code, problem.detail) == ("/selesai", "end_before_start", ORDER["message"])
    assert form.evaluate({"mulai": "2026-01-01", "selesai": "2026-02-01"}).problems == ()


def test_a_check_waits_for_fields_that_are_empty_hidden_or_wrong_by_themselves() -> None:
    form = service(
        DATES | {"jenis": {"type": "string"} | LABEL}, hide=[("selesai", "jenis", {"const": "x"})], checks=[ORDER]
    ).form

    assert form.evaluate({"mulai": "2026-02-01"}).problems == ()
    assert form.evaluate({"mulai": "2026-02-01", "selesai": "2026-01-01", "jenis": "x"}).problems == ()
    assert [each.code for each in form.evaluate({"mulai": "2026-13-01", "selesai": "2026-01-01"}).problems] == [
        "format"
    ]


def test_a_check_over_what_may_be_empty_is_judged_always() -> None:
    phone, mail = {"type": "string", "format": "phone"} | LABEL, {"type": "string", "format": "email"} | LABEL
    rule = {"or": [{"var": ["telepon", ""]}, {"var": ["email", ""]}]}
    message = {"id": "Isi telepon atau email.", "en": "Fill in a phone number or an e-mail address."}
    form = service(
        {"telepon": phone, "email": mail}, checks=[{"rule": rule, "field": "/telepon", "message": message}]
    ).form

    assert [(each.pointer, each.code) for each in form.evaluate({}).problems] == [("/telepon", "check")]
    assert form.evaluate({"email": "siti@example.org"}).problems == ()


def test_a_check_that_cannot_be_judged_does_not_hold() -> None:
    rule = {">": [{"/": [1, {"var": "lebar"}]}, 0]}
    form = service(BOARD, checks=[ORDER | {"rule": rule, "field": "/lebar"}]).form

    assert [each.code for each in form.evaluate({"lebar": 0}).problems] == ["end_before_start"]


def test_the_day_is_the_citys() -> None:
    rule = {"<=": [{"var": "mulai"}, {"var": "$today"}]}
    form = service(DATES, checks=[ORDER | {"rule": rule, "field": "/mulai"}]).form

    assert form.evaluate({"mulai": "2026-11-24"}, today=TODAY).problems == ()
    assert len(form.evaluate({"mulai": "2026-11-25"}, today=TODAY).problems) == 1
    assert form.evaluate({"mulai": "2026-11-25"}).problems == ()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"field": "/tidak/ada"}, "/form/checks/0/field"),
        ({"rule": {"var": "tidak"}}, "/form/checks/0/rule"),
        ({"code": "required"}, "/form/checks/0/code"),
        ({"message": {"id": "x"}}, "/form/checks/0/message"),
    ],
)
def test_a_check_that_nobody_could_read_is_refused(change: dict[str, Any], pointer: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        service(DATES, checks=[ORDER | change])

    assert [fault.pointer for fault in refused.value.faults] == [pointer]


def test_facts_that_fill_in_a_form_are_known_and_fit() -> None:
    assert service(DATES, prefill={"/mulai": "registry.birth_date"}).form.prefill == {"/mulai": "registry.birth_date"}
    with pytest.raises(DefinitionError) as refused:
        service(BOARD, prefill={"/luas": "account.name", "/x": "module.tarif", "/lebar": "registry.agama"})

    assert [fault.pointer for fault in refused.value.faults] == [
        "/form/prefill/~1luas",
        "/form/prefill/~1x",
        "/form/prefill/~1lebar",
    ]
