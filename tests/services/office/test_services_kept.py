"""`/kantor/layanan/`: nothing is lost, nothing goes past those who may not, whatever is sent."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone

from services.agencies.models import Agency
from services.catalogue.models import Change, Service, ServiceDraft, ServiceVersion
from services.catalogue.operations.drafts import create_service
from services.definitions import load_yaml
from services.definitions.editing import sections_of
from services.office.authoring.urls import urlpatterns
from tests.services.office.desk import HOME, Desk, errors_in
from tests.services.office.test_clients_pages import browser_of
from tests.services.office.test_services_pages import FIRST, NEW, SECOND, stall
from tests.services.portal.pages import text_of

__all__ = ["stall"]

pytestmark = pytest.mark.django_db
ONE = ["", "teks/", "isian/", "isian/baru/?jenis=text&bagian=/form/ui", "isian/ubah/?isian=/telepon", "kecocokan/"]
ONE += ["kecocokan/ubah/?nomor=0", "isian/jenis/?isian=/telepon"]
ONE += ["isian/bagian/?bagian=/form/ui/elements/0", "syarat/", "syarat/ubah/", "syarat/ubah/?id=ktp_el", "biaya/"]
ONE += [
    "proses/",
    "definisi/",
    "coba/",
    "uji/",
    "terbit/",
    "riwayat/",
    "versi/1/",
    "versi/1/kembali/",
    "modul/",
    "ekspor/",
]
PARTS = [each for each in ONE if each and not each.startswith(("riwayat", "versi", "modul", "ekspor", "uji"))]


def test_the_list_above_has_every_page_of_a_service() -> None:
    pages = {
        str(each.pattern).removeprefix("kantor/layanan/<slug:slug>/").replace("<int:number>", "1")
        for each in urlpatterns
        if isinstance(each, URLPattern) and "<slug:slug>" in str(each.pattern)
    }

    assert pages == {each.partition("?")[0] for each in ONE}


@pytest.mark.parametrize("page", ONE)
def test_to_another_agencys_admin_there_is_no_such_service(page: str, stall: Desk, stranger: Client) -> None:
    before = stall.draft.revision

    assert stranger.get(stall.address() + page).status_code == 404
    sent = stranger.post(stall.address() + page, {"action": "discard", "revision": before})
    assert sent.status_code in (404, 405)
    assert Client().get(stall.address() + page)["Location"].startswith("/accounts/login/")
    assert stall.draft.revision == before


@pytest.mark.parametrize("page", [*ONE, HOME, f"{HOME}baru/", f"{HOME}impor/", "/kantor/aturan/"])
def test_every_page_asks_for_the_second_factor(page: str, stall: Desk) -> None:
    address = page if page.startswith("/") else stall.address() + page

    found = browser_of(stall.user, "pwd").get(address)

    assert found["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_a_form_from_elsewhere_is_refused(stall: Desk) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = stall.browser.cookies

    assert browser.post(stall.address("biaya/"), {"how": "fixed"}).status_code == 403


@pytest.mark.parametrize("page", PARTS)
def test_without_a_draft_each_part_leads_back_to_the_service(page: str, stall: Desk) -> None:
    stall.done("terbit/", {}, button="action=publish")

    for answer in (stall.browser.get(stall.address() + page), stall.browser.post(stall.address() + page, {})):
        assert (answer.status_code, answer["Location"]) == (302, stall.address())
    assert not ServiceDraft.objects.exists()


def test_who_is_overtaken_sees_what_stands_and_loses_nothing(stall: Desk, colleague: Desk) -> None:
    seen = stall.see("teks/")
    colleague.done("teks/", {"summary_id": "Dari Rudi.", "summary_en": "By Rudi."})

    answer = stall.send("teks/", seen, {"summary_id": "Dari Dewi.", "summary_en": "By Dewi."})

    assert answer.status_code == 200
    assert f"Saved meanwhile by {colleague.user.full_name}" in text_of(answer)
    assert "By Rudi." in text_of(answer)
    assert "By Dewi.</textarea>" in answer.content.decode()
    assert stall.draft.content["summary"]["en"] == "By Rudi."

    again = stall.send("teks/", answer, {})
    assert again.status_code == 302
    assert stall.draft.content["summary"]["en"] == "By Dewi."


def test_two_who_change_different_parts_keep_both(stall: Desk, colleague: Desk) -> None:
    seen = stall.see("isian/ubah/", isian="/telepon")
    colleague.done("biaya/", {"how": "fixed", "amount": "5000", "basis": "Perda 1/2024"})

    overtaken = stall.send("isian/ubah/", seen, {"label_en": "Mobile phone"}, isian="/telepon")
    assert stall.send("isian/ubah/", overtaken, {}, isian="/telepon").status_code == 302

    content = stall.draft.content
    assert content["fee"]["amount"] == 5000
    assert content["form"]["schema"]["properties"]["telepon"]["x-label"]["en"] == "Mobile phone"


def test_a_move_that_was_overtaken_moves_nothing(stall: Desk, colleague: Desk) -> None:
    seen = stall.see("isian/")
    colleague.add_field("text", "Alamat", "Address")
    before = stall.draft.content

    answer = stall.send("isian/", seen, {"isian": "/nama_lengkap"}, button="action=field-down")

    assert answer.status_code == 302
    assert "Saved meanwhile" in text_of(stall.see("isian/"))
    assert stall.draft.content == before


def test_what_was_removed_meanwhile_cannot_be_changed(stall: Desk) -> None:
    seen = stall.see("isian/ubah/", isian="/telepon")
    stall.done("isian/", {"isian": "/telepon"}, button="action=field-remove")

    answer = stall.send("isian/ubah/", seen, {"label_en": "Mobile"}, isian="/telepon")

    assert (answer.status_code, answer["Location"]) == (302, stall.address("isian/"))
    assert "telepon" not in stall.draft.content["form"]["schema"]["properties"]


def test_fields_and_sections_move_and_go(stall: Desk) -> None:
    stall.done("isian/", {"isian": "/nama_lengkap"}, button="action=field-down")
    stall.done("isian/", {"isian": "/keperluan"}, button="action=field-up")
    stall.done("isian/", {"bagian": SECOND}, button="action=section-remove")
    stall.done("isian/", {"label_id": "Usaha", "label_en": "Business"})
    stall.done("isian/", {"bagian": SECOND}, button="action=section-up")

    labels = [each["label"]["en"] for each in stall.draft.content["form"]["ui"]["elements"]]
    scopes = [each["scope"][13:] for each in stall.draft.content["form"]["ui"]["elements"][1]["elements"]]
    assert (labels, scopes) == (["Business", "Applicant"], ["telepon", "nama_lengkap", "keperluan"])
    faults = text_of(stall.see("terbit/"))
    assert "1 thing to mend" in faults
    assert "Form" in faults


@pytest.mark.parametrize(
    ("page", "typed", "said"),
    [
        ("teks/", {"title_en": ""}, "required"),
        ("teks/", {"title_en": "a\u200bb"}, "letters that nobody sees"),
        ("teks/", {"legal_basis": ""}, "required"),
        ("biaya/", {"how": "fixed", "amount": ""}, "Needed for what you chose"),
        ("biaya/", {"how": "fixed", "amount": "-1"}, "greater than or equal to 0"),
        ("biaya/", {"basis": "x"}, "at least 3"),
        ("proses/", {"days": "9999"}, "less than or equal to 365"),
        ("proses/", {"document": "Surat Ä"}, "Small letters"),
        ("syarat/ubah/", {"title_id": "", "title_en": "x"}, "required"),
        ("kecocokan/", {"left": "/nama_lengkap", "right": "value", "value": ""}, "Needed for what you chose"),
        ("isian/ubah/?isian=/telepon", {"help_id": "Bantuan"}, "both languages"),
        ("isian/baru/?jenis=choice&bagian=/form/ui/elements/0", {"label_id": "A", "label_en": "A"}, "one choice"),
        ("definisi/", {"text": "service: ["}, "cannot be read"),
        ("definisi/", {"text": "service: lain"}, "It stays izin-lapak"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is_typed(page: str, typed: dict[str, Any], said: str, stall: Desk) -> None:
    before = stall.draft.content
    page, _, asked = page.partition("?")

    answer = stall.fill(page, typed, **dict(each.split("=") for each in asked.split("&") if each))

    assert answer.status_code == 200
    assert said in " ".join(errors_in(answer)), errors_in(answer)
    assert stall.draft.content == before


@pytest.mark.parametrize(
    ("page", "sent"),
    [
        ("isian/", {"action": "field-up", "isian": "/tidak/ada"}),
        ("isian/", {"action": "field-remove", "isian": ""}),
        ("isian/", {"action": "section-up", "bagian": "/form/ui"}),
        ("isian/", {"action": "section-remove", "bagian": FIRST}),
        ("isian/", {"action": "section-remove", "bagian": "/fee"}),
        ("syarat/", {"action": "remove", "id": "tidak_ada"}),
        ("kecocokan/", {"action": "remove", "number": "7"}),
        ("kecocokan/", {"action": "remove", "number": "x"}),
        ("kecocokan/ubah/?nomor=7", {"left": "/telepon"}),
        ("kecocokan/ubah/?nomor=x", {"left": "/telepon"}),
        ("isian/jenis/?isian=/tidak/ada", {"kind": "text"}),
        ("isian/jenis/?isian=/telepon", {"kind": "file"}),
        ("isian/ubah/?isian=/tidak/ada", {"label_id": "a"}),
        ("isian/baru/?jenis=text&bagian=/fee", {"label_id": "a", "label_en": "a"}),
        ("isian/baru/?jenis=text&daftar=/tidak", {"label_id": "a", "label_en": "a"}),
        ("isian/baru/?jenis=tidak", {}),
        ("biaya/", {"how": "choice:/tidak"}),
        ("biaya/", {"how": "unit", "unit": "/tidak"}),
        ("isian/ubah/?isian=/telepon", {"condition": "[]"}),
        ("terbit/", {"action": "publish", "when": "later", "effective_from": "kemarin"}),
        ("", {"action": "discard", "revision": "x"}),
        ("", {"action": "approve"}),
        ("", {"action": "take_back"}),
        ("", {"action": "reopen", "reason": "x"}),
        ("", {"action": "retire", "reason": "x"}),
        ("", {"action": "begin"}),
        ("coba/", {"/telepon": "\x00", "/luas/": "nan"}),
    ],
)
def test_what_no_page_offers_changes_nothing(page: str, sent: dict[str, Any], stall: Desk) -> None:
    draft = stall.draft

    answer = stall.browser.post(stall.address() + page, {"revision": draft.revision} | sent)

    assert answer.status_code in (200, 302, 404), answer.content[:300]
    assert (stall.draft.content, stall.draft.revision) == (draft.content, draft.revision)
    assert not ServiceVersion.objects.exists()


@pytest.mark.parametrize("content", [{"form": 1}, {"form": {"ui": {"elements": [1]}}}, {"title": "x"}, {}])
def test_a_draft_of_any_shape_can_be_looked_at_and_mended(content: Any, stall: Desk) -> None:
    draft = stall.draft
    draft.content = content | {"service": "izin-lapak"}
    draft.faults = [{"pointer": "/form/x", "message": "this is wrong", "hint": "Mend it"}]
    draft.save()

    for page in PARTS:
        assert stall.browser.get(stall.address() + page).status_code in (200, 302), page
    assert stall.see().status_code == 200
    assert stall.browser.get(HOME).status_code == 200
    stall.done("definisi/", {"text": "service: izin-lapak\ntitle: {id: A, en: B}\n"})
    assert stall.draft.content["title"] == {"id": "A", "en": "B"}


def test_faults_stand_by_line_beside_the_text(stall: Desk) -> None:
    shown = stall.see("definisi/")
    assert "can be published as it is" in text_of(shown)
    broken = shown.content.decode().partition("</textarea>")[0].rpartition(">")[2]

    stall.done("definisi/", {"text": "service: izin-lapak\nfee: {amount: gratis}\n"})

    told = text_of(stall.see("definisi/"))
    assert "Line 2 /fee/amount" in told
    assert broken


def test_saved_over_a_text_keeps_both_in_sight(stall: Desk, colleague: Desk) -> None:
    seen = stall.see("definisi/")
    colleague.done("definisi/", {"text": "service: izin-lapak\nkeywords: [rudi]\n"})

    answer = stall.send("definisi/", seen, {"text": "service: izin-lapak\nkeywords: [dewi]\n"})

    assert answer.status_code == 200
    assert "keywords: [dewi]" in answer.content.decode()
    assert "keywords: [rudi]" in text_of(answer)
    assert stall.draft.content["keywords"] == ["rudi"]


def test_a_slug_that_is_taken_is_said_beside_it(stall: Desk, stranger: Client) -> None:
    taken = stranger.post(f"{HOME}baru/", NEW | {"agency": "DLH", "slug": "izin-lapak"})
    foreign = stranger.post(f"{HOME}baru/", NEW | {"agency": "DISDUKCAPIL", "slug": "lain"})
    page = stranger.post(f"{HOME}baru/", NEW | {"agency": "DLH", "slug": "baru"})

    assert "Another service has this name already." in errors_in(taken)
    assert (foreign.status_code, page.status_code) == (200, 200)
    assert Service.objects.count() == 1


def test_all_is_in_the_history(stall: Desk) -> None:
    stall.done("biaya/", {"how": "fixed", "amount": "1"})
    stall.done("terbit/", {"reason": "Perda baru"}, button="action=publish")

    assert [each.what for each in Change.objects.order_by("pk")] == [
        "created", "draft_begun", "draft_changed", "published",
    ]  # fmt: skip
    assert set(Change.objects.values_list("actor_id", flat=True)) == {stall.user.pk}
    told = text_of(stall.see("riwayat/"))
    assert "Perda baru" in told
    assert stall.user.full_name in told


@pytest.mark.parametrize("slug", ["akta-kelahiran", "ktp-el", "izin-reklame"])
def test_what_modules_bring_is_shown_saved_and_tried_as_it_stands(slug: str, desk: Desk) -> None:
    path = next(Path(settings.BASE_DIR, "services", "modules").glob(f"*/definitions/{slug}.yaml"))
    content = dict(load_yaml(path).content)
    create_service(agency=Agency.objects.get(), slug=slug, content=content, actor_id=desk.user.pk, now=timezone.now())
    desk.slug = slug
    lines = [line.pointer for section in sections_of(content) for line in section.lines]

    for page in ("teks/", "biaya/", "proses/"):
        desk.done(page, {})
    for pointer in lines:
        desk.done("isian/ubah/", {}, isian=pointer)
    for document in content["requirements"]:
        desk.done("syarat/ubah/", {}, id=document["id"])
    assert desk.fill("coba/", {}).status_code == 200

    assert {key: desk.draft.content.get(key) for key in content} == content
    assert (desk.draft.content.keys(), desk.draft.faults) == (content.keys(), [])
