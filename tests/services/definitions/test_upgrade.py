"""Moving answers from one version to the next: nothing lost, only what changed asked again."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.definitions.changes import HandedIn, Upgrade, changes_between, upgrade
from services.definitions.changes.questions import pairs_of, questions_of
from services.definitions.values import canonical_json
from tests.services.definitions.test_changes import CASES, FIELDS, SOUND, base, changed, data, loaded, setting

ANSWERS: dict[str, Any] = {
    "data": {
        "nama": "Siti Rahma",
        "nik": "6471014101900001",
        "kawin": True,
        "pasangan": "Budi",
        "umur": 19,
        "agama": "b",
        "saksi": [{"nama": "Andi", "nik": "6471014101900001"}, {"nama": "Rina"}],
    }
}
FILES = {"foto": HandedIn("jpeg", 500_000), "surat": HandedIn("pdf", 1000)}


def moved(*changes: Any, answers: Any = ANSWERS, **more: Any) -> Upgrade:
    old, new = base(), base()
    for change in changes:
        change(new)
    one, other = loaded(old), loaded(new)
    return upgrade(copy.deepcopy(answers), one, other, changes_between(one, other), files=FILES, **more)


def asked(result: Upgrade) -> list[tuple[str, str]]:
    return [(each.pointer, each.why) for each in result.asked_again]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("label", []),
        ("help", []),
        ("new optional field", []),
        ("new optional group", []),
        ("new required field", [("/data/ayah", "missing")]),
        ("new required group", [("/data/wali/nama", "missing")]),
        ("looser minimum", []),
        ("stricter minimum", [("/data/umur", "invalid")]),
        ("stricter length", []),
        ("choice removed", [("/data/agama", "invalid")]),
        ("became required", []),
        ("required in each item", [("/data/saksi/1/nik", "missing")]),
        ("new pattern", []),
        ("new document", [("/files/kk", "missing")]),
        ("new optional document", []),
        ("fewer kinds", [("/files/foto", "invalid")]),
        ("higher fee", []),
        ("key", []),
        ("place", []),
        ("removed field", []),
    ],
)
def test_only_what_a_change_made_missing_or_unfit_is_asked_again(case: str, expected: list[tuple[str, str]]) -> None:
    assert asked(moved(CASES[case][0])) == expected


def test_it_says_what_changed() -> None:
    (again,) = moved(CASES["stricter minimum"][0]).asked_again

    assert again.text == {
        "id": "*Umur* nilai paling kecil kini 21 (semula 17)",
        "en": "*Age* least value is 21 (was 17)",
    }


def test_an_answer_that_no_longer_fits_stays_as_it_was_typed() -> None:
    result = moved(CASES["choice removed"][0])

    assert result.answers == ANSWERS
    assert result.set_aside == ()


def test_what_was_not_answered_before_is_not_asked_again() -> None:
    """A draft half filled in lacks much; that is no news."""
    result = moved(CASES["new required field"][0], answers={"data": {"nama": "Siti Rahma"}})

    assert asked(result) == [("/data/ayah", "missing")]


def test_an_answer_moves_with_its_field() -> None:
    assert moved(CASES["key"][0]).answers["data"]["nama_lengkap"] == "Siti Rahma"
    assert moved(CASES["place"][0]).answers["nama"] == "Siti Rahma"


def test_the_answer_of_a_field_that_is_gone_is_set_aside_and_comes_back_with_it() -> None:
    gone = moved(CASES["removed field"][0])

    (aside,) = gone.set_aside
    assert (aside.field, aside.pointer, aside.label["id"], aside.value) == ("/data/umur", "/data/umur", "Umur", 19)
    assert "umur" not in gone.answers["data"]

    without, again = base(), base()
    CASES["removed field"][0](without)
    old, new = loaded(without), loaded(again)
    back = upgrade(gone.answers, old, new, changes_between(old, new), set_aside=gone.set_aside)
    assert back.answers == ANSWERS
    assert (back.set_aside, back.asked_again) == ((), ())


def test_an_answer_typed_meanwhile_is_not_overwritten() -> None:
    gone = moved(CASES["removed field"][0])
    old, new = loaded(base()), loaded(base())

    again = upgrade(copy.deepcopy(ANSWERS), old, new, [], set_aside=gone.set_aside)

    assert again.answers == ANSWERS
    assert again.set_aside == gone.set_aside


def test_an_answer_of_another_type_is_set_aside_and_asked_again() -> None:
    def retyped(content: Any) -> None:
        data(content)["properties"]["nama"] = {
            "type": "integer",
            "x-id": "f_nama",
            "x-label": {"id": "Nama", "en": "Name"},
        }

    result = moved(retyped)

    assert [(each.field, each.value) for each in result.set_aside] == [("f_nama", "Siti Rahma")]
    assert asked(result) == [("/data/nama", "missing")]


def test_an_answer_that_a_new_condition_hides_is_set_aside() -> None:
    answers = {"data": ANSWERS["data"] | {"kawin": False}}
    del answers["data"]["pasangan"]

    result = moved(CASES["condition added"][0], answers=answers)

    assert [(each.pointer, each.value) for each in result.set_aside] == [("/data/umur", 19)]
    assert asked(result) == []


def test_items_of_a_list_keep_what_still_has_a_field() -> None:
    def slimmer(content: Any) -> None:
        del data(content)["properties"]["saksi"]["items"]["properties"]["nik"]

    result = moved(slimmer)

    assert result.answers["data"]["saksi"] == [{"nama": "Andi"}, {"nama": "Rina"}]
    assert [(each.pointer, each.value) for each in result.set_aside] == [("/data/saksi/0/nik", "6471014101900001")]


def test_what_still_fits_is_confirmed_where_asked() -> None:
    stricter = setting(f"{FIELDS}/nama/maxLength", 20)
    label = setting(f"{FIELDS}/nik/x-label/id", "Nomor NIK")
    smaller = setting("requirements/1/accept", ["png", "pdf"])

    assert asked(moved(stricter, label, smaller)) == []
    assert asked(moved(stricter, label, smaller, confirm="breaking")) == [("/data/nama", "changed")]
    assert asked(moved(stricter, label, smaller, confirm="cosmetic")) == [
        ("/data/nama", "changed"),
        ("/data/nik", "changed"),
        ("/files/surat", "changed"),
    ]


VALUES = st.fixed_dictionaries(
    {},
    optional={
        "nama": st.text("abc", min_size=1, max_size=60),
        "nik": st.sampled_from(["6471014101900001", "12"]),
        "kawin": st.booleans(),
        "umur": st.integers(0, 120),
        "agama": st.sampled_from(["a", "b", "z"]),
        "pasangan": st.text("abc", max_size=5),
        "saksi": st.lists(
            st.fixed_dictionaries(
                {}, optional={"nama": st.just("Andi"), "nik": st.sampled_from(["x", "6471014101900001"])}
            ),
            max_size=4,
        ),
    },
)


@given(st.lists(st.sampled_from(SOUND), max_size=5), VALUES)
def test_an_upgrade_then_a_check_never_loses_an_answer(cases: list[str], typed: dict[str, Any]) -> None:
    """Whatever was typed stands under its field in the new form, or was set aside; twice gives the same."""
    old, new = loaded(base()), changed(cases)
    if new is None:
        return
    answers = old.form.evaluate({"data": typed}).answers
    changes = changes_between(old, new)

    result = upgrade(answers, old, new, changes, confirm="breaking")
    checked = new.form.evaluate(result.answers, draft=True)

    assert checked.answers == result.answers
    assert not [each for each in checked.problems if each.code in ("type", "unknown_field")]
    assert sorted(leaves(old, answers)) == sorted([*leaves(new, result.answers, old), *aside(result)])
    assert upgrade(answers, old, new, changes, confirm="breaking") == result


@given(st.lists(st.sampled_from(SOUND), max_size=5), VALUES)
def test_an_answer_whose_question_did_not_change_is_not_asked_again(cases: list[str], typed: dict[str, Any]) -> None:
    old, new = loaded(base()), changed(cases)
    if new is None:
        return
    answers = old.form.evaluate({"data": typed}).answers
    changes = changes_between(old, new)

    result = upgrade(answers, old, new, changes, confirm="breaking")

    weighty = [each for each in changes if each.change_class == "breaking"]
    touched = [questions_of(new)[each.field].place for each in weighty if each.field in questions_of(new)]
    for each in result.asked_again:
        place = tuple("*" if step.isdigit() else step for step in each.pointer.split("/")[1:])
        if each.document:
            assert place[1] in {change.document for change in weighty} | {"surat"}
        else:
            assert any(place[: len(where)] == where or where[: len(place)] == place for where in touched), each


def leaves(definition: Any, answers: Any, old: Any = None) -> list[bytes]:
    """Return each answer with its field's id in the old form."""
    fields = questions_of(definition)
    names = {field.place: field.id for field in fields.values()}
    if old is not None:
        was = questions_of(old)
        names = {now.place: before.id for before, now in pairs_of(was, fields) if before and now}
    return list(_leaves(answers, (), names))


def _leaves(value: Any, place: tuple[str, ...], names: Any) -> Any:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, (*place, key), names)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, (*place, "*"), names)
    else:
        yield canonical_json([names.get(place, str(place)), value])


def aside(result: Upgrade) -> list[bytes]:
    found: list[bytes] = []
    names = {field.place: field.id for field in questions_of(base()["form"]["schema"]).values()}
    for each in result.set_aside:
        place = tuple("*" if step.isdigit() else step for step in each.pointer.split("/")[1:])
        place = next((where for where, id in names.items() if id == each.field), place)
        found += _leaves(each.value, place, names)
    return found
