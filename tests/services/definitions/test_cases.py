"""Golden cases: how they are written, and what running them tells."""

import copy
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st

from services.definitions import Definition, DefinitionError, load_content
from services.definitions.cases import MOST_CASES, golden_cases_schema, load_case, load_cases, run_case
from services.module_api import OPDModule
from tests.services.applications.factory import CONTENT

CASE: dict[str, Any] = {
    "id": "biasa",
    "title": {"id": "Biasa", "en": "Plain"},
    "day": "2026-03-10",
    "answers": {},
    "expect": {"valid": False},
}


def case(**parts: Any) -> dict[str, Any]:
    return copy.deepcopy(CASE) | parts


def service(**parts: Any) -> Definition:
    """Return a small service: a name, whether married, then a spouse; a fee of 1.000 a child; two documents."""
    content = copy.deepcopy(CONTENT)
    text = {"type": "string", "maxLength": 20}
    content["form"] = {
        "schema": {
            "type": "object",
            "required": ["nama", "pasangan"],
            "properties": {
                "nama": text | {"x-label": {"id": "Nama", "en": "Name"}},
                "kawin": {"type": "boolean", "x-label": {"id": "Kawin", "en": "Married"}},
                "pasangan": text | {"x-label": {"id": "Pasangan", "en": "Spouse"}},
                "anak": {"type": "integer", "minimum": 0, "x-label": {"id": "Anak", "en": "Children"}},
                "jiwa": {
                    "type": "integer",
                    "x-label": {"id": "Jiwa", "en": "Persons"},
                    "readOnly": True,
                    "x-computed": {"+": [1, {"var": "anak"}]},
                },
            },
        },
        "ui": {
            "type": "VerticalLayout",
            "elements": [
                {"type": "Control", "scope": "#/properties/nama"},
                {"type": "Control", "scope": "#/properties/kawin"},
                {
                    "type": "Control",
                    "scope": "#/properties/pasangan",
                    "rule": {
                        "effect": "SHOW",
                        "condition": {"scope": "#/properties/kawin", "schema": {"const": True}},
                    },
                },
                {"type": "Control", "scope": "#/properties/anak"},
                {"type": "Control", "scope": "#/properties/jiwa"},
            ],
        },
    }
    scan = {"accept": ["pdf"], "max_mb": 1}
    content["requirements"] = [
        {"id": "kk", "title": {"id": "Kartu Keluarga", "en": "Family card"}} | scan,
        {"id": "nikah", "title": {"id": "Buku nikah", "en": "Marriage book"}, "when": {"var": "kawin"}} | scan,
    ]
    content["fee"] = {"rule": {"*": [1000, {"var": "anak"}]}, "basis": "Perda"}
    content["workflow"] = "two-step-approval"
    content["deadline"] = {"working_days": 3, "from": "complete", "basis": "Perwali"}
    content["outcome"] |= {"shows": ["/nama"], "verify_shows": ["/nama"]}
    content.pop("hooks", None)
    return load_content(content | parts)


def told(definition: Definition, **parts: Any) -> list[tuple[str, Any, Any]]:
    """Return the differences of a case: pointer, expected, found."""
    found = run_case(definition, load_case(case(**parts)))
    return [(each.pointer, each.expected, each.found) for each in found.differences]


SOUND: dict[str, Any] = {"answers": {"nama": "Budi", "kawin": False, "anak": 2}, "documents": ["kk"]}
ALL = {
    "valid": True,
    "errors": [],
    "hidden": ["/pasangan"],
    "kept": {"/nama": "Budi", "/anak": 2.0},
    "computed": {"/jiwa": 3},
    "fee": 2000,
    "documents": ["kk"],
    "due": "2026-03-13",
}


def test_what_is_as_expected_passes() -> None:
    assert told(service(), **SOUND, expect=ALL) == []


def test_only_what_is_named_is_compared() -> None:
    assert told(service(), **SOUND, expect={"fee": 2000}) == []


@pytest.mark.parametrize(
    ("expect", "differences"),
    [
        ({"valid": False}, [("/expect/valid", False, True)]),
        (
            {"errors": [{"pointer": "/nama", "code": "required"}]},
            [("/expect/errors/0", {"pointer": "/nama", "code": "required"}, None)],
        ),
        ({"hidden": []}, [("/expect/hidden", None, "/pasangan")]),
        ({"hidden": ["/pasangan", "/anak"]}, [("/expect/hidden/1", "/anak", None)]),
        ({"kept": {"/nama": "Ani"}}, [("/expect/kept/~1nama", "Ani", "Budi")]),
        ({"kept": {"/pasangan": "x"}}, [("/expect/kept/~1pasangan", "x", None)]),
        ({"kept": {"/anak": True}}, [("/expect/kept/~1anak", True, 2)]),
        ({"computed": {"/jiwa": 4}}, [("/expect/computed/~1jiwa", 4, 3)]),
        ({"fee": 1}, [("/expect/fee", 1, 2000)]),
        ({"fee": None}, [("/expect/fee", None, 2000)]),
        ({"documents": ["kk", "nikah"]}, [("/expect/documents/1", "nikah", None)]),
        ({"documents": []}, [("/expect/documents", None, "kk")]),
        ({"due": "2026-03-12"}, [("/expect/due", "2026-03-12", "2026-03-13")]),
    ],
)
def test_what_differs_is_told_with_its_place(expect: dict[str, Any], differences: list[Any]) -> None:
    assert told(service(), **SOUND, expect=expect) == differences


