"""What depends on answers is said on pages: several conditions, what must agree, another kind, what experts wrote."""

import copy
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from services.catalogue.models import ServiceVersion
from services.definitions import load_content
from services.definitions.editing import sections_of
from services.definitions.flow import workflow_content
from services.office.authoring.logic_words import rule_in_words
from tests.services.office.desk import HOME, Desk, errors_in
from tests.services.office.test_services_pages import stall, when
from tests.services.portal.pages import text_of

__all__ = ["stall"]

pytestmark = pytest.mark.django_db
SECOND = "/form/ui/elements/1"


@pytest.fixture
def selling(stall: Desk) -> Desk:
    """A service that asks for goods, an area, and two days."""
    choices = {"choice_id": ["Makanan", "Pakaian"], "choice_en": ["Food", "Clothes"], "choice_code": ["", ""]}
    stall.add_field("choice", "Jenis dagangan", "Goods", SECOND, **choices)
    stall.add_field("integer", "Luas", "Area", SECOND, least="1", most="500")
    stall.add_field("date", "Mulai", "Start", SECOND)
    stall.add_field("date", "Selesai", "End", SECOND)
    return stall


def hidden(desk: Desk, answers: dict[str, Any]) -> tuple[str, ...]:
    return load_content(dict(desk.draft.content)).form.evaluate(answers, draft=True).hidden


def test_a_field_is_asked_under_any_of_several_conditions_and_reads_back_so(selling: Desk) -> None:
    said = {
        "condition": when("/jenis_dagangan", "is", "makanan"), "joined": "any",
        "condition_2": when("/luas", "least", None), "condition_2_value": "50",
    }  # fmt: skip
    selling.add_field("text", "Penjamin", "Guarantor", SECOND, **said)

    assert hidden(selling, {"jenis_dagangan": "pakaian", "luas": 10}) == ("/penjamin",)
    assert hidden(selling, {"jenis_dagangan": "pakaian", "luas": 60}) == ()
    assert hidden(selling, {"jenis_dagangan": "makanan"}) == ()
    assert "Only when Goods is Food, or Area is at least 50" in text_of(selling.see("isian/"))
    before = selling.draft.content
    selling.done("isian/ubah/", {"label_en": "Guarantor"}, isian="/penjamin")
    assert selling.draft.content == before


def test_a_document_is_asked_for_under_all_of_several_conditions(selling: Desk) -> None:
    said = {
        "title_id": "Sertifikat", "title_en": "Certificate", "condition": when("/jenis_dagangan", "is", "makanan"),
        "joined": "all", "condition_3": when("/luas", "most", None), "condition_3_value": "20",
    }  # fmt: skip
    selling.done("syarat/ubah/", said)

    definition = load_content(dict(selling.draft.content))
    asked = [
        "sertifikat" in [each.id for each in definition.required_documents({"jenis_dagangan": goods, "luas": area})]
        for goods, area in (("makanan", 10), ("makanan", 30), ("pakaian", 10))
    ]
    assert asked == [True, False, False]


def test_a_further_condition_needs_a_first(selling: Desk) -> None:
    answer = selling.fill("isian/ubah/", {"condition_2": when("/jenis_dagangan", "is", "makanan")}, isian="/telepon")

    assert errors_in(answer) == ["Choose the first condition before further ones."]


def test_what_must_agree_is_said_changed_and_judged(selling: Desk) -> None:
    said = {"left": "/mulai", "word": "<=", "right": "/selesai", "message_id": "Terbalik.", "message_en": "Wrong way."}
    selling.done("kecocokan/", said)
    assert "Must hold: “Start” is not more than “End”" in text_of(selling.see("kecocokan/"))

    further = {"joined": "any", "left_2": "/jenis_dagangan", "word_2": "==", "right_2": "value", "value_2": "Food"}
    selling.done("kecocokan/ubah/", {"message_en": "Start before the end.", "field": "/selesai", **further}, nomor="0")

    (check,) = selling.draft.content["form"]["checks"]
    assert check == {
        "rule": {
            "or": [{"<=": [{"var": "mulai"}, {"var": "selesai"}]}, {"==": [{"var": "jenis_dagangan"}, "makanan"]}]
        },
        "field": "/selesai",
        "message": {"id": "Terbalik.", "en": "Start before the end."},
    }
    form = load_content(dict(selling.draft.content)).form
    days = {"mulai": "2026-12-02", "selesai": "2026-12-01"}
    told = [
        [each.pointer for each in form.evaluate(days | {"jenis_dagangan": goods}).problems if each.code == "check"]
        for goods in ("pakaian", "makanan")
    ]
    assert told == [["/selesai"], []]


