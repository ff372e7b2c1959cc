"""Using the site: by keyboard alone, without JavaScript, in the other language, to a downloaded document."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PHONE, Visitor, before_a_screen
from tests.browser.scene import RESIDENT, Scene
from tests.journeys.test_spine import PASSWORD


def focused(visitor: Visitor) -> str:
    """Return the words of what has the focus."""
    return str(visitor.page.evaluate("(document.activeElement.innerText || document.activeElement.id).trim()"))


def tab_to(visitor: Visitor, words: str, most: int = 40) -> None:
    """Press Tab until what has the focus says `words`."""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        if words in focused(visitor):
            return
    raise AssertionError(f"{words!r} cannot be reached by Tab")


def test_the_first_stop_skips_to_the_content(somebody: Visitor) -> None:
    somebody.go("/")

    somebody.page.keyboard.press("Tab")
    assert focused(somebody) == "Langsung ke isi"
    expect(somebody.page.locator(".skip")).to_be_in_viewport()
    somebody.page.keyboard.press("Enter")
    somebody.page.keyboard.press("Tab")

    assert focused(somebody) == "q"


def test_what_has_the_focus_is_seen_to_have_it(somebody: Visitor) -> None:
    somebody.go("/layanan/akta-kelahiran/")

    for _ in range(12):
        somebody.page.keyboard.press("Tab")
        outline = somebody.page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; })()"
        )
        assert outline, focused(somebody)


def test_signing_in_and_tracking_by_keyboard_alone(somebody: Visitor, scene: Scene) -> None:
    somebody.go("/permohonan/")
    tab_to(somebody, "id_login")
    somebody.page.keyboard.type(RESIDENT)
    somebody.page.keyboard.press("Tab")
    somebody.page.keyboard.type(PASSWORD)
    somebody.page.keyboard.press("Enter")
    somebody.page.wait_for_url(f"{scene.base_url}/permohonan/")

    tab_to(somebody, "Kutipan Akta Kelahiran")
    somebody.page.keyboard.press("Enter")
    somebody.page.wait_for_url(re.compile(r"/permohonan/[0-9a-f-]{36}/$"))

    expect(somebody.page.locator("h1")).to_have_text("Kutipan Akta Kelahiran")
    assert somebody.complaints == []


def test_the_menu_opens_by_keyboard_and_leads_to_signing_out(somebody: Visitor) -> None:
    somebody.sign_in()
    tab_to(somebody, "Siti Aminah")
    somebody.page.keyboard.press("Enter")
    tab_to(somebody, "Keluar")
    somebody.page.keyboard.press("Enter")
    somebody.page.wait_for_url(f"{somebody.base_url}/accounts/logout/")

    somebody.page.locator("main form button").click()

    expect(somebody.page.locator("header")).to_contain_text("Masuk")


def test_another_language_keeps_the_place_and_stays(somebody: Visitor) -> None:
    somebody.go("/layanan/?q=kelahirn")

    somebody.page.locator(".languages button[value=en]").click()

    expect(somebody.page.locator("h1")).to_have_text("Services")
    assert somebody.page.url.endswith("/layanan/?q=kelahirn")
    expect(somebody.page.locator(".service h3").first).to_have_text("Birth certificate")
    somebody.go("/")
    expect(somebody.page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_search_to_a_verified_document(scripts: bool, scene: Scene, chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=scripts, accept_downloads=True)
    visitor = before_a_screen(context, scene.base_url)
    page = visitor.page
    visitor.go("/")
    page.locator("#q").fill("kelahirn")
    page.locator(".search button").click()
    page.locator(".service h3 a").first.click()
    expect(page.locator("h1")).to_have_text("Kutipan Akta Kelahiran")
    visitor.sign_in()
    visitor.go(f"/permohonan/{scene.places['granted']}/")

    with page.expect_download() as download:
        page.locator(".document a", has_text="Unduh").click()
    file = tmp_path / "document.pdf"
    download.value.save_as(file)
    page.locator(".document a", has_text="Verifikasi").click()

    assert file.read_bytes().startswith(b"%PDF")
    expect(page.locator("h1")).to_have_text("Asli dan berlaku")
    page.locator("details summary", has_text="Periksa berkasnya").click()
    expect(page.locator(".hash")).to_be_visible()
    context.close()


def test_a_typed_code_leads_to_its_document(somebody: Visitor, scene: Scene) -> None:
    somebody.go("/v/")
    somebody.page.locator("#code").fill(scene.places["code"].replace("-", " ").lower())

    somebody.page.locator("main button").click()

    expect(somebody.page.locator("h1")).to_have_text("Asli dan berlaku")
    assert somebody.complaints == []


def test_an_empty_sign_in_is_stopped_with_the_field_in_focus(somebody: Visitor) -> None:
    somebody.go("/accounts/login/")

    somebody.page.locator("main form button[type=submit]").first.click()

    assert somebody.page.url.endswith("/accounts/login/")
    assert focused(somebody) == "id_login"