def test_what_differs_is_told_in_words_of_both_languages() -> None:
    written = case(answers={"kawin": True}, expect={"valid": True, "documents": [], "fee": 5})

    found = run_case(service(), load_case(written))

    assert [dict(each.text) for each in found.differences] == [
        {
            "id": "Tidak dapat diajukan: *Nama* (required); *Pasangan* (required); *Kartu Keluarga* (required)",
            "en": "It cannot be submitted: *Name* (required); *Spouse* (required); *Family card* (required)",
        },
        {"id": "Biaya Rp0, bukan Rp5", "en": "The fee is Rp0, not Rp5"},
        {"id": "*Kartu Keluarga* kini diminta", "en": "*Family card* is asked now"},
        {"id": "*Buku nikah* kini diminta", "en": "*Marriage book* is asked now"},
    ]
    assert not found.passed


def test_a_document_that_is_missing_is_an_error() -> None:
    answers = SOUND["answers"] | {"kawin": True, "pasangan": "Ani"}
    expect = {"valid": False, "errors": [{"pointer": "/files/nikah", "code": "required"}]}

    assert told(service(), answers=answers, documents=["kk"], expect=expect) == []


def test_the_days_of_the_case_are_the_only_holidays() -> None:
    assert told(service(), **SOUND, holidays=["2026-03-11"], expect={"due": "2026-03-16"}) == []


START = {"action": "start_review", "role": "officer", "state": "in_review"}
RECOMMEND = {"action": "recommend", "role": "officer", "state": "awaiting_approval"}


def walked(*steps: dict[str, Any], **parts: Any) -> list[tuple[str, Any, Any]]:
    return told(service(**parts), **SOUND, expect={"path": list(steps)})


def test_a_path_leads_where_it_says() -> None:
    granted = {"action": "approve", "role": "approver", "state": "granted"}

    assert walked(START, RECOMMEND, granted) == []


def test_a_path_that_leads_elsewhere_is_told_step_by_step() -> None:
    assert walked(START | {"state": "granted"}) == [("/expect/path/0/state", "granted", "in_review")]


@pytest.mark.parametrize(
    "step",
    [
        {"action": "approve", "role": "officer"},
        {"action": "approve", "role": "approver", "by": "officer"},
        {"action": "nothing", "role": "officer"},
    ],
)
def test_who_may_not_leaves_the_state_as_it_was(step: dict[str, Any]) -> None:
    tried = step | {"state": "awaiting_approval"}

    assert walked(START, RECOMMEND, tried | {"refused": True}) == []
    assert walked(START, RECOMMEND, tried) == [("/expect/path/2/refused", False, True)]


def test_what_should_be_refused_and_is_not_is_told() -> None:
    assert walked(START | {"refused": True}) == [("/expect/path/0/refused", True, False)]


def test_what_cannot_be_submitted_goes_nowhere() -> None:
    found = told(service(), answers={}, expect={"path": [START]})

    assert found == [("/expect/path", ["start_review"], None)]


def guarded() -> dict[str, Any]:
    """Return a workflow in which many children need a sure identity, and that may take longer once."""
    end = {"label": {"id": "Selesai", "en": "Done"}, "end": "granted"}
    begin = {"label": {"id": "Diajukan", "en": "Submitted"}, "clock": "running"}
    steps = {"label": {"id": "x", "en": "x"}, "from": ["submitted"], "roles": ["officer"], "reason": "none"}
    return {
        "initial": "submitted",
        "states": {"submitted": begin, "granted": end},
        "transitions": [
            steps
            | {
                "action": "grant",
                "to": "granted",
                "guard": {
                    "rule": {
                        "or": [{"<": [{"var": "answers.anak"}, 2]}, {"!=": [{"var": "facts.assurance"}, "basic"]}]
                    },
                    "message": {"id": "Periksa identitas", "en": "Check who it is"},
                },
            },
            steps | {"action": "extend", "to": "submitted", "extends": {"working_days": 2, "basis": "UU 30/2014"}},
        ],
    }


def test_a_guard_reads_answers_and_what_is_known_of_the_applicant() -> None:
    grant = {"action": "grant", "role": "officer"}

    assert walked(grant | {"state": "submitted", "refused": True}, workflow=guarded()) == []
    sure = told(
        service(workflow=guarded()),
        **SOUND,
        applicant={"assurance": "verified"},
        expect={"path": [grant | {"state": "granted"}]},
    )
    assert sure == []


def test_an_extension_moves_the_due_date_once() -> None:
    extend = {"action": "extend", "role": "officer", "state": "submitted", "due": "2026-03-17"}

    assert walked(extend, extend | {"refused": True}, workflow=guarded()) == []


