"""A field is the same field under another key, or at another place."""

import copy
from typing import Any

import pytest

from services.definitions import DefinitionError, Form, load_content
from services.definitions.changes.carrying import carried_over
from services.definitions.changes.questions import pairs_of, questions_of
from tests.services.applications.factory import ANSWERS, CONTENT

LABEL = {"x-label": {"id": "x", "en": "x"}}
PEOPLE = {"type": "array", "maxItems": 5} | LABEL


def text(**more: Any) -> dict[str, Any]:
    return {"type": "string"} | LABEL | {key.replace("_", "-"): value for key, value in more.items()}


def group(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields} | LABEL


def form(**fields: Any) -> Form:
    content = copy.deepcopy(CONTENT) | {"requirements": []}
    content.pop("outcome")
    controls = [{"type": "Control", "scope": f"#/properties/{name}"} for name in fields]
    schema = {"type": "object", "properties": fields}
    return load_content(content | {"form": {"schema": schema, "ui": {"type": "Group", "elements": controls}}}).form


def test_without_an_id_of_its_own_a_field_is_known_by_its_path() -> None:
    found = form(ibu=group(nik=text()), saksi=PEOPLE | {"items": group(nama=text(x_id="nama-saksi"))})

    assert [(field.id, field.path) for field in found.fields] == [
        ("/ibu", "/ibu"),
        ("/ibu/nik", "/ibu/nik"),
        ("/saksi", "/saksi"),
        ("nama-saksi", "/saksi/*/nama"),
    ]


def carried(answers: dict[str, Any], old: Form, new: Form) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return answers at their new places, and by pointer those that the new form has no place for."""
    moved, lost = carried_over(answers, pairs_of(questions_of(old.schema), questions_of(new.schema)))
    return moved, {each.pointer: each.value for each in lost}


def test_a_field_that_moved_takes_its_answer_along() -> None:
    old = form(ibu=group(nik=text(), nama=text()), saksi=PEOPLE | {"items": group(nama=text())}, lama=text())
    new = form(
        orang_tua=group(nik_ibu=text(x_id="/ibu/nik"), nama=text(x_id="/ibu/nama")),
        para_saksi=PEOPLE | {"x-id": "/saksi", "items": group(nama_lengkap=text(x_id="/saksi/*/nama"))},
        baru=text(),
    )

    answers = {"ibu": {"nik": "1", "nama": "Siti"}, "saksi": [{"nama": "Budi"}, {}, {"nama": "Ani"}], "lama": "x"}

    moved, lost = carried(answers, old, new)

    assert moved == {
        "orang_tua": {"nik_ibu": "1", "nama": "Siti"},
        "para_saksi": [{"nama_lengkap": "Budi"}, {}, {"nama_lengkap": "Ani"}],
    }
    assert lost == {"/lama": "x"}


def test_answers_to_the_same_form_are_carried_as_they_are() -> None:
    same = load_content(CONTENT).form

    assert carried(ANSWERS, same, same) == (ANSWERS, {})


def test_a_value_does_not_move_into_a_list_or_out_of_it() -> None:
    one = form(nama=text(x_id="nama"), saksi=PEOPLE | {"items": group(kota=text(x_id="kota"))})
    other = form(kota=text(x_id="kota"), saksi=PEOPLE | {"items": group(nama=text(x_id="nama"))})

    moved, lost = carried({"nama": "Siti", "saksi": [{"kota": "Balikpapan"}]}, one, other)

    assert moved == {"saksi": [{}]}
    assert lost == {"/nama": "Siti", "/saksi/0/kota": "Balikpapan"}


@pytest.mark.parametrize(
    ("fields", "pointer", "message"),
    [
        ({"a": text(x_id="sama"), "b": text(x_id="sama")}, "b", "'sama' is the id of /a, too"),
        ({"a": text(x_id="/b"), "b": text()}, "b", "'/b' is the id of /a, too"),
        ({"a": text(x_id="ni\u0456k")}, "a/x-id", "this is no id of a field"),
        ({"a": text(x_id=5)}, "a/x-id", "this is no id of a field"),
        ({"n\u0430ma": text()}, "n\u0430ma", "'n\\u0430ma' is no key of a field"),
        ({"nama.lengkap": text()}, "nama.lengkap", "'nama.lengkap' is no key of a field"),
        ({"*": text()}, "*", "'*' is no key of a field"),
        ({"a": text(x_help="bantuan")}, "a/x-help", "the help is not in both languages"),
    ],
)
def test_an_identity_that_is_not_one_is_refused(fields: dict[str, Any], pointer: str, message: str) -> None:
    with pytest.raises(DefinitionError) as refused:
        form(**fields)

    (fault,) = [fault for fault in refused.value.faults if fault.message == message]
    assert fault.pointer == f"/form/schema/properties/{pointer}"
    assert fault.hint
