"""A life event in the browser: from the first page to its drafts, and on to one of them, on a small phone."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.scene import Scene


def test_a_resident_chooses_a_life_event_and_begins_its_drafts(somebody: Visitor, scene: Scene) -> None:
    page = somebody.page
    somebody.sign_in()
    page.get_by_role("link", name="Pilih peristiwa").click()
    page.get_by_role("link", name="Anggota keluarga meninggal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Anggota keluarga meninggal")
    steps = page.locator(".steps > li")
    expect(steps).to_have_count(3)
    expect(steps.nth(1)).to_contain_text("Setelah Kutipan Akta Kematian")

    page.get_by_role("button", name="Buat drafnya").click()

    page.wait_for_url(f"{scene.base_url}/permohonan/peristiwa/*/")
    expect(page.locator(".line")).to_have_count(3)
    expect(page.locator(".line").nth(1)).to_contain_text("Menunggu: Kutipan Akta Kematian")
    expect(page.locator(".note.info")).to_contain_text("ajukan di aplikasi")
    page.get_by_role("link", name="Perubahan data Kartu Keluarga").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Perubahan data Kartu Keluarga")
    page.go_back()
    page.get_by_role("link", name="Peristiwa saya").click()
    expect(page.locator(".line").first).to_contain_text("Anggota keluarga meninggal")
    assert somebody.complaints == []


def test_one_page_tells_where_each_part_of_a_birth_is(somebody: Visitor, scene: Scene) -> None:
    somebody.sign_in()
    somebody.go(f"/permohonan/peristiwa/{scene.places['bundle']}/")

    lines, page = somebody.page.locator(".line"), somebody.page
    expect(lines.first).to_contain_text("Jawaban paling lambat")
    expect(lines.nth(1)).to_contain_text("Menunggu: Kutipan Akta Kelahiran")
    expect(page.locator(".timeline > li")).to_have_count(2)
    page.locator(".timeline a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kutipan Akta Kelahiran")