@pytest.mark.parametrize(
    ("parts", "pointer", "message"),
    [
        ({"id": "Dua Kata"}, "/id", "Small letters"),
        ({"day": "2026-02-30"}, "/day", "A day in the city"),
        ({"expect": {}}, "/expect", "only what is named"),
        ({"expect": {"fee": -1}}, "/expect/fee", "Rupiah"),
        ({"expect": {"hiden": []}}, "/expect/hiden", "Remove it, or mend its name"),
        ({"expect": {"path": [{"action": "grant", "role": "mayor", "state": "x"}]}}, "/expect/path/0/role", "resident"),
        ({"answers": {"nik": "6471014503950001"}}, "/answers/nik", "begins with 99"),
        ({"answers": {"nik": 6471014503950001}}, "/answers/nik", "begins with 99"),
        ({"title": {"id": "NIK 6471014503950001", "en": "x"}}, "/title/id", "begins with 99"),
        ({"answers": {"x": "\x00"}}, "/answers/x", "null"),
        ({"answers": {"x": "a" * 40_000}}, "", "Answer less"),
        ({"holidays": ["2026-03-11", "2026-03-11"]}, "/holidays", "no working days"),
    ],
)
def test_a_case_that_cannot_be_read_names_the_place_and_what_to_do(
    parts: dict[str, Any], pointer: str, message: str
) -> None:
    with pytest.raises(DefinitionError) as refused:
        load_case(case(**parts))

    assert [each.pointer for each in refused.value.faults] == [pointer]
    assert message in refused.value.faults[0].hint


def written(tmp_path: Path, text: str, name: str = "uji.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text)
    return path


FILE = """service: uji
cases:
  - id: satu
    title: {id: Satu, en: One}
    day: 2026-03-10
    answers: {}
    expect: {valid: true}
"""


def test_a_file_of_cases_is_read(tmp_path: Path) -> None:
    slug, cases = load_cases(written(tmp_path, FILE))

    assert (slug, [each.id for each in cases], cases[0].day.isoformat()) == ("uji", ["satu"], "2026-03-10")


@pytest.mark.parametrize(
    ("text", "name", "lines"),
    [
        (FILE.replace("valid", "vald"), "uji.yaml", [7]),
        (FILE + FILE[FILE.index("  - ") :], "uji.yaml", [8]),
        (FILE, "lain.yaml", [1]),
        (FILE.replace("{}", "{nik: '6471014503950001'}"), "uji.yaml", [6]),
        (FILE.replace("answers: {}", "answers: &a {}"), "uji.yaml", []),
        (FILE.replace("answers: {}", "answers: *a"), "uji.yaml", [6]),
        (FILE.replace("- id", "- !!python/name:os.system id"), "uji.yaml", [3]),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_its_line(tmp_path: Path, text: str, name: str, lines: list[int]) -> None:
    path = written(tmp_path, text, name)
    if not lines:
        assert load_cases(path)
        return
    with pytest.raises(DefinitionError) as refused:
        load_cases(path)

    assert [each.line for each in refused.value.faults][: len(lines)] == lines


def test_a_file_holds_so_many_cases_and_no_more(tmp_path: Path) -> None:
    head, one = FILE.split("  - id: satu")
    many = head + "".join(f"  - id: satu-{place}{one}" for place in range(MOST_CASES + 1))

    with pytest.raises(DefinitionError) as refused:
        load_cases(written(tmp_path, many))

    assert [each.pointer for each in refused.value.faults] == ["/cases"]


MODULES = [each for each in apps.get_app_configs() if isinstance(each, OPDModule)]


@pytest.mark.parametrize("module", MODULES, ids=lambda each: str(each.label))
def test_each_definition_that_is_shipped_has_golden_cases_and_they_pass(module: OPDModule) -> None:
    cases = module.golden_cases()

    for definition in module.definitions():
        results = [run_case(definition, each) for each in cases[definition.slug]]
        assert [(each.case.id, each.differences) for each in results if not each.passed] == []
        named = {key for each in results for key in each.case.expect}
        assert {"valid", "errors", "hidden", "fee", "documents", "path"} <= named
        assert {each.case.expect.get("valid") for each in results} >= {True, False}


def test_the_schema_of_cases_is_one_itself() -> None:
    jsonschema_rs.meta.validate(golden_cases_schema())


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
EXPECT = st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in ALL.items()})


@given(
    st.dictionaries(st.sampled_from(["nama", "kawin", "pasangan", "anak", "jiwa", "lain"]), JSON),
    EXPECT | st.dictionaries(st.sampled_from([*ALL, "path"]), JSON),
)
def test_whatever_is_written_is_refused_with_a_place_or_runs(answers: Any, expect: Any) -> None:
    try:
        read = load_case(case(answers=answers, expect=expect))
    except DefinitionError:
        return

    once, again = run_case(_SERVICE, read), run_case(_SERVICE, read)
    assert once == again
    assert all(each.text["id"] and each.text["en"] for each in once.differences)


_SERVICE = service()