def test_a_value_that_is_none_of_the_field_is_said_beside_it(selling: Desk) -> None:
    said = {"left": "/luas", "word": ">", "right": "value", "value": "banyak", "message_id": "a", "message_en": "a"}

    assert errors_in(selling.fill("kecocokan/", said)) == ["Needed for what you chose."]


def test_a_check_that_an_expert_wrote_is_read_only_in_words(selling: Desk) -> None:
    rule = {"<=": [{"years": [{"var": "mulai"}, {"var": "$today"}]}, 17]}
    add(selling, ("form", "checks"), [{"rule": rule, "field": "/mulai", "message": {"id": "Muda.", "en": "Young."}}])

    page = selling.see("kecocokan/")

    assert "Must hold: (full years from “Start” to today) is not more than 17" in text_of(page)
    assert "kecocokan/ubah/" not in page.content.decode()
    assert selling.browser.get(selling.address("kecocokan/ubah/", nomor="0")).status_code == 302


def test_a_comparison_that_the_page_cannot_offer_is_not_opened_there(selling: Desk) -> None:
    """Saved from there it would become another: a select shows its first choice for what it has not."""
    rule = {">=": [{"var": "$today"}, {"var": "mulai"}]}
    add(selling, ("form", "checks"), [{"rule": rule, "field": "/mulai", "message": {"id": "Nanti.", "en": "Later."}}])

    assert "kecocokan/ubah/" not in selling.see("kecocokan/").content.decode()
    assert selling.browser.get(selling.address("kecocokan/ubah/", nomor="0")).status_code == 302


def test_what_is_worked_out_and_a_fee_rule_stand_in_words(selling: Desk) -> None:
    computed = {"type": "integer", "readOnly": True, "x-label": {"id": "Sewa", "en": "Rent"}}
    computed["x-computed"] = {"*": [{"var": "luas"}, {"+": [2500, 500]}]}
    add(selling, ("form", "schema", "properties", "sewa"), computed)
    add(selling, ("form", "ui", "elements", 1, "elements"), [
        *selling.draft.content["form"]["ui"]["elements"][1]["elements"],
        {"type": "Control", "scope": "#/properties/sewa"},
    ])  # fmt: skip
    rule = {"if": [{">": [{"var": "luas"}, 100]}, {"*": [{"var": "luas"}, 1000]}, 50000]}
    add(selling, ("fee",), {"rule": rule, "basis": "Perda 1/2024"})

    assert selling.draft.faults == []
    assert "Worked out: “Area” \N{MULTIPLICATION SIGN} (2,500 + 500)" in text_of(selling.see("isian/"))
    assert "nobody fills it in: “Area”" in text_of(selling.see("isian/ubah/", isian="/sewa"))
    fee = text_of(selling.see("biaya/"))
    assert "“Area” \N{MULTIPLICATION SIGN} 1,000 if “Area” is more than 100; otherwise 50,000" in fee


def add(desk: Desk, place: tuple[Any, ...], value: Any) -> None:
    """Write a part of the draft as an expert does, in the whole definition."""
    content = json.loads(json.dumps(desk.draft.content))
    *steps, last = place
    inner = content
    for step in steps:
        inner = inner[step]
    inner[last] = value
    desk.done("definisi/", {"text": json.dumps(content)})


@pytest.mark.parametrize("rule", [{"map": [{"var": "a"}, 1]}, {"+": []}, {"var": "tidak"}, {"if": 1}, {}])
def test_a_rule_without_words_is_left_to_the_definition(rule: Any) -> None:
    assert rule_in_words({"+": [1, rule]}, {}) == ""


