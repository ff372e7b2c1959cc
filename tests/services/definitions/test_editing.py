"""Changing a definition without writing it: what comes out is sound, and what was not named stays as it was."""

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from services.definitions import load_content, load_yaml
from services.definitions.changes import changes_between
from services.definitions.editing import (
    EDITABLE,
    STARTERS,
    Choice,
    Condition,
    Conditions,
    Gone,
    PerChoice,
    PerUnit,
    Question,
    add_question,
    add_section,
    alter_question,
    alter_section,
    can_be_edited,
    condition_of,
    drop_document,
    fee_rule,
    logic_of,
    move_question,
    move_section,
    put_document,
    question_at,
    read_fee_rule,
    remove_question,
    remove_section,
    rule_of,
    sections_of,
    shift_document,
    starter,
    watched_by,
)
from services.definitions.editing.conditions import Test

TEXTS = {"id": "Jenis usaha", "en": "Kind of business"}
CHOICES = (Choice("", {"id": "Makanan", "en": "Food"}), Choice("", {"id": "Pakaian", "en": "Clothes"}))
SHIPPED = sorted(Path(settings.BASE_DIR, "services", "modules").glob("*/definitions/*.yaml"))
FIRST, SECOND = "/form/ui/elements/0", "/form/ui/elements/1"


@pytest.fixture
def letter() -> dict[str, Any]:
    return starter("letter", slug="surat-uji", title={"id": "Surat uji", "en": "Test letter"})


def only(field: str, test: Test, value: Any) -> Conditions:
    return Conditions((Condition(field, test, value),))


def order(content: dict[str, Any]) -> list[str]:
    return [line.pointer for section in sections_of(content) for line in section.lines]


@pytest.mark.parametrize("name", STARTERS)
def test_what_a_service_is_begun_from_is_sound(name: str) -> None:
    content = starter(name, slug="surat-uji", title={"id": "Surat uji", "en": "Test letter"})

    assert load_content(content).slug == "surat-uji"
    assert content["title"]["en"] == "Test letter"
    assert starter(name, slug="lain", title=TEXTS)["service"] == "lain"


@pytest.mark.parametrize("kind", EDITABLE)
def test_a_field_of_each_kind_can_be_added(kind: str, letter: dict[str, Any]) -> None:
    before = copy.deepcopy(letter)
    if kind == "file":
        letter, _id = put_document(letter, "", {"title": TEXTS, "accept": ["pdf"], "max_mb": 2})
    document = "jenis_usaha" if kind == "file" else ""
    said = Question(kind, TEXTS, help=TEXTS, required=True, choices=CHOICES, document=document)

    changed, pointer = add_question(letter, SECOND, said)
    if kind == "list":
        changed, _inner = add_question(changed, SECOND, Question("text", TEXTS), within=pointer)

    assert load_content(changed).form.label(pointer) == TEXTS
    assert order(changed)[:4] == ["/nama_lengkap", "/telepon", "/keperluan", "/jenis_usaha"]
    assert "jenis_usaha" in changed["form"]["schema"]["required"]
    found = question_at(changed, pointer)
    assert found is not None
    assert (found.kind, found.label, found.help, found.required) == (kind, TEXTS, TEXTS, True)
    if kind != "file":
        assert letter == before


def test_choices_keep_their_codes_whatever_they_are_called(letter: dict[str, Any]) -> None:
    content, pointer = add_question(letter, SECOND, Question("choice", TEXTS, choices=CHOICES))
    said = question_at(content, pointer)
    assert said is not None
    assert [each.code for each in said.choices] == ["makanan", "pakaian"]

    renamed = replace(said.choices[0], label={"id": "Kuliner", "en": "Culinary"})
    more = Choice("", {"id": "Pakaian", "en": "Second hand clothes"})
    changed = alter_question(content, pointer, replace(said, choices=[renamed, said.choices[1], more]))

    codes = [each["const"] for each in changed["form"]["schema"]["properties"]["jenis_usaha"]["oneOf"]]
    assert codes == ["makanan", "pakaian", "pakaian_2"]


def test_names_of_one_kind_get_keys_of_their_own(letter: dict[str, Any]) -> None:
    keys = []
    for label in ("Nama lengkap", "2 saksi", "½", "nama_lengkap"):
        letter, pointer = add_question(letter, FIRST, Question("text", {"id": label, "en": label}))
        keys.append(pointer)

    assert keys == ["/nama_lengkap_2", "/isian_2_saksi", "/isian", "/nama_lengkap_3"]
    load_content(letter)


