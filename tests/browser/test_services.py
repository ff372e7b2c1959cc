"""An OPD admin makes a service in Chromium without touching code, and a resident applies for it over the API.

With `PICTURES` set to a folder, the pages that the guide shows are drawn into it (`make pictures`).
"""

import os
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.authoring import Author
from tests.browser.conftest import before_a_screen
from tests.browser.scene import Scene
from tests.journeys.people import Person
from tests.journeys.test_spine import photo, resident, submit

SCREEN = ViewportSize(width=860, height=700)
ANSWERS = {
    "nama_lengkap": "Siti Aminah",
    "telepon": "081234567890",
    "nik": "6471014101900001",
    "keperluan": "Berjualan di pasar malam",
    "mulai_berjualan": "2099-12-01",
    "luas_lapak_m2": 12,
    "jenis_dagangan": "pakaian",
    "kelurahan": "64.71.01.1001",
}


def drawn_into(page: Page, folder: Path, name: str) -> None:
    """Draw the page's main part, as high as it is, in few colours."""
    page.locator("main").screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")
    reduce(folder / f"{name}.png")


def reduce(path: Path) -> None:
    """Write a picture anew with 64 colours: a page has few, and a guide is to load on a phone."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(64, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "with scripts"])
def test_from_nothing_to_a_residents_application(
    scripts: bool, scene: Scene, chromium: Browser, tmp_path: Path
) -> None:
    folder = Path(os.environ.get("PICTURES") or tmp_path) if scripts else tmp_path
    context = chromium.new_context(viewport=SCREEN, locale="id-ID", java_script_enabled=scripts)
    context.add_cookies(scene.cookies("admin"))
    visitor = before_a_screen(context, scene.base_url)
    author = Author(visitor.page, scene.base_url, lambda name: drawn_into(visitor.page, folder, name), scripts)
    title = "Izin lapak" if scripts else "Izin lapak tanpa skrip"

    author.make(title, "Stall permit")
    author.change()
    author.go_back()
    author.two_admins()

    assert visitor.complaints == []
    slug = title.lower().replace(" ", "-")
    assert applied(resident(scene.stack), slug) == 30_000
    context.close()


def applied(siti: Person, slug: str) -> int:
    """Let a resident apply over the API; return the fee."""
    id, answers = str(uuid4()), dict(ANSWERS)
    assert siti.post("applications/", json={"id": id, "service": slug}).status_code == 201
    for requirement in ("ktp_el", "foto_lapak"):
        file = {"file": ("foto.png", photo(), "image/png")}
        handed = siti.post(f"applications/{id}/files/", data={"requirement": requirement}, files=file)
        assert handed.status_code == 201, handed.text
    answers["foto_lapak"] = handed.json()["id"]
    saved = siti.call("PATCH", f"applications/{id}/", json={"answers": answers}, headers={"If-Match": "*"})
    assert (saved.status_code, saved.json()["problems"]) == (200, []), saved.text
    submitted = submit(siti, id)
    assert submitted.status_code == 200, submitted.text
    return int(submitted.json()["fee"]["amount"])
