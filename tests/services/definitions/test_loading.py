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


@pytest.mark.parametrize("reference", ["file:///etc/passwd", "http://127.0.0.1/x.json", "other.json#/x", "#", "#nama"])
def test_a_reference_out_of_the_document_is_refused(reference: str) -> None:
    faults = refusal(changed("form/schema/properties/data/properties/nama", {"$ref": reference})).faults

    assert any("outside" in fault.message for fault in faults)


FIELD = "form/schema/properties/data/properties/nama"
LABEL = {"x-label": {"id": "x", "en": "x"}}


@pytest.mark.parametrize(
    ("field", "pointer", "message"),
    [
        ({"$ref": "#/tidak_ada"}, "/$ref", "'#/tidak_ada' leads nowhere"),
        ({"$ref": f"#/{FIELD.removeprefix('form/schema/')}"}, "/$ref", "leads back to itself"),
        ({"$dynamicRef": "http://127.0.0.1/x"}, "/$dynamicRef", "has no word '$dynamicRef'"),
        ({"$schema": "http://127.0.0.1/x"}, "/$schema", "has no word '$schema'"),
        ({"type": "string", "minLenght": 3}, "/minLenght", "has no word 'minLenght'"),
        ({"type": "teks"}, "/type", '"teks" is not valid'),
        ({"type": "string", "title": {"id": "x"}}, "/title", "is not of type"),
        ({"oneOf": [{"const": "a"}]}, "/oneOf/0", "the choice has no name in both languages"),
        ({"items": {"properties": {"a": {}}}}, "/items/properties/a", "the field has no name in both languages"),
        ({"type": "object", "properties": {}, "required": ["a"]}, "/required/0", "'a' is required but is no field"),
        ({"pattern": "(((a{1000}){1000}){1000})"}, "/pattern", "regex"),
        ({"maximum": 10**30}, "/maximum", "cannot be kept"),
        ({"maximum": float("nan")}, "/maximum", "cannot be kept"),
        ({"default": "a\x00"}, "/default", "cannot be kept"),
        ({"default": "a\ud800"}, "/default", "cannot be kept"),
    ],
)
def test_a_field_that_no_phone_could_show_or_keep_is_refused(field: dict[str, Any], pointer: str, message: str) -> None:
    faults = refusal(changed(FIELD, field | LABEL)).faults

    (fault,) = [fault for fault in faults if message in fault.message]
    assert fault.pointer == f"/{FIELD}{pointer}"
    assert str(fault).encode()


def test_a_form_that_holds_itself_is_refused() -> None:
    faults = refusal(changed(FIELD, {"$ref": "#/properties/data"})).faults

    assert [fault.message for fault in faults] == ["'#/properties/data' leads back to itself"]


def test_a_form_that_a_few_lines_make_endless_is_refused_at_once() -> None:
    content = changed(FIELD, {"$ref": "#/$defs/0"})
    leaves = {str(name): {"type": "string"} | LABEL for name in range(10)}
    content["form"]["schema"]["$defs"] = {"9": {"type": "object", "properties": leaves} | LABEL} | {
        str(level): {"properties": {str(name): {"$ref": f"#/$defs/{level + 1}"} for name in range(10)}} | LABEL
        for level in range(9)
    }

    faults = refusal(content).faults

    assert [fault.message for fault in faults] == ["it asks for more checks than a phone can make"]


def test_what_nests_too_deep_to_be_read_is_refused(tmp_path: Path) -> None:
    rule: Any = 1
    for _ in range(3000):
        rule = {"!": [rule]}

    assert "deep" in refusal(CONTENT | {"fee": {"rule": rule, "basis": "Uji"}}).faults[0].message
    with pytest.raises(DefinitionError, match="nests too deep"):
        load_yaml(write(tmp_path, "a: " + "[" * 50_000))


def test_what_is_no_readable_yaml_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.yaml").mkdir()

    with pytest.raises(DefinitionError, match="cannot be read"):
        load_yaml(tmp_path / "folder.yaml")
    with pytest.raises(DefinitionError, match=r"no `\.yaml` file"):
        load_yaml(tmp_path / "layanan.yml")


@pytest.mark.parametrize("number", ["{agency.__class__}", "{seq:999999d}", "{", "SAMA/{year}", "{kota}/{seq}"])
def test_a_number_that_could_not_be_worded_at_issue_is_refused(number: str) -> None:
    outcome = CONTENT["outcome"] | {"number": number}

    (fault,) = refusal(CONTENT | {"outcome": outcome}).faults

    assert fault.pointer == "/outcome/number"
    assert fault.hint.startswith("Pattern of its number")