def test_a_condition_shows_a_field_and_a_section(letter: dict[str, Any]) -> None:
    content, pointer = add_question(letter, FIRST, Question("yes-no", {"id": "Usaha", "en": "Business"}))
    shown = Question("text", TEXTS, required=True, condition=only(pointer, "is", True))
    content, dependent = add_question(content, SECOND, shown)
    content = alter_section(content, SECOND, TEXTS, only("/telepon", "is_not", "x"))

    definition = load_content(content)

    assert definition.form.evaluate({"usaha": False}).hidden == (dependent,)
    assert definition.form.evaluate({"telepon": "x"}).hidden == ("/jenis_usaha", "/keperluan")
    line = sections_of(content)[1].lines[-1]
    assert (line.condition, line.own_rule, line.required) == (shown.condition, False, True)
    found = question_at(content, dependent)
    assert found is not None
    always = alter_question(content, dependent, replace(found, condition=None))
    assert load_content(always).form.evaluate({"usaha": False}).hidden == ()


@pytest.mark.parametrize("test", ["is", "is_not", "least", "most"])
def test_a_condition_reads_as_it_was_written(test: Any) -> None:
    condition = only("/reklame/lebar_m", test, 5)

    assert condition_of(rule_of(condition)) == condition
    assert watched_by(logic_of(condition)) == condition


@pytest.mark.parametrize("logic", [None, 1, {}, {"in": [{"var": "a"}, [1]]}, {"==": [{"var": ["a", 0]}, 1]}, {"==": 1}])
def test_what_is_no_simple_condition_is_left_to_who_writes_it(logic: Any) -> None:
    assert watched_by(logic) is None
    assert condition_of(logic) is None


def test_a_field_moves_within_and_over_the_border_of_its_section(letter: dict[str, Any]) -> None:
    down = move_question(letter, "/nama_lengkap", 1)
    over = move_question(down, "/nama_lengkap", 1)
    back = move_question(over, "/nama_lengkap", -1)

    assert order(down) == ["/telepon", "/nama_lengkap", "/keperluan"]
    assert [line.pointer for line in sections_of(over)[1].lines] == ["/nama_lengkap", "/keperluan"]
    assert back == down
    assert move_question(letter, "/nama_lengkap", -1) == letter
    assert move_question(letter, "/keperluan", 1) == letter


def test_a_field_goes_with_what_says_it(letter: dict[str, Any]) -> None:
    content = remove_question(letter, "/keperluan")

    assert order(content) == ["/nama_lengkap", "/telepon"]
    assert content["form"]["schema"]["required"] == ["nama_lengkap", "telepon"]
    with pytest.raises(Gone):
        remove_question(content, "/keperluan")
    with pytest.raises(Gone):
        alter_question(content, "/keperluan", Question("text", TEXTS))


def test_sections_come_move_and_go(letter: dict[str, Any]) -> None:
    flat = starter("blank", slug="surat-uji", title=TEXTS)
    two = add_section(flat, {"id": "Usaha", "en": "Business"})
    filled, _pointer = add_question(two, SECOND, Question("text", TEXTS))

    assert [each.label.get("id") for each in sections_of(two)] == ["Permohonan", "Usaha"]
    load_content(filled)
    assert [each.label["id"] for each in sections_of(move_section(filled, SECOND, -1))] == ["Usaha", "Permohonan"]
    assert len(sections_of(remove_section(two, SECOND))) == 1
    with pytest.raises(Gone):
        remove_section(filled, SECOND)
    with pytest.raises(Gone):
        remove_section(letter, "/form/ui/elements/7")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_saving_a_field_as_it_stands_changes_nothing(path: Path) -> None:
    content = dict(load_yaml(path).content)
    lines = [line for section in sections_of(content) for line in section.lines]

    fields = {each.path for each in load_content(content).form.fields if each.node.get("type") != "object"}
    assert fields <= {line.pointer for line in lines}
    for line in lines:
        said = question_at(content, line.pointer)
        assert said is not None
        assert alter_question(content, line.pointer, said) == content, line


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_naming_a_field_anew_is_told_as_wording_and_keeps_all_else(path: Path) -> None:
    old = load_yaml(path)
    for line in (line for section in sections_of(old.content) for line in section.lines):
        said = question_at(old.content, line.pointer)
        assert said is not None

        anew = {"id": "Pertanyaan bernama baru", "en": "A question with a new name"}
        changed = alter_question(old.content, line.pointer, replace(said, label=anew))

        changes = changes_between(old, load_content(changed))
        assert {each.change_class for each in changes} == {"cosmetic"}, (line.pointer, changes)


def test_a_group_that_is_shown_as_a_whole_unfolds_for_a_condition() -> None:
    old = load_yaml(next(path for path in SHIPPED if path.stem == "izin-reklame"))
    said = question_at(old.content, "/reklame/teks")
    assert said is not None

    changed = alter_question(
        old.content, "/reklame/teks", replace(said, condition=only("/reklame/jenis", "is", "papan"))
    )

    new = load_content(changed)
    assert new.form.evaluate({"reklame": {"jenis": "kain", "teks": "x"}}).hidden[0] == "/pemohon/nib"
    assert "/reklame/teks" in new.form.evaluate({"reklame": {"jenis": "kain", "teks": "x"}}).hidden
    assert {each.id for each in new.form.fields} == {each.id for each in old.form.fields}


