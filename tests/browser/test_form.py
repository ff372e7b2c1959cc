"""A service's form in the browser: every definition, each step, both widths and languages, light and dark."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from services.definitions import load_yaml
from services.definitions.editing.starting import STARTERS, starter
from services.definitions.fields import ITEM
from services.definitions.service import Definition
from services.definitions.values import steps_of
from services.definitions.vectors import read_vectors
from superapp.launch.bootstrap import ROOT
from tests.browser.conftest import Visitor
from tests.browser.generated import told
from tests.browser.test_look import LOOK
from tests.browser.test_use import tab_to

VECTORS = read_vectors()
PUBLISHED = {path.stem: path for path in sorted((ROOT / "services" / "modules").glob("*/definitions/*.yaml"))}
PAGE = "/layanan/izin-reklame/formulir/"
SHOW = """([definition, answers, today]) => {
  const place = document.querySelector("[data-form]"), shown = JSON.parse(document.getElementById("shown").textContent);
  (window.form ?? place.form).unmount();
  window.form = SuperappForm.mount(place, { ...shown, definition, answers, today });
}"""
IDS = "[...document.querySelectorAll('.form [id]')].map(each => each.id.replace(/^[^-]+/, ''))"
# A definition with every kind of field, and three of which nobody can publish a service yet.
SAMPLES = {
    "every kind": VECTORS["definitions"]["uji-mesin"],
    **{name: starter(name, slug="contoh", title={"id": "Contoh", "en": "Sample"}) for name in STARTERS},
}


def show(visitor: Visitor, definition: Any, answers: Any = None, today: str = "2026-11-24") -> None:
    """Show a definition in place of the page's own."""
    visitor.page.evaluate(SHOW, [dict(definition), answers or {}, today])
    expect(visitor.page.locator(".form")).to_be_visible()


def steps_of_form(page: Page) -> int:
    return page.locator(".form-progress button").count()


def walk(visitor: Visitor) -> dict[str, list[str]]:
    """Look at each step, untouched and with everything told that is wrong; return what does not please, by step."""
    expect(visitor.page.locator(".form")).to_be_visible()
    found: dict[str, list[str]] = {}
    visitor.complaints.clear()
    for place in range(steps_of_form(visitor.page)):
        visitor.page.locator(".form-progress button").nth(place).click()
        found[f"step {place}"] = visitor.page.evaluate(LOOK)
        visitor.page.locator(".form button[type=submit]").click()
        found[f"step {place} told"] = visitor.page.evaluate(LOOK)
    found["console"] = list(visitor.complaints)
    return {place: wrong for place, wrong in found.items() if wrong}


@pytest.mark.parametrize("slug", PUBLISHED)
def test_the_form_of_every_published_service_can_be_seen_and_used(looking: tuple[Visitor, str], slug: str) -> None:
    visitor, language = looking
    visitor.go(f"/layanan/{slug}/formulir/")

    assert visitor.page.locator("html").get_attribute("lang") == language
    assert walk(visitor) == {}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_kind_and_every_definition_to_begin_from_can_be_seen_and_used(
    looking: tuple[Visitor, str], name: str
) -> None:
    visitor, _language = looking
    visitor.go(PAGE)
    show(visitor, SAMPLES[name])

    assert walk(visitor) == {}


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_what_is_shown_hidden_and_told_is_what_the_server_says(somebody: Visitor, case: dict[str, Any]) -> None:
    content = VECTORS["definitions"][case["definition"]]
    definition = Definition(content, "")
    server = told(definition, case["given"], case["today"])
    somebody.go(PAGE)
    show(somebody, content, case["given"], case["today"])
    page = somebody.page

    seen: set[str] = set()
    for place in range(steps_of_form(page)):
        page.locator(".form-progress button").nth(place).click()
        seen.update(page.evaluate(IDS))
    page.locator(".form button[type=submit]").click()

    assert _verdict(page) == {
        key: server[key] for key in ("answers", "hidden", "problems", "computed", "fee", "documents")
    }
    assert sorted(page.locator(".form-summary a").all_inner_texts()) == sorted(each[2] for each in server["details"])
    assert page.locator(".form-complete").count() == (not server["problems"])
    for field in definition.form.fields:
        if ITEM not in field.steps and field.node.get("type") != "object" and field.steps[-1] not in ("lat", "lon"):
            hidden = any(list(field.steps[: len(each)]) == each for each in map(steps_of, server["hidden"]))
            assert (field.path.replace("/", "-") in seen) is not hidden, field.path
    # Chromium says of a date that is none that its field cannot hold it.
    assert [each for each in somebody.complaints if "does not conform to the required format" not in each] == []


