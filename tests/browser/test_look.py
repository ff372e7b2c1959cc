"""Every page, on a small phone and at a desk, light and dark, in both languages: it fits, it can be read and hit."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, Visitor
from tests.browser.pages import COUNTER, LEAVING, MINE, OFFICE, STRANGERS
from tests.browser.scene import CONSENT, NAMED_AT_LENGTH, RESIDENT, Scene

CONSENT_PAGE = f"/o/authorize/?{urlencode(CONSENT)}"
UNFOLD = "for (const each of document.querySelectorAll('main details')) each.open = true"
LOOK = Path(__file__).with_name("look.js").read_text()


def look(visitor: Visitor, path: str, language: str) -> list[str]:
    """Open a page; return what is wrong with it."""
    visitor.complaints.clear()
    visitor.go(path)
    wrong = [*visitor.page.evaluate(LOOK), *visitor.complaints]
    visitor.page.evaluate(UNFOLD)
    wrong += [f"unfolded: {each}" for each in visitor.page.evaluate(LOOK) if each not in wrong]
    if (said := visitor.page.locator("html").get_attribute("lang")) != language:
        wrong.append(f"its language is {said}")
    return wrong


def look_at(paths: list[str], visitor: Visitor, scene: Scene, language: str) -> dict[str, list[str]]:
    """Open pages one after another; return what is wrong with each where something is."""
    found = {path: look(visitor, path.format(**scene.places), language) for path in paths}
    return {path: wrong for path, wrong in found.items() if wrong}


def test_pages_for_strangers(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking

    assert look_at(STRANGERS, visitor, scene, language) == {}


def test_pages_for_a_resident(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking
    visitor.sign_in()

    assert look_at(MINE, visitor, scene, language) == {}


@pytest.mark.parametrize(
    ("who", "paths"),
    [("admin", OFFICE), ("counter", COUNTER), ("leaving", LEAVING)],
)
def test_pages_for_whoever_else(looking: tuple[Visitor, str], scene: Scene, who: str, paths: list[str]) -> None:
    """An agency's admin, an officer at the counter, a resident who lets their account be erased."""
    visitor, language = looking
    visitor.page.context.add_cookies(scene.cookies(who))

    assert look_at(paths, visitor, scene, language) == {}
    assert "/login/" not in visitor.page.url


def test_who_is_looked_for_by_name_in_more_pages_than_one(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, _language = looking
    visitor.page.context.add_cookies(scene.cookies("counter"))
    visitor.go("/kantor/permohonan/")
    visitor.page.evaluate(UNFOLD)
    visitor.page.evaluate("document.querySelector('form[action$=\"/cari/\"]').action += '?limit=1'")
    visitor.page.locator("#name-sought").fill("siti")
    pages = visitor.page.locator("form.pages button")
    lines = []
    for button in (visitor.page.locator("form[action*='/cari/'] button"), pages.last, pages.first):
        with visitor.page.expect_navigation():
            button.click()
        assert visitor.page.evaluate(LOOK) == []
        lines.append(visitor.page.locator("ul.lines").inner_text())

    assert (lines[0] == lines[2], lines[0] == lines[1]) == (True, False)


def test_the_consent_page(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking
    visitor.sign_in()

    assert look(visitor, CONSENT_PAGE, language) == []


def test_a_long_name_stays_on_the_screen(looking: tuple[Visitor, str]) -> None:
    visitor, language = looking
    visitor.sign_in(NAMED_AT_LENGTH)

    paths = ["/", "/akun/keluarga/", "/accounts/password/reset/", CONSENT_PAGE]
    found = {path: look(visitor, path, language) for path in paths}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("email", [RESIDENT, "ibu.warga@demo.balikpapan.example"])
def test_the_family_page_unfolded(looking: tuple[Visitor, str], email: str) -> None:
    visitor, _language = looking
    visitor.sign_in(email)
    visitor.go("/akun/keluarga/")

    visitor.page.evaluate(UNFOLD)

    assert visitor.page.locator("main form").count() > 3
    assert visitor.page.evaluate(LOOK) == []


def test_a_code_is_asked_for_in_a_page_that_fits(looking: tuple[Visitor, str]) -> None:
    visitor, language = looking
    width = (visitor.page.viewport_size or PHONE)["width"]
    visitor.go("/accounts/login/code/")
    # One address each: an address gets three codes a minute.
    visitor.page.locator("#id_email").fill(f"nama.panjang.sekali.{language}.{width}@demo.balikpapan.example")
    visitor.page.locator("main form button[type=submit]").first.click()

    expect(visitor.page.locator("#id_code")).to_be_visible()
    assert visitor.page.evaluate(LOOK) == []


def test_every_filter_is_at_hand_at_a_desk_and_folded_on_a_phone(looking: tuple[Visitor, str]) -> None:
    visitor, _language = looking
    visitor.go("/layanan/")

    wide = (visitor.page.viewport_size or PHONE)["width"] == DESK["width"]
    assert visitor.page.locator("#agency").is_visible() == wide


def test_errors_beside_their_fields(looking: tuple[Visitor, str]) -> None:
    visitor, _language = looking
    visitor.go("/accounts/signup/")
    visitor.page.locator("#id_full_name").fill("Siti")
    visitor.page.locator("#id_password1").fill("12345")
    visitor.page.locator("main form button[type=submit]").first.click()

    field = visitor.page.locator("#id_password1")
    assert field.get_attribute("aria-invalid") == "true"
    assert "id_password1_error" in str(field.get_attribute("aria-describedby"))
    assert visitor.page.locator("#id_password1_error").is_visible()
    assert visitor.page.evaluate(LOOK) == []


@pytest.mark.parametrize("path", ["/tidak/ada/", "/v/1111-1111-1111-G", "/o/authorize/?client_id=nobody"])
def test_what_cannot_be_shown_is_a_page_too(looking: tuple[Visitor, str], path: str) -> None:
    visitor, language = looking
    visitor.sign_in()

    wrong = look(visitor, path, language)

    assert [each for each in wrong if not each.startswith("Failed to load resource")] == []


def test_on_paper_there_is_no_menu(somebody: Visitor, scene: Scene) -> None:
    somebody.sign_in()
    somebody.go(f"/permohonan/{scene.places['granted']}/")

    somebody.page.emulate_media(media="print")

    assert not somebody.page.locator("nav.top-nav").is_visible()
    assert not somebody.page.locator(".languages").is_visible()
    assert somebody.page.locator(".timeline").is_visible()
