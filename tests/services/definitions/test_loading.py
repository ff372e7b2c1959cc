"""An unsound definition is refused with every reason, its place and what to do."""

import copy
from pathlib import Path
from typing import Any

import pytest

from services.definitions import DefinitionError, FeeError, load_content, load_yaml, service_definition_schema
from superapp.discovery import FOLDER
from tests.services.applications.factory import CONTENT

WHERE: dict[str, tuple[dict[str, Any], str]] = {
    "unknown key": ({"judul": "x"}, "/judul"),
    "missing language": ({"title": {"id": "x"}}, "/title"),
    "slug with blanks": ({"service": "Akta Baru"}, "/service"),
    "no such workflow": ({"workflow": "cepat"}, "/workflow"),
    "fee of both kinds": ({"fee": {"amount": 1, "rule": {"+": [1]}, "basis": "Uji"}}, "/fee"),
    "unknown operator": ({"fee": {"rule": {"kali": [1]}, "basis": "Uji"}}, "/fee/rule"),
    "rule over no field": ({"fee": {"rule": {"var": "data.luas"}, "basis": "Uji"}}, "/fee/rule"),
    "both kinds of days": (
        {"deadline": {"working_days": 1, "calendar_days": 1, "from": "complete", "basis": "Uji"}},
        "/deadline",
    ),
    "shows no field": (
        {"outcome": {"document": "x", "title": {"id": "x", "en": "x"}, "shows": ["/data/luas"]}},
        "/outcome/shows/0",
    ),
}


def refusal(content: Any) -> DefinitionError:
    with pytest.raises(DefinitionError) as refused:
        load_content(content, source="uji")
    return refused.value


def changed(path: str, value: Any) -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    *steps, last = path.split("/")
    node: Any = content
    for step in steps:
        node = node[int(step) if isinstance(node, list) else step]
    node[int(last) if isinstance(node, list) else last] = value
    return content


@pytest.mark.parametrize("case", WHERE)
def test_what_is_wrong_is_found_where_it_is(case: str) -> None:
    change, pointer = WHERE[case]

    faults = refusal(CONTENT | change).faults

    assert pointer in [fault.pointer for fault in faults]
    assert all(fault.hint for fault in faults)


@pytest.mark.parametrize("reference", ["file:///etc/passwd", "http://127.0.0.1/x.json", "other.json#/x"])
def test_a_reference_out_of_the_document_is_refused(reference: str) -> None:
    faults = refusal(changed("form/schema/properties/data/properties/nama", {"$ref": reference})).faults

    assert any("outside" in fault.message for fault in faults)


def test_a_form_without_names_in_both_languages_is_refused() -> None:
    faults = refusal(changed("form/schema/properties/data/properties/nama", {"type": "string"})).faults

    assert [fault.pointer for fault in faults] == ["/form/schema/properties/data/properties/nama"]


def test_a_pattern_that_could_backtrack_is_refused() -> None:
    faults = refusal(changed("form/schema/properties/data/properties/nama/pattern", "(?=a)b")).faults

    assert faults[0].pointer.startswith("/form/schema/properties/data/properties/nama")


def test_rules_that_wait_for_each_other_are_refused() -> None:
    content = copy.deepcopy(CONTENT)
    fields = ("nama", "pasangan")
    content["form"]["ui"]["elements"] = [{"type": "Control", "scope": "#/properties/data"}] + [
        {
            "type": "Control",
            "scope": f"#/properties/data/properties/{own}",
            "rule": {
                "effect": "SHOW",
                "condition": {"scope": f"#/properties/data/properties/{other}", "schema": {"const": "x"}},
            },
        }
        for own, other in (fields, fields[::-1])
    ]

    assert "wait for each other" in refusal(content).faults[0].message


