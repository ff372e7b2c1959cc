"""The order of fields within a group, which no database keeps by itself."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from services.definitions import DefinitionError, load_content, load_yaml
from services.definitions.changes import changes_between
from services.definitions.editing.form import sections_of
from services.definitions.ordering import with_order
from services.definitions.reading import read_yaml_text
from services.definitions.writing import write_yaml
from tests.services.definitions.test_computed import LABEL, computed, group, number, service

WHOLE = {"tinggi": number(), "lebar": number(), "a": number()}
FIELDS = {"ukuran": group(WHOLE), "orang": {"type": "array", "maxItems": 9, "items": group(WHOLE)} | LABEL}


def kept(content: Any) -> Any:
    """Return what a database gives back: keys by their length, then by the alphabet."""
    if isinstance(content, list):
        return [kept(each) for each in content]
    if not isinstance(content, dict):
        return content
    return {key: kept(content[key]) for key in sorted(content, key=lambda key: (len(key), key))}


def written(**groups: Any) -> dict[str, Any]:
    return copy.deepcopy(dict(service(groups or FIELDS).content))


def names(content: dict[str, Any], group: str) -> list[str]:
    inside = [line.pointer for each in sections_of(content) for line in each.lines]
    return [each.rpartition("/")[2] for each in inside if each.startswith(f"/{group}/")]


def test_a_group_shown_as_a_whole_keeps_its_order_through_a_database_and_through_yaml() -> None:
    content = kept(with_order(written()))

    assert names(content, "ukuran") == names(content, "orang") == list(WHOLE)
    assert names(kept(read_yaml_text(write_yaml(content), source="x")[0]), "ukuran") == list(WHOLE)
    assert [each.steps[-1] for each in load_content(content).form.fields if each.steps[0] == "ukuran"] == [
        "ukuran",
        *WHOLE,
    ]


def test_what_the_ui_lists_or_a_machine_sorted_is_left_as_it_is() -> None:
    listed = written()
    listed["form"]["ui"]["elements"] = [
        {"type": "Control", "scope": f"#/properties/ukuran/properties/{name}"} for name in WHOLE
    ]
    del listed["form"]["schema"]["properties"]["orang"]

    assert with_order(listed) == listed
    assert with_order(kept(written())) == kept(written())
    assert with_order(json.loads(json.dumps(written(), sort_keys=True))) == written()


def test_a_field_that_comes_is_last_and_one_that_goes_is_forgotten() -> None:
    content = kept(with_order(written()))
    inner = content["form"]["schema"]["properties"]["ukuran"]["properties"]
    del inner["lebar"]
    inner["baru"] = number()

    assert with_order(content)["form"]["schema"]["properties"]["ukuran"]["x-order"] == ["tinggi", "a", "baru"]


def test_an_order_says_that_it_changed_and_costs_nobody_anything() -> None:
    old, new = with_order(written()), with_order(written())
    new["form"]["schema"]["properties"]["ukuran"]["x-order"].reverse()
    new["form"]["schema"]["properties"]["orang"]["items"]["x-order"].reverse()

    changes = changes_between(load_content(old), load_content(new))

    assert [(each.field, each.change_class) for each in changes] == [("/ukuran", "cosmetic"), ("/orang", "cosmetic")]
    assert all("urutan" in each.text["id"] for each in changes)


@pytest.mark.parametrize(
    ("order", "place"),
    [(["tinggi", "panjang"], "/1"), (["a", "a"], "/1"), ("a", ""), ([7], "/0")],
)
def test_an_order_that_names_no_field_is_refused_with_its_place(order: Any, place: str) -> None:
    content = written()
    content["form"]["schema"]["properties"]["ukuran"]["x-order"] = order

    with pytest.raises(DefinitionError) as refused:
        load_content(content)

    assert {each.pointer for each in refused.value.faults} == {f"/form/schema/properties/ukuran/x-order{place}"}


def test_a_modules_file_is_read_in_the_order_in_which_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "uji.yaml"
    content = written() | {"service": "uji"}
    path.write_text(json.dumps(content), "utf-8")

    loaded = load_yaml(path)

    assert loaded.content["form"]["schema"]["properties"]["ukuran"]["x-order"] == list(WHOLE)
    assert load_content(kept(loaded.content)).sha256 == loaded.sha256


def test_a_layout_or_a_sum_within_the_items_of_a_list_is_refused_with_what_to_do_instead() -> None:
    rule = {"effect": "HIDE", "condition": {"scope": "#/properties/a", "schema": {"const": 1}}}
    detail = {"type": "VerticalLayout", "elements": [{"type": "Control", "scope": "#/properties/lebar", "rule": rule}]}
    content = written()
    content["form"]["ui"]["elements"][1]["options"] = {"detail": detail}
    summed = copy.deepcopy(content["form"]["schema"]["properties"]["orang"]["items"]["properties"])
    summed["luas"] = computed({"*": [{"var": "lebar"}, {"var": "tinggi"}]})

    with pytest.raises(DefinitionError) as refused:
        load_content(content)
    with pytest.raises(DefinitionError) as again:
        service({"orang": {"type": "array", "items": group(summed)} | LABEL})

    (layout,), (worked,) = refused.value.faults, again.value.faults
    assert layout.pointer == "/form/ui/elements/1/options/detail"
    assert "`if` and `then`" in layout.hint
    assert worked.pointer == "/form/schema/properties/orang/items/properties/luas/x-computed"
    assert "reduce" in worked.hint


def test_what_is_advised_for_lists_works() -> None:
    total = {
        "reduce": [
            {"var": "barang"},
            {"+": [{"var": "accumulator"}, {"*": [{"var": "current.jumlah"}, {"var": "current.harga"}]}]},
            0,
        ]
    }
    row = group({"jumlah": number(), "harga": number(), "izin": {"type": "string"} | LABEL})
    row |= {"if": {"properties": {"harga": {"minimum": 100}}, "required": ["harga"]}, "then": {"required": ["izin"]}}
    form = service({"barang": {"type": "array", "items": row} | LABEL, "semua": computed(total)}).form

    found = form.evaluate({"barang": [{"jumlah": 2, "harga": 30}, {"jumlah": 1, "harga": 100}]})

    assert found.computed == {"/semua": 160}
    assert [(each.pointer, each.code) for each in found.problems] == [("/barang/1/izin", "required")]