def test_how_long_a_document_is_valid_may_be_an_answer() -> None:
    permit = load_yaml(FOLDER / "dpmptsp/definitions/izin-reklame.yaml").outcome
    assert permit is not None

    assert permit.months({"reklame": {"bulan": 3}}) == 3
    assert permit.months({"reklame": {}}) == 1


@pytest.mark.parametrize(
    "field", [{"type": "string"}, {"type": "integer"}, {"type": "integer", "minimum": 1, "maximum": 5000}]
)
def test_an_answer_that_is_no_number_of_months_is_refused(field: dict[str, Any]) -> None:
    content = changed(FIELD, field | LABEL)
    content["outcome"] |= {"valid_months": "/data/nama"}

    assert [fault.pointer for fault in refusal(content).faults] == ["/outcome/valid_months"]


@pytest.mark.parametrize(
    ("service", "answers", "documents"),
    [
        ("disdukcapil/definitions/akta-kelahiran", {}, ["surat_lahir", "kartu_keluarga"]),
        (
            "disdukcapil/definitions/akta-kelahiran",
            {"anak": {"tempat_dilahirkan": "rs"}, "orang_tua": {"kawin_tercatat": True}},
            ["surat_lahir", "kartu_keluarga", "buku_nikah"],
        ),
        (
            "disdukcapil/definitions/akta-kelahiran",
            {
                "anak": {"tempat_dilahirkan": "rumah"},
                "orang_tua": {"kawin_tercatat": False, "suami_istri_di_kk": True},
                "pelapor": {"hubungan": "kuasa"},
            },
            ["sptjm_kelahiran", "kartu_keluarga", "sptjm_pasangan", "surat_kuasa"],
        ),
        (
            "disdukcapil/definitions/akta-kelahiran",
            {"anak": {"tempat_dilahirkan": "rs"}, "orang_tua": {"kawin_tercatat": False}},
            ["surat_lahir", "kartu_keluarga"],
        ),
        (
            "disdukcapil/definitions/ktp-el",
            {"permohonan": {"alasan": "hilang"}},
            ["kartu_keluarga", "surat_kehilangan"],
        ),
        (
            "dpmptsp/definitions/izin-reklame",
            {"reklame": {"letak": "bangunan", "lebar_m": 4, "tinggi_m": 3}},
            ["foto_lokasi", "desain", "perhitungan_konstruksi", "persetujuan_pemilik"],
        ),
    ],
)
def test_the_documents_asked_follow_the_answers(service: str, answers: dict[str, Any], documents: list[str]) -> None:
    definition = load_yaml(FOLDER / f"{service}.yaml")

    assert [each.id for each in definition.required_documents(answers)] == documents


def test_each_unknown_key_is_told_by_its_own_pointer() -> None:
    assert [fault.pointer for fault in refusal(CONTENT | {"judul": 1, "biaya": 2}).faults] == ["/judul", "/biaya"]


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
        ({"transition": {"roles": ["bos"]}}, '"bos" is not one of "resident", "officer" or 2 other candidates'),
        ({"states": {"selesai": {"label": {"id": "x", "en": "x"}, "end": "withdrawn"}}}, "no state decides"),
        (
            {"states": {"selesai": {"label": {"id": "x", "en": "x"}, "end": "rejected"}}},
            "no state of the workflow grants it",
        ),
        (
            {"states": {"selesai": {"label": {"id": "x", "en": "x"}, "end": "granted", "clock": "running"}}},
            "an end stops the clock",
        ),
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
    assert str(refused.value).startswith(f"{tmp_path}/uji.yaml:{refused.value.faults[0].line}: ")


def test_a_fault_in_a_file_names_file_line_and_remedy(tmp_path: Path) -> None:
    text = (FOLDER / "disdukcapil/definitions/ktp-el.yaml").read_text()
    path = write(tmp_path, text.replace("workflow: standard-review", "workflow: cepat"))
    line = path.read_text().splitlines().index("workflow: cepat") + 1

    with pytest.raises(DefinitionError) as refused:
        load_yaml(path)

    assert str(refused.value) == (
        f"{path}:{line}: /workflow: there is no workflow 'cepat'. "
        "Choose one of: complaint, information-request, instant, site-visit, standard-review, two-step-approval."
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
    for months in (-1, 10**12, "dua", 0.3):
        with pytest.raises(FeeError):
            permit.fee_for({"reklame": billboard | {"bulan": months}})


def test_the_schema_of_the_format_accepts_every_definition_that_ships() -> None:
    import jsonschema_rs

    validator = jsonschema_rs.Draft202012Validator(service_definition_schema())

    assert all(validator.is_valid(load_yaml(path).content) for path in FOLDER.glob("*/definitions/*.yaml"))