def workflow(**changes: Any) -> dict[str, Any]:
    label = {"id": "x", "en": "x"}
    states = {"baru": {"label": label}, "selesai": {"label": label, "end": "granted"}}
    transition = {"action": "setujui", "label": label, "from": ["baru"], "to": "selesai", "roles": ["officer"]}
    return {"initial": "baru", "states": states | changes.get("states", {})} | {
        "transitions": [transition | changes.get("transition", {}), *changes.get("more", [])]
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"transition": {"roles": ["resident"]}}, "a resident may not decide"),
        ({"transition": {"to": "tidak_ada"}}, "there is no state 'tidak_ada'"),
        ({"transition": {"separate_from": "periksa"}}, "there is no action 'periksa'"),
        ({"states": {"lepas": {"label": {"id": "x", "en": "x"}}}}, "no path leads to this state"),
        ({"transition": {"from": ["selesai"]}}, "nothing follows an end"),
    ],
)
def test_a_workflow_that_cannot_work_is_refused(changes: dict[str, Any], message: str) -> None:
    faults = refusal(CONTENT | {"workflow": workflow(**changes)}).faults

    assert message in [fault.message for fault in faults]


def test_a_state_without_a_way_out_is_refused() -> None:
    label = {"id": "x", "en": "x"}
    more = [{"action": "simpan", "label": label, "from": ["baru"], "to": "buntu", "roles": ["officer"]}]

    faults = refusal(CONTENT | {"workflow": workflow(states={"buntu": {"label": label}}, more=more)}).faults

    assert [(fault.pointer, fault.message) for fault in faults] == [
        ("/workflow/states/buntu", "from here no end can be reached")
    ]


def write(folder: Path, text: str) -> Path:
    path = folder / "uji.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("service: a\nservice: b\n", 2, "comes twice"),
        ("a: &x [1]\nb: *x\n", 2, "alias"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("a: [1\nb: 2\n", 2, "no YAML"),
        ("1: x\n", 1, "is not a text"),
        ("- a\n", 1, "a definition is a mapping"),
        ("", 1, "a definition is a mapping"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_with_its_line(tmp_path: Path, text: str, line: int, message: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        load_yaml(write(tmp_path, text))

    assert any(fault.line == line and message in fault.message for fault in refused.value.faults), refused.value
    assert str(refused.value).startswith(f"uji.yaml:{refused.value.faults[0].line}: ")


def test_a_fault_in_a_file_names_file_line_and_remedy(tmp_path: Path) -> None:
    text = (FOLDER / "disdukcapil/definitions/ktp-el.yaml").read_text()
    path = write(tmp_path, text.replace("workflow: standard-review", "workflow: cepat"))
    line = path.read_text().splitlines().index("workflow: cepat") + 1

    with pytest.raises(DefinitionError) as refused:
        load_yaml(path)

    assert str(refused.value) == (
        f"uji.yaml:{line}: /workflow: there is no workflow 'cepat'. "
        "Choose one of: instant, standard-review, two-step-approval."
    )


def test_the_same_content_has_the_same_hash_whatever_the_order_of_its_keys(tmp_path: Path) -> None:
    path = FOLDER / "disdukcapil/definitions/ktp-el.yaml"
    definition = load_yaml(path)

    again = load_content(dict(reversed(list(definition.content.items()))))

    assert again.sha256 == definition.sha256
    assert load_content(dict(definition.content) | {"demo": False}).sha256 != definition.sha256


def test_a_fee_by_rule_is_whole_rupiah_or_refused() -> None:
    permit = load_yaml(FOLDER / "dpmptsp/definitions/izin-reklame.yaml")
    billboard = {"lebar_m": 2.5, "tinggi_m": 2.1, "bulan": 2, "jenis": "digital"}

    assert permit.fee_for({"reklame": billboard}).amount == 6 * 2 * 50_000
    with pytest.raises(FeeError):
        permit.fee_for({"reklame": billboard | {"bulan": -1}})


def test_the_schema_of_the_format_accepts_every_definition_that_ships() -> None:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(service_definition_schema())

    assert all(validator.is_valid(load_yaml(path).content) for path in FOLDER.glob("*/definitions/*.yaml"))
