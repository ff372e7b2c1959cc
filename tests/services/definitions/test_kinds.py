"""Kinds of fields of this country and city: each has one way to be declared."""

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.definitions import Definition, DefinitionError, load_content
from services.definitions.formats import PATTERNS
from services.definitions.kinds import KINDS
from tests.services.applications.factory import CONTENT

LABEL = {"x-label": {"id": "Isian", "en": "Field"}}
DOCUMENT = {"id": "surat_kuasa", "title": {"id": "Kuasa", "en": "Proxy"}, "accept": ["pdf"], "max_mb": 1}
UUID = "0f8fad5b-d9cb-469f-a165-70867728950e"
SOUND: dict[str, list[Any]] = {
    "nik": ["6471014101900001", "6471012902000001"],
    "kk": ["6471010101200001"],
    "phone": ["081234567890", "+6281234567890"],
    "email": ["siti@example.org"],
    "date": ["2026-02-28"],
    "rupiah": [0, 1_500_000],
    "region": ["64.71.01.1001", "64"],
    "kelurahan": ["64.71.01.1001", "64.71.05.1012"],
    "map-point": [{"lat": -1.265, "lon": 116.831}],
    "file": [UUID],
    "family-member": [UUID],
}
UNSOUND: dict[str, list[Any]] = {
    "nik": [
        "6471013002000001",
        "6471014101900000",
        "6471014101900001\n",
        "\uff16\uff1471014101900001",
        6471014101900001,
    ],
    "kk": ["6471014101900001"],
    "phone": ["12345", "0812 345"],
    "email": ["siti"],
    "date": ["28-02-2026", "2026-02-30"],
    "rupiah": [-1, 1.5, "1500", 10**13],
    "region": ["64-71"],
    "kelurahan": ["64.71.05.1001", "64.72.01.1001", "64.71"],
    "map-point": [{"lat": 91, "lon": 0}, {"lat": 0}, [0, 0], {"lat": 0, "lon": 0, "alt": 0}],
    "file": ["surat.pdf"],
    "family-member": ["6471014101900001"],
}


def service(kind: str, **more: Any) -> Definition:
    content = copy.deepcopy(CONTENT) | {"requirements": [DOCUMENT]}
    content.pop("outcome")
    schema = {"type": "object", "properties": {"isian": KINDS[kind] | LABEL | more}}
    content["form"] = {"schema": schema, "ui": {"type": "Control", "scope": "#/properties/isian"}}
    return load_content(content)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_declared_as_the_guide_says_and_knows_good_from_bad(kind: str) -> None:
    form = service(kind).form

    assert [form.evaluate({"isian": value}).problems for value in SOUND[kind]] == [()] * len(SOUND[kind])
    assert all(form.evaluate({"isian": value}).problems for value in UNSOUND[kind])


def test_every_format_is_a_kind() -> None:
    assert PATTERNS.keys() <= KINDS.keys() == SOUND.keys() == UNSOUND.keys()


@given(st.sampled_from(sorted(PATTERNS)), st.from_regex(r"[0-9.+a-f-]{0,40}\n?") | st.text())
def test_what_is_judged_quickly_and_what_tells_the_reason_agree(kind: str, text: str) -> None:
    form = FORMS[kind]

    assert form.quick.is_valid({"isian": text}) == fits(kind, text)
    assert [each.code for each in form.evaluate({"isian": text}).problems] == ["format"] * (not fits(kind, text))


@given(st.sampled_from(sorted(PATTERNS)).flatmap(lambda kind: st.tuples(st.just(kind), st.from_regex(PATTERNS[kind]))))
def test_they_agree_on_what_almost_fits(case: tuple[str, str]) -> None:
    kind, text = case

    form = FORMS[kind]

    assert form.quick.is_valid({"isian": text}) == fits(kind, text)
    assert [each.code for each in form.evaluate({"isian": text}).problems] == ["format"] * (not fits(kind, text))


def fits(kind: str, text: str) -> bool:
    return re.fullmatch(PATTERNS[kind], text) is not None


FORMS = {kind: service(kind).form for kind in PATTERNS}


def test_the_kelurahan_are_the_citys() -> None:
    data = json.loads((Path(__file__).parents[3] / "services/agencies/data/balikpapan.json").read_text())
    codes = [each["code"] for each in data["subdistricts"]]

    assert len(codes) == 34
    assert all(fits("kelurahan", code) for code in codes)
    assert sum(fits("kelurahan", f"64.71.{k:02}.{v}") for k in range(100) for v in range(1000, 1100)) == 34


@pytest.mark.parametrize(
    ("kind", "more", "pointer"),
    [
        ("nik", {"type": "integer"}, "/type"),
        ("rupiah", {"type": "number"}, ""),
        ("rupiah", {"minimum": -5}, ""),
        ("map-point", {"properties": {"lat": {"type": "number"}, "lon": {"type": "number"}}}, ""),
        ("map-point", {"required": ["lat"]}, ""),
        ("file", {"x-document": "tidak_ada"}, "/x-document"),
        ("nik", {"x-document": "surat_kuasa"}, "/x-document"),
    ],
)
def test_a_kind_declared_otherwise_is_refused(kind: str, more: dict[str, Any], pointer: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        service(kind, **more)

    (fault,) = refused.value.faults
    assert fault.pointer == f"/form/schema/properties/isian{pointer}"
    assert fault.hint


def test_a_file_of_the_form_is_asked_for_by_the_form_alone() -> None:
    found = service("file")

    assert found.required_documents({}) == []
    assert found.form.files({"isian": UUID}) == [("/isian", "surat_kuasa", UUID)]
    assert found.form.files({}) == []


def test_family_members_are_found_in_lists_too() -> None:
    content = copy.deepcopy(CONTENT) | {"requirements": []}
    content.pop("outcome")
    items = {"type": "object", "properties": {"siapa": KINDS["family-member"] | LABEL}}
    schema = {"type": "object", "properties": {"anak": {"type": "array", "items": items} | LABEL}}
    content["form"] = {"schema": schema, "ui": {"type": "Control", "scope": "#/properties/anak"}}

    assert load_content(content).form.members({"anak": [{"siapa": UUID}, {}]}) == [("/anak/0/siapa", UUID)]
