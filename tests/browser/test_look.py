"""Every page, on a small phone and at a desk, light and dark, in both languages: it fits, it can be read and hit."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, NAMED_AT_LENGTH, PHONE, RESIDENT, Scene, Visitor

STRANGERS = [
    "/",
    "/layanan/",
    "/layanan/?q=kelahirn&category=kependudukan",
    "/layanan/?q=zzzz",
    "/layanan/akta-kelahiran/",
    "/layanan/izin-reklame/",
    "/v/",
    "/v/{code}",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/login/code/",
    "/accounts/password/reset/",
    "/accounts/inactive/",
]
MINE = [
    "/",
    "/permohonan/",
    "/permohonan/{draft}/",
    "/permohonan/{submitted}/",
    "/permohonan/{rejected}/",
    "/permohonan/{granted}/",
    "/akun/",
    "/akun/identitas/",
    "/akun/keluarga/",
    "/akun/keamanan/",
    "/akun/perangkat/",
    "/akun/riwayat/",
    "/akun/terhubung/",
    "/akun/persetujuan/",
    "/akun/akses-data/",
    "/akun/unduhan/",
    "/akun/permintaan/",
    "/akun/hapus/",
    "/accounts/email/",
    "/accounts/phone/change/",
    "/accounts/password/change/",
    "/accounts/logout/",
    "/accounts/reauthenticate/",
]
OFFICE = ["/akun/", "/kantor/klien/", "/kantor/klien/baru/", "/kantor/klien/{site}/", "/kantor/klien/{site}/ubah/"]
CONSENT = urlencode(
    {
        "response_type": "code",
        "client_id": "antrean",
        "redirect_uri": "https://antre.example/callback",
        "scope": "openid profile email phone applications",
        "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        "code_challenge_method": "S256",
    }
)
LOOK = Path(__file__).with_name("look.js").read_text()


def look(visitor: Visitor, path: str, language: str) -> list[str]:
    """Open a page; return what is wrong with it."""
    visitor.complaints.clear()
    visitor.go(path)
    wrong = [*visitor.page.evaluate(LOOK), *visitor.complaints]
    if (said := visitor.page.locator("html").get_attribute("lang")) != language:
        wrong.append(f"its language is {said}")
    return wrong


def test_pages_for_strangers(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking

    found = {path: look(visitor, path.format(code=scene.code), language) for path in STRANGERS}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_pages_for_a_resident(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking
    visitor.sign_in()

    found = {path: look(visitor, path.format(**vars(scene)), language) for path in MINE}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_pages_for_an_agencys_admin(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking
    visitor.page.context.add_cookies(scene.admin)

    found = {path: look(visitor, path.format(site=scene.site), language) for path in OFFICE}

    assert "/login/" not in visitor.page.url
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_consent_page(looking: tuple[Visitor, str], scene: Scene) -> None:
    visitor, language = looking
    visitor.sign_in()

    assert look(visitor, f"/o/authorize/?{CONSENT}", language) == []


def test_a_long_name_stays_on_the_screen(looking: tuple[Visitor, str]) -> None:
    visitor, language = looking
    visitor.sign_in(NAMED_AT_LENGTH)

    paths = ["/", "/akun/keluarga/", "/accounts/password/reset/", f"/o/authorize/?{CONSENT}"]
    found = {path: look(visitor, path, language) for path in paths}

    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("email", [RESIDENT, "ibu.warga@demo.balikpapan.example"])
def test_the_family_page_unfolded(looking: tuple[Visitor, str], email: str) -> None:
    visitor, _language = looking
    visitor.sign_in(email)
    visitor.go("/akun/keluarga/")

    visitor.page.evaluate("for (const each of document.querySelectorAll('main details')) each.open = true")

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
    somebody.go(f"/permohonan/{scene.granted}/")

    somebody.page.emulate_media(media="print")

    assert not somebody.page.locator("nav.top-nav").is_visible()
    assert not somebody.page.locator(".languages").is_visible()
    assert somebody.page.locator(".timeline").is_visible()
