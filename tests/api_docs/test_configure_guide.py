"""The guide for OPD people is true: what it names in bold stands on the pages, what it shows is there."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

FOLDER = Path(settings.BASE_DIR, "api_docs", "guides")
OFFICE = Path(settings.BASE_DIR, "services", "office")
PLACES = [
    *OFFICE.rglob("*.html"),
    *OFFICE.rglob("*.py"),
    Path(settings.BASE_DIR, "services/catalogue/models/published.py"),
]
HEADER = Path(settings.BASE_DIR, "services/portal/templates/portal/parts/header.html")
SAID = re.compile(r"""(?:translate |_\(|_lazy\()"([^"]+)"|trimmed %}(.*?){%""", re.DOTALL)
GUIDES = {"id": FOLDER / "configure-a-service.md", "en": FOLDER / "configure-a-service.en.md"}


def on_the_pages(language: str) -> set[str]:
    """Return every text of the office's pages in a language; `1` stands for whatever number is filled in."""
    texts = {found[0] or found[1].strip() for path in [*PLACES, HEADER] for found in SAID.findall(path.read_text())}
    with translation.override(language):
        said = {gettext(re.sub(r"{{ *(\w+) *}}", r"%(\1)s", text)) for text in texts}
    return {re.sub(r"%\(\w+\)s", "1", text) for text in said}


@pytest.mark.parametrize("language", GUIDES)
def test_what_the_guide_names_stands_on_the_pages(language: str) -> None:
    named = {" ".join(each.split()) for each in re.findall(r"\*\*(.+?)\*\*", GUIDES[language].read_text(), re.DOTALL)}

    assert len(named) > 25
    assert named - on_the_pages(language) == set()


@pytest.mark.parametrize("language", GUIDES)
def test_every_picture_is_there_and_shown(language: str) -> None:
    shown = re.findall(r"!\[[^\]]+\]\(pictures/([\w-]+\.png)\)", GUIDES[language].read_text())

    assert sorted(shown) == sorted(path.name for path in (FOLDER / "pictures").iterdir())


def test_pictures_are_small_and_drawn_by_the_journey() -> None:
    drawn = set(
        re.findall(r"""picture(?:\(|=)"([\w-]+)\"""", Path(settings.BASE_DIR, "tests/browser/authoring.py").read_text())
    )

    sizes = {path.stem: path.stat().st_size for path in (FOLDER / "pictures").iterdir()}
    assert sizes.keys() == drawn
    assert max(sizes.values()) < 80_000
    assert sum(sizes.values()) < 900_000
