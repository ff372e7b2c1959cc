"""What changed between two definitions: every difference in words, each with its weight."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.definitions import Definition, DefinitionError, content_hash, load_content
from services.definitions.changes import CHANGE_CLASSES, ChangeClass, changes_between, class_of, is_milder
from services.definitions.flow import workflow_content
from tests.services.applications.factory import CONTENT

Content = dict[str, Any]
Change = Callable[[Content], Any]


def base() -> Content:
    """Return a service whose fields have ids of their own, a list, choices, and a workflow in place."""
    content = copy.deepcopy(CONTENT)
    content["outcome"] |= {"shows": ["/data/nik"], "verify_shows": []}
    fields = content["form"]["schema"]["properties"]["data"]["properties"]
    fields["nama"] |= {"x-id": "f_nama", "maxLength": 50}
    fields["umur"] = {"type": "integer", "minimum": 17, "maximum": 90, "x-label": {"id": "Umur", "en": "Age"}}
    fields["agama"] = {
        "type": "string",
        "x-label": {"id": "Agama", "en": "Religion"},
        "oneOf": [
            {"const": "a", "x-label": {"id": "Pilihan A", "en": "Choice A"}},
            {"const": "b", "x-label": {"id": "Pilihan B", "en": "Choice B"}},
        ],
    }
    fields["saksi"] = {
        "type": "array",
        "maxItems": 5,
        "x-label": {"id": "Saksi", "en": "Witnesses"},
        "items": {
            "type": "object",
            "required": ["nama"],
            "properties": {
                "nama": {"type": "string", "x-label": {"id": "Nama saksi", "en": "Witness's name"}},
                "nik": {"type": "string", "format": "nik", "x-label": {"id": "NIK saksi", "en": "Witness's NIK"}},
            },
        },
    }
    return content


def data(content: Content) -> Any:
    return content["form"]["schema"]["properties"]["data"]


def loaded(content: Content) -> Definition:
    return load_content(content)


def setting(path: str, value: Any) -> Change:
    """Return a change that sets (None: removes) what stands at `path` of the definition."""

    def change(content: Content) -> None:
        *steps, last = path.split("/")
        node: Any = content
        for step in steps:
            node = node[int(step) if isinstance(node, list) else step]
        key: Any = int(last) if isinstance(node, list) else last
        if value is None:
            del node[key]
        else:
            node[key] = value

    return change


FIELDS = "form/schema/properties/data/properties"
STANDARD_STATES = {
    "submitted": {"label": {"id": "Diajukan", "en": "Submitted"}, "clock": "running"},
    "granted": {"label": {"id": "Disetujui", "en": "Granted"}, "end": "granted"},
    "rejected": {"label": {"id": "Ditolak", "en": "Rejected"}, "end": "rejected"},
}


def renamed_key(content: Content) -> None:
    fields = data(content)["properties"]
    fields["nama_lengkap"] = fields.pop("nama")
    data(content)["required"][0] = "nama_lengkap"


def moved(content: Content) -> None:
    field = data(content)["properties"].pop("nama")
    data(content)["required"].remove("nama")
    content["form"]["schema"]["properties"]["nama"] = field
    content["form"]["schema"]["required"].append("nama")
    content["form"]["ui"]["elements"].append({"type": "Control", "scope": "#/properties/nama"})


def new_field(content: Content, *, required: bool = False) -> None:
    data(content)["properties"]["ayah"] = {"type": "string", "x-label": {"id": "Nama ayah", "en": "Father's name"}}
    if required:
        data(content)["required"].append("ayah")


def new_group(content: Content) -> None:
    data(content)["properties"]["wali"] = {
        "type": "object",
        "x-label": {"id": "Wali", "en": "Guardian"},
        "required": ["nama"],
        "properties": {"nama": {"type": "string", "x-label": {"id": "Nama wali", "en": "Guardian's name"}}},
    }


def new_required_group(content: Content) -> None:
    new_group(content)
    data(content)["required"].append("wali")


def removed_field(content: Content) -> None:
    del data(content)["properties"]["umur"]


def now_required(content: Content) -> None:
    data(content)["required"].append("umur")


def no_longer_required(content: Content) -> None:
    data(content)["required"].remove("nik")


def without_condition(content: Content) -> None:
    del content["form"]["ui"]["elements"][1]["rule"]


def with_condition(content: Content) -> None:
    scope = "#/properties/data/properties/umur"
    rule = copy.deepcopy(content["form"]["ui"]["elements"][1]["rule"])
    content["form"]["ui"]["elements"].append({"type": "Control", "scope": scope, "rule": rule})


def heading(content: Content) -> None:
    content["form"]["ui"] |= {"label": {"id": "Isi data", "en": "Fill in"}}


def own_workflow(content: Content) -> None:
    content["workflow"] = {
        "initial": "submitted",
        "states": copy.deepcopy(STANDARD_STATES),
        "transitions": [
            {
                "action": "grant",
                "label": {"id": "Setujui", "en": "Grant"},
                "from": ["submitted"],
                "to": "granted",
                "roles": ["officer"],
            },
            {
                "action": "reject",
                "label": {"id": "Tolak", "en": "Reject"},
                "from": ["submitted"],
                "to": "rejected",
                "roles": ["officer"],
            },
        ],
    }


NEW_DOCUMENT = {"id": "kk", "title": {"id": "Kartu keluarga", "en": "Family card"}, "accept": ["pdf"], "max_mb": 1}
OLDER = {"id": "Harus lebih dari 20.", "en": "Must be over 20."}
CASES: dict[str, tuple[Change, list[tuple[str, str, str]]]] = {
    "label": (
        setting(f"{FIELDS}/nik/x-label/id", "Nomor NIK"),
        [("label_changed", "cosmetic", "*Nomor NIK* namanya diubah: semula “NIK”")],
    ),
    "help": (
        setting(f"{FIELDS}/nik/x-help", {"id": "Lihat KTP.", "en": "On the card."}),
        [("help_changed", "cosmetic", "*NIK* petunjuknya diubah")],
    ),
    "key": (renamed_key, [("key_changed", "compatible", "*Nama* bernama “nama_lengkap” dalam data")]),
    "place": (
        moved,
        [("moved", "compatible", "*Nama* dipindahkan"), ("layout_changed", "cosmetic", "*Formulir* ditata ulang")],
    ),
    "new optional field": (new_field, [("field_added", "compatible", "*Nama ayah* ditanyakan, boleh dikosongkan")]),
    "new required field": (
        lambda content: new_field(content, required=True),
        [("field_added", "breaking", "*Nama ayah* ditanyakan dan wajib diisi")],
    ),
    "new optional group": (new_group, [("field_added", "compatible", "*Nama wali* ditanyakan, boleh dikosongkan")]),
    "new required group": (new_required_group, [("field_added", "breaking", "*Nama wali* ditanyakan dan wajib diisi")]),
    "removed field": (removed_field, [("field_removed", "breaking", "*Umur* tidak lagi ditanyakan")]),
    "became required": (now_required, [("required", "breaking", "*Umur* menjadi wajib")]),
    "became optional": (no_longer_required, [("optional", "compatible", "*NIK* tidak lagi wajib")]),
    "looser minimum": (
        setting(f"{FIELDS}/umur/minimum", 15),
        [("minimum_changed", "compatible", "*Umur* nilai paling kecil kini 15 (semula 17)")],
    ),
    "stricter minimum": (
        setting(f"{FIELDS}/umur/minimum", 21),
        [("minimum_changed", "breaking", "*Umur* nilai paling kecil kini 21 (semula 17)")],
    ),
    "looser length": (
        setting(f"{FIELDS}/nama/maxLength", 80),
        [("maxLength_changed", "compatible", "*Nama* panjang paling banyak kini 80 (semula 50)")],
    ),
    "stricter length": (
        setting(f"{FIELDS}/nama/maxLength", 20),
        [("maxLength_changed", "breaking", "*Nama* panjang paling banyak kini 20 (semula 50)")],
    ),
    "bound removed": (
        setting(f"{FIELDS}/umur/maximum", None),
        [("maximum_removed", "compatible", "*Umur* tanpa nilai paling besar (semula 90)")],
    ),
    "new bound": (
        setting(f"{FIELDS}/pasangan/minLength", 3),
        [("minLength_added", "breaking", "*Pasangan* panjang paling sedikit kini 3")],
    ),
    "new pattern": (
        setting(f"{FIELDS}/pasangan/pattern", "^[A-Z]"),
        [("pattern_added", "breaking", "*Pasangan* pola isiannya kini diperiksa: ^[A-Z]")],
    ),
    "format gone": (
        setting(f"{FIELDS}/nik/format", None),
        [("format_removed", "compatible", "*NIK* bentuk isiannya tidak lagi diperiksa")],
    ),
    "another type": (
        setting(f"{FIELDS}/pasangan/type", "integer"),
        [("type_changed", "breaking", "*Pasangan* jenis isiannya diubah")],
    ),
    "wider type": (
        setting(f"{FIELDS}/umur/type", "number"),
        [("type_changed", "compatible", "*Umur* jenis isiannya diubah")],
    ),
    "choice removed": (
        setting(f"{FIELDS}/agama/oneOf/1", None),
        [("choice_removed", "breaking", "*Agama* tidak lagi memiliki pilihan “Pilihan B”")],
    ),
    "choice added": (
        setting(
            f"{FIELDS}/agama/oneOf",
            [
                *base()["form"]["schema"]["properties"]["data"]["properties"]["agama"]["oneOf"],
                {"const": "c", "x-label": {"id": "Pilihan C", "en": "Choice C"}},
            ],
        ),
        [("choice_added", "compatible", "*Agama* mendapat pilihan “Pilihan C”")],
    ),
    "choice renamed": (
        setting(f"{FIELDS}/agama/oneOf/0/x-label/id", "A saja"),
        [("choice_renamed", "cosmetic", "*Agama* pilihan “Pilihan A” kini “A saja”")],
    ),
    "required in each item": (
        setting(f"{FIELDS}/saksi/items/required", ["nama", "nik"]),
        [("required", "breaking", "*NIK saksi* menjadi wajib")],
    ),
    "fewer items": (
        setting(f"{FIELDS}/saksi/maxItems", 2),
        [("maxItems_changed", "breaking", "*Saksi* jumlah paling banyak kini 2 (semula 5)")],
    ),
    "a rule that is not weighed": (
        setting(f"{FIELDS}/nama/not", {"const": "x"}),
        [("rule_changed", "breaking", "*Nama* aturannya (`not`) diubah")],
    ),
    "condition removed": (without_condition, [("condition_removed", "breaking", "*Pasangan* kini selalu tampil")]),
    "condition added": (
        with_condition,
        [
            ("condition_changed", "breaking", "*Umur* tampil pada keadaan lain"),
            ("layout_changed", "cosmetic", "*Formulir* ditata ulang"),
        ],
    ),
    "layout": (heading, [("layout_changed", "cosmetic", "*Formulir* ditata ulang")]),
    "new document": (
        lambda content: content["requirements"].append(NEW_DOCUMENT),
        [("document_added", "breaking", "*Kartu keluarga* kini harus diunggah")],
    ),
    "new optional document": (
        lambda content: content["requirements"].append(NEW_DOCUMENT | {"optional": True}),
        [("document_added", "compatible", "*Kartu keluarga* boleh diunggah")],
    ),
    "new check between fields": (
        setting("form/checks", [{"rule": {">": [{"var": "data.umur"}, 20]}, "field": "/data/umur", "message": OLDER}]),
        [("check_added", "breaking", "*Formulir* kini memeriksa: Harus lebih dari 20.")],
    ),
    "document gone": (setting("requirements/0", None), [("document_removed", "breaking", "*Foto* tidak lagi diminta")]),
    "document renamed": (
        setting("requirements/0/title/id", "Pas foto"),
        [("document_renamed", "cosmetic", "*Pas foto* semula “Foto”")],
    ),
    "fewer kinds": (
        setting("requirements/0/accept", ["png"]),
        [("kinds_removed", "breaking", "*Foto* tidak lagi menerima jpeg")],
    ),
    "more kinds": (
        setting("requirements/1/accept", ["pdf", "png"]),
        [("kinds_added", "compatible", "*Surat* kini menerima png")],
    ),
    "larger files": (
        setting("requirements/0/max_mb", 3),
        [("size_changed", "compatible", "*Foto* kini paling besar 3 MB")],
    ),
    "document always asked": (
        setting("requirements/1/when", None),
        [("document_condition_changed", "breaking", "*Surat* diminta pada keadaan lain")],
    ),
    "document optional": (
        setting("requirements/0/optional", True),
        [("document_optional", "compatible", "*Foto* tidak lagi wajib")],
    ),
    "document that others ask, too": (
        setting("requirements/0/document_type", "pas_foto"),
        [("document_type_changed", "compatible", "*Foto* yang pernah diserahkan kini ditawarkan")],
    ),
    "documents in another order": (
        lambda content: content["requirements"].reverse(),
        [("documents_reordered", "cosmetic", "*Dokumen* diurutkan lain")],
    ),
    "higher fee": (
        setting("fee/amount", 12500),
        [("fee_changed", "breaking", "*Biaya* kini Rp12.500 (semula Rp10.000)")],
    ),
    "lower fee": (setting("fee/amount", 0), [("fee_changed", "compatible", "*Biaya* kini Rp0 (semula Rp10.000)")]),
    "fee by rule": (
        setting("fee", {"rule": {"*": [{"var": "data.umur"}, 100]}, "basis": "Perda uji"}),
        [("fee_rule_changed", "breaking", "*Biaya* dihitung dengan cara lain")],
    ),
    "fee's basis": (
        setting("fee/basis", "Perda 1/2027"),
        [("fee_basis_changed", "cosmetic", "*Biaya* kini berdasar “Perda 1/2027”")],
    ),
    "another workflow": (
        own_workflow,
        [
            ("state_removed", "compatible", "*Sedang diperiksa* bukan lagi status"),
            ("state_removed", "compatible", "*Dibatalkan pemohon* bukan lagi status"),
            ("action_removed", "compatible", "*Mulai periksa* bukan lagi tindakan"),
            ("action_removed", "compatible", "*Batalkan* bukan lagi tindakan"),
            ("action_changed", "compatible", "*Setujui* tersedia pada status lain"),
            ("action_changed", "compatible", "*Setujui* untuk peran lain"),
            ("action_changed", "compatible", "*Tolak* tersedia pada status lain"),
            ("action_changed", "compatible", "*Tolak* aturan alasannya diubah"),
            ("action_changed", "compatible", "*Tolak* untuk peran lain"),
        ],
    ),
    "deadline": (
        setting("deadline/working_days", 5),
        [("deadline_changed", "compatible", "*Tenggat* kini 5 hari kerja (semula 3 hari kerja)")],
    ),
    "deadline's start": (
        setting("deadline/from", "submitted"),
        [("deadline_rule_changed", "compatible", "*Tenggat* `from` kini submitted")],
    ),
    "assurance": (
        setting("access/assurance", "verified"),
        [("assurance_changed", "breaking", "*Siapa yang boleh mengajukan* kini perlu identitas tingkat verified")],
    ),
    "on another's behalf": (
        setting("access/on_behalf_of", ["family"]),
        [("audience_added", "compatible", "*Siapa yang boleh mengajukan* kini mencakup family")],
    ),
    "outcome": (setting("outcome/valid_months", 12), [("outcome_changed", "compatible", "*Dokumen hasil* diubah")]),
    "retention": (setting("retention/months", 60), [("retention_changed", "compatible", "*Masa simpan* diubah")]),
    "title": (setting("title/id", "Layanan baru"), [("title_changed", "cosmetic", "*Judul layanan* diubah")]),
    "law": (
        setting("legal_basis", ["UU 1/2027"]),
        [("legal_basis_changed", "cosmetic", "*Dasar hukum* diubah")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_change_is_told_in_words_with_its_weight(case: str) -> None:
    change, expected = CASES[case]
    content = base()
    change(content)

    found = changes_between(loaded(base()), loaded(content))

    assert [(each.code, each.change_class, each.text["id"]) for each in found] == expected
    assert all(each.text["en"].startswith("*") and each.pointer.startswith("/") for each in found)


def test_a_field_that_changed_is_named_by_its_id_and_place() -> None:
    content = base()
    renamed_key(content)
    setting(f"{FIELDS}/nama_lengkap/maxLength", 20)(content)
    setting(f"{FIELDS}/umur/minimum", 18)(content)

    found = changes_between(loaded(base()), loaded(content))

    assert [(each.code, each.field, each.pointer) for each in found] == [
        ("minimum_changed", "/data/umur", "/form/schema/properties/data/properties/umur"),
        ("key_changed", "f_nama", "/form/schema/properties/data/properties/nama_lengkap"),
        ("maxLength_changed", "f_nama", "/form/schema/properties/data/properties/nama_lengkap"),
    ]


def test_a_field_without_an_id_of_its_own_is_another_one_under_another_name() -> None:
    content = base()
    fields = data(content)["properties"]
    fields["usia"] = fields.pop("umur")

    found = changes_between(loaded(base()), loaded(content))

    assert [(each.code, each.field) for each in found] == [
        ("field_added", "/data/usia"),
        ("field_removed", "/data/umur"),
    ]


def test_writing_out_the_id_that_a_field_has_keeps_it_the_same_field() -> None:
    content = base()
    data(content)["properties"]["umur"]["x-id"] = "/data/umur"

    (change,) = changes_between(loaded(base()), loaded(content))

    assert (change.code, change.change_class) == ("id_changed", "cosmetic")


def test_a_group_that_moves_is_told_once() -> None:
    old, new = base(), base()
    data(old)["x-id"] = data(new)["x-id"] = "g_data"
    for name, field in data(new)["properties"].items():
        field.setdefault("x-id", f"/data/{name}")
    for name, field in data(new)["properties"]["saksi"]["items"]["properties"].items():
        field["x-id"] = f"/data/saksi/*/{name}"
    schema = new["form"]["schema"]
    schema["properties"]["pemohon"] = schema["properties"].pop("data")
    schema["required"] = ["pemohon"]
    text = str(new["form"]["ui"]).replace("/data", "/pemohon")
    new["form"]["ui"] = eval(text)  # noqa: S307 - the test's own literal
    new["outcome"]["shows"] = ["/pemohon/nik"]
    new["requirements"][1]["when"] = {"==": [{"var": "pemohon.kawin"}, True]}

    found = changes_between(loaded(old), loaded(new))

    assert [each.field for each in found if each.code in ("key_changed", "moved", "field_added")] == ["g_data"]


def test_a_field_that_is_worked_out_from_now_on_is_not_typed_any_more() -> None:
    content = base()
    data(content)["properties"]["umur"] |= {"readOnly": True, "x-computed": {"length": [{"var": "data.nama"}]}}

    found = changes_between(loaded(base()), loaded(content))

    assert ("computed_added", "breaking") in [(each.code, each.change_class) for each in found]


def test_the_strictest_change_gives_a_version_its_class() -> None:
    content = base()
    setting("title/id", "Baru")(content)
    cosmetic = changes_between(loaded(base()), loaded(content))
    new_field(content)
    compatible = changes_between(loaded(base()), loaded(content))
    now_required(content)
    breaking = changes_between(loaded(base()), loaded(content))

    assert [class_of(each) for each in ([], cosmetic, compatible, breaking)] == [
        "cosmetic",
        "cosmetic",
        "compatible",
        "breaking",
    ]


def test_an_admin_may_only_be_stricter() -> None:
    worked_out: ChangeClass = "compatible"

    assert [each for each in CHANGE_CLASSES if not is_milder(each, worked_out)] == [
        "compatible",
        "breaking",
        "legal",
    ]


SOUND = sorted(CASES)


@given(st.lists(st.sampled_from(SOUND), max_size=6))
def test_a_definition_did_not_change_against_itself(cases: list[str]) -> None:
    definition = changed(cases)

    assert definition is None or changes_between(definition, Definition(copy.deepcopy(definition.content), "")) == []


@given(st.lists(st.sampled_from(SOUND), max_size=6), st.lists(st.sampled_from(SOUND), max_size=6))
def test_any_difference_of_content_is_told(one: list[str], other: list[str]) -> None:
    old, new = changed(one), changed(other)
    if old is None or new is None:
        return

    found = changes_between(old, new)

    assert bool(found) is (content_hash(old.content) != content_hash(new.content))
    assert all(each.text["id"] and each.text["en"] for each in found)


@given(st.lists(st.sampled_from(SOUND), min_size=1, max_size=6, unique=True), st.data())
def test_one_more_change_never_makes_a_version_milder(cases: list[str], choose: st.DataObject) -> None:
    """Of changes that touch different things: one that undoes another is milder, of course."""
    more = choose.draw(st.sampled_from(SOUND))
    before, after = changed(cases), changed([*cases, more])
    if before is None or after is None or {_part(each) for each in cases} & {_part(more)}:
        return
    old = loaded(base())

    assert not is_milder(class_of(changes_between(old, after)), class_of(changes_between(old, before)))


def _part(case: str) -> str:
    """Return which part of the definition a case touches."""
    content = base()
    CASES[case][0](content)
    was = base()
    return next(part for part in content if content[part] != was[part])


@given(st.data())
def test_whatever_is_written_into_a_form_is_told(choose: st.DataObject) -> None:
    """Any word of JSON Schema, with any value that makes a sound definition."""
    field = choose.draw(st.sampled_from(["nama", "nik", "umur", "agama", "saksi"]))
    word = choose.draw(
        st.sampled_from(["x-catatan", "default", "examples", "allOf", "deprecated", "minLength", "$comment"])
    )
    value = choose.draw(
        st.integers(0, 9)
        | st.text(max_size=5)
        | st.booleans()
        | st.lists(st.just({"type": "string"}), min_size=1, max_size=2)
    )
    content = base()
    data(content)["properties"][field][word] = value
    try:
        new = loaded(content)
    except DefinitionError:
        return
    old = loaded(base())

    found = changes_between(old, new)

    assert bool(found) is (old.sha256 != new.sha256)


def changed(cases: list[str]) -> Definition | None:
    """Return the service with these changes, None where they do not go together."""
    content = base()
    try:
        for case in cases:
            CASES[case][0](content)
        return loaded(content)
    except (DefinitionError, KeyError, IndexError, ValueError, TypeError):
        return None


def test_what_an_action_asks_for_is_told_file_by_file() -> None:
    workflow = {**workflow_content("site-visit")}
    report = next(each for each in workflow["transitions"] if each["action"] == "report_visit")
    official, photo = report["documents"]
    renamed = official | {"title": {"id": "Laporan", "en": "Report"}, "internal": True, "max_mb": 5}
    sketch = official | {"id": "denah", "title": {"id": "Denah", "en": "Sketch"}}

    def between(*documents: Any) -> list[str]:
        changed = report | {"documents": list(documents)}
        transitions = [changed if each is report else each for each in workflow["transitions"]]
        old, new = (
            base() | {"workflow": {**workflow, "transitions": each}} for each in (workflow["transitions"], transitions)
        )
        return [each.text["id"] for each in changes_between(loaded(old), loaded(new))]

    assert between(official, photo) == []
    assert between(official, photo | {"optional": False}) == ["*Laporkan peninjauan* kini wajib dengan “Foto lokasi”"]
    assert between(photo, official) == ["*Laporkan peninjauan* meminta berkas dalam urutan lain"]
    assert between(renamed, sketch) == [
        "*Laporkan peninjauan* tidak lagi meminta “Foto lokasi”",
        "*Laporan* semula “Berita acara peninjauan”",
        "*Laporkan peninjauan* tidak lagi memperlihatkan “Laporan” kepada pemohon",
        "*Laporkan peninjauan* menerima berkas lain untuk “Laporan”",
        "*Laporkan peninjauan* juga meminta “Denah”",
    ]