def _verdict(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(
        "({ ...form.evaluation, problems: form.evaluation.problems.map(each => [each.pointer, each.code]) })"
    )
    return found | {"problems": sorted(found["problems"])}


def test_a_form_is_filled_in_with_what_each_kind_needs(somebody: Visitor, tmp_path: Path) -> None:
    page = somebody.page
    somebody.go("/layanan/izin-reklame/formulir/")
    page.get_by_label("Badan usaha").check()
    page.get_by_label("Nama").fill("PT Beriman Jaya")
    page.get_by_label("Telepon").fill("0812-3456-7890")
    page.get_by_label("NIB").fill("0220001234567")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Papan atau billboard").check()
    page.get_by_label("Menempel bangunan").check()
    page.get_by_label("Lebar (meter)").fill("2,5")
    page.get_by_label("Tinggi (meter)").fill("4")
    page.get_by_label("Lama pemasangan (bulan)").fill("6")
    page.get_by_label("Kecamatan").select_option(label="Balikpapan Kota")
    page.get_by_label("Kelurahan", exact=True).select_option(label="Klandasan Ilir")
    for box in page.locator(".form textarea, .form input[type=text]").all():
        if not box.input_value():
            box.fill("Selamat datang di Balikpapan")
    page.get_by_role("button", name="Lanjut").click()

    expect(page.locator(".form-heading")).to_have_text("Dokumen dan periksa")
    expect(page.locator(".form-fee strong")).to_contain_text("Rp")
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(b"%PDF-1.7\n")
    page.get_by_label("Perhitungan konstruksi").set_input_files(scan)
    expect(page.locator(".form-chosen")).to_contain_text("scan.pdf")
    page.get_by_label("Foto titik lokasi").set_input_files(scan)
    expect(page.locator(".errorlist")).to_have_text("Berkas ini bukan JPEG, PNG.")
    page.get_by_role("button", name="Periksa isian").click()
    expect(page.locator(".form-complete")).to_contain_text("Tidak ada yang dikirim atau disimpan.")
    sent = page.evaluate("document.querySelector('[data-form]').form.evaluation.answers")
    assert sent["reklame"] | {"teks": ""} == sent["reklame"] | {"lebar_m": 2.5, "tinggi_m": 4, "bulan": 6, "teks": ""}
    assert sent["pemohon"]["telepon"] == "081234567890"
    assert somebody.complaints == []


def test_what_a_rule_hides_goes_and_comes_back_as_it_was(somebody: Visitor) -> None:
    page = somebody.page
    somebody.go("/layanan/akta-kelahiran/formulir/")
    page.locator(".form-progress button").nth(1).click()
    married = page.get_by_role("group", name="Perkawinan orang tua tercatat")
    married.get_by_label("Ya").check()
    page.get_by_label("Tanggal perkawinan").fill("2024-06-15")

    married.get_by_label("Tidak").check()

    answers = "document.querySelector('[data-form]').form.evaluation.answers.orang_tua"
    expect(page.get_by_label("Tanggal perkawinan")).to_have_count(0)
    page.wait_for_function(f"!('tanggal_kawin' in {answers})")
    married.get_by_label("Ya").check()
    expect(page.get_by_label("Tanggal perkawinan")).to_have_value("2024-06-15")


def test_by_keyboard_from_the_summary_to_the_field(somebody: Visitor) -> None:
    somebody.go("/layanan/ktp-el/formulir/")
    page = somebody.page
    page.locator(".form button[type=submit]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".form-summary")).to_be_focused()

    words = page.locator(".form-summary a").first.inner_text()
    tab_to(somebody, words)
    page.keyboard.press("Enter")

    described = page.evaluate("document.activeElement.getAttribute('aria-describedby')")
    assert words in page.locator(f"#{described.split()[-1]}").inner_text()


def test_a_list_grows_and_shrinks(somebody: Visitor) -> None:
    page = somebody.page
    somebody.go(PAGE)
    show(somebody, PUBLISHED_CONTENT["akta-kelahiran"], {"anak": {"tempat_dilahirkan": "rumah"}})
    page.locator(".form-progress button").nth(3).click()
    page.get_by_role("button", name="Tambah: Dua saksi kelahiran").click()
    expect(page.locator(".form-item")).to_have_count(2)
    expect(page.get_by_role("button", name="Tambah: Dua saksi kelahiran")).to_have_count(0)
    page.get_by_label("Nama saksi").first.fill("Budi")

    page.get_by_role("button", name="Hapus: Dua saksi kelahiran 2").click()

    page.wait_for_function("form.evaluation.answers.saksi?.length === 1")
    assert page.evaluate("form.evaluation.answers.saksi") == [{"nama": "Budi"}]


PUBLISHED_CONTENT = {name: load_yaml(path).content for name, path in PUBLISHED.items()}