def test_a_field_becomes_one_of_another_kind_and_the_class_is_said_before(selling: Desk) -> None:
    assert "nobody has answered it" in text_of(selling.see("isian/jenis/", isian="/luas"))
    texts = {"summary_id": "Berjualan di pasar malam.", "summary_en": "Sell at the night market."}
    selling.done("teks/", texts)
    selling.done("terbit/", {"when": "now"}, button="action=publish")
    selling.done("", button="action=begin")

    assert "Text: what was answered may not do any more" in text_of(selling.see("isian/jenis/", isian="/luas"))
    selling.done("isian/jenis/", {"kind": "choice"}, isian="/luas")

    node = selling.draft.content["form"]["schema"]["properties"]["luas"]
    assert (node["type"], node["x-label"]["en"], [each["const"] for each in node["oneOf"]]) == (
        "string",
        "Area",
        ["ya"],
    )
    assert selling.draft.faults == []
    assert "/luas" in [line.pointer for section in sections_of(selling.draft.content) for line in section.lines]


def test_a_kind_is_not_changed_while_something_looks_at_the_answer(selling: Desk) -> None:
    shown = {"condition": when("/luas", "least", None), "condition_value": "50"}
    selling.add_field("text", "Penjamin", "Guarantor", SECOND, **shown)
    before = selling.draft.content

    page = selling.see("isian/jenis/", isian="/luas")
    sent = {"kind": "text", "revision": str(selling.draft.revision)}
    selling.browser.post(selling.address("isian/jenis/", isian="/luas"), sent)

    assert "Something looks at this answer" in text_of(page)
    assert "Guarantor" in text_of(page)
    assert selling.draft.content == before


def test_a_guard_that_looks_at_the_answer_is_named_with_its_action(selling: Desk) -> None:
    flow = copy.deepcopy(dict(workflow_content("standard-review")))
    grant = next(each for each in flow["transitions"] if each["action"] == "grant")
    grant["guard"] = {
        "rule": {"<": [{"var": "answers.luas"}, 100]},
        "message": {"id": "Terlalu luas.", "en": "Too wide."},
    }
    selling.done("definisi/", {"text": json.dumps(selling.draft.content | {"workflow": flow})})
    assert selling.draft.faults == []

    page = selling.see("isian/jenis/", isian="/luas")

    assert "Something looks at this answer" in text_of(page)
    assert grant["label"]["en"] in text_of(page)
    assert "Something looks at this answer" not in text_of(selling.see("isian/jenis/", isian="/telepon"))


PAGES = ["", "teks/", "isian/", "isian/ubah/?isian=/telepon", "isian/jenis/?isian=/telepon", "kecocokan/", "syarat/"]
PAGES += ["biaya/", "proses/", "definisi/", "coba/", "uji/", "terbit/", "riwayat/"]


def test_pages_ask_the_database_no_more_for_a_longer_form_and_more_versions(selling: Desk) -> None:
    selling.done("teks/", {"summary_id": "Berjualan di pasar malam.", "summary_en": "Sell at the night market."})
    publish(selling)
    few = queries(selling)
    for number in range(2):
        selling.add_field("text", f"Isian {number}", f"Field {number}", SECOND, required="")
        selling.done("syarat/ubah/", {"title_id": f"Surat {number}", "title_en": f"Letter {number}", "optional": "on"})
        publish(selling)

    assert queries(selling) == few
    assert max(few.values()) <= 17, few


def publish(desk: Desk) -> None:
    later = {"drafts_policy": "carry_on"} if ServiceVersion.objects.exists() else {}
    desk.done("terbit/", {"when": "now"} | later, button="action=publish")
    desk.done("", button="action=begin")


def queries(desk: Desk) -> dict[str, int]:
    counts = {}
    for page in PAGES:
        with CaptureQueriesContext(connection) as found:
            assert desk.browser.get(f"{desk.address()}{page}").status_code == 200
        counts[page] = len(found)
    return counts


def test_the_list_asks_no_more_for_more_services(selling: Desk) -> None:
    counts = []
    for number in range(3):
        with CaptureQueriesContext(connection) as found:
            assert selling.browser.get(HOME).status_code == 200
        counts.append(len(found))
        new = {"title_id": f"Izin {number}", "title_en": f"Permit {number}", "source": "letter"}
        selling.browser.post(f"{HOME}baru/", new | {"agency": "DISDUKCAPIL", "slug": ""})

    assert len(set(counts)) == 1, counts