def test_an_id_stays_through_every_change(letter: dict[str, Any]) -> None:
    letter = copy.deepcopy(letter)
    letter["form"]["schema"]["properties"]["keperluan"]["x-id"] = "tujuan"

    moved = move_question(letter, "/keperluan", -1)
    said = question_at(moved, "/keperluan")
    assert said is not None
    altered = alter_question(moved, "/keperluan", replace(said, label=TEXTS, required=False, most=50))

    assert altered["form"]["schema"]["properties"]["keperluan"]["x-id"] == "tujuan"
    assert altered["form"]["schema"]["properties"]["keperluan"]["maxLength"] == 50


def test_documents_are_added_changed_moved_and_dropped(letter: dict[str, Any]) -> None:
    said = {"title": TEXTS, "accept": ["pdf"], "max_mb": 2, "optional": False}

    content, id = put_document(letter, "", said, when=logic_of(only("/telepon", "is", "08123")))
    assert (id, content["requirements"][1]["when"]) == ("jenis_usaha", {"==": [{"var": "telepon"}, "08123"]})
    load_content(content)

    kept, _id = put_document(content, id, said | {"optional": True}, keep_when=True)
    assert {"optional": True, "when": content["requirements"][1]["when"]}.items() <= kept["requirements"][1].items()
    assert [each["id"] for each in shift_document(kept, id, -1)["requirements"]] == ["jenis_usaha", "ktp_el"]
    assert [each["id"] for each in drop_document(kept, "ktp_el")["requirements"]] == ["jenis_usaha"]
    for wrong in (lambda: drop_document(kept, "x"), lambda: put_document(kept, "x", said)):
        with pytest.raises(Gone):
            wrong()


@pytest.mark.parametrize(
    ("fee", "answers", "amount"),
    [
        (PerUnit("/luas", 2500), {"luas": 12}, 30_000),
        (PerUnit("/luas", 2500, base=10_000), {"luas": 12.5}, 41_250),
        (PerUnit("/luas", 2500, base=10_000), {}, 10_000),
        (PerChoice("/jenis", {"a": 1000, "b": 2000}, otherwise=500), {"jenis": "b"}, 2000),
        (PerChoice("/jenis", {"a": 1000, "b": 2000}, otherwise=500), {}, 500),
    ],
)
def test_a_simple_fee_is_worked_out_and_read_back(
    fee: Any, answers: dict[str, Any], amount: int, letter: dict[str, Any]
) -> None:
    content, _luas = add_question(letter, FIRST, Question("number", {"id": "Luas", "en": "Area"}))
    content, _jenis = add_question(content, FIRST, Question("choice", {"id": "Jenis", "en": "Kind"}, choices=CHOICES))
    definition = load_content(content | {"fee": {"rule": fee_rule(fee), "basis": "Perda 1/2024"}})

    assert definition.fee_for(answers).amount == amount
    assert read_fee_rule(fee_rule(fee)) == fee


@pytest.mark.parametrize("rule", [{}, {"*": [1, 2]}, {"if": []}, {"if": [True, 1, 2]}, {"+": [1]}, None, {"ceil": [1]}])
def test_another_fee_rule_is_left_to_who_writes_it(rule: Any) -> None:
    assert read_fee_rule(rule) is None


UNFINISHED: list[Any] = [
    {},
    {"form": {}},
    {"form": {"schema": {}, "ui": {"elements": []}}},
    {"form": {"ui": {"elements": [{"scope": "#/properties/a"}, {"rule": {}}]}}},
    {"form": {"schema": {"properties": {"a": {}}}}},
    {"requirements": [{"id": "a"}], "fee": {}},
]
SHAPELESS: list[Any] = [
    {"form": 1},
    {"form": {"ui": {"elements": [1]}}},
    {"form": {"ui": {"elements": [{"scope": "#"}]}}},
    {"form": {"schema": {"properties": []}}},
    {"form": {"schema": {"properties": {"a": {"oneOf": 1}}}}},
    {"requirements": [1]},
    {"title": "a"},
]


@pytest.mark.parametrize("content", UNFINISHED, ids=str)
def test_an_unfinished_draft_can_be_gone_on_with(content: Any) -> None:
    assert can_be_edited(content)
    sections_of(content)
    question_at(content, "/a")

    added, pointer = add_question(content, "/form/ui", Question("text", TEXTS))

    assert order(added)[-1] == pointer


@pytest.mark.parametrize("content", SHAPELESS, ids=str)
def test_what_is_no_form_at_all_is_left_to_who_wrote_it(content: Any) -> None:
    assert not can_be_edited(content)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_what_is_shipped_can_be_edited(path: Path) -> None:
    assert can_be_edited(load_yaml(path).content)
