"""Every page in both languages, text by text: what reads the same in both is a name, or what somebody typed."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

import httpx
import pytest
import yaml
from django.conf import settings

from services.agencies.management.commands.seed_demo import PEOPLE, UNITS
from tests.browser.pages import COUNTER, LEAVING, MINE, OFFICE, STRANGERS
from tests.browser.scene import LONG_NAME, STAFF_NAMES, TYPED, Scene

PAGES: Final = {
    "stranger": STRANGERS,
    "resident": MINE,
    "counter": COUNTER,
    "admin": OFFICE,
    "leaving": LEAVING,
}
_VOID: Final = ("meta", "link", "img", "input", "br", "hr", "use")
_SILENT: Final = ("script", "style", "code", "textarea")
_MARKS: Final = ("number", "hash")  # classes of what is no word: numbers of applications, codes, digests
_SPOKEN: Final = ("alt", "aria-label", "placeholder", "title")
_NAMES: Final = (  # standards and laws, sites, what a file is called
    *("OpenID Core", "Back-Channel Logout", "KUH Perdata", "Pasal", "jo", "Perda", "Permendagri", "Perpres"),
    *(
        "Kota Balikpapan",
        "Balikpapan",
        "Perpustakaan Kota",
        "Aisyah Putri Ramadhani",
        "November",
        "foto",
        "png",
        "kB",
        "client_id",
    ),
)


def data() -> list[str]:
    """Return what stands in one language: names, what people typed, what definitions say of their legal ground."""
    city = json.loads(Path(settings.BASE_DIR, "services/agencies/data/balikpapan.json").read_text())
    names = [each["name"] for each in city["agencies"]]
    definitions = Path(settings.BASE_DIR, "services/modules").glob("*/definitions/*.yaml")
    for each in (yaml.safe_load(path.read_text()) for path in definitions):
        names += [*each["legal_basis"], each.get("fee", {}).get("basis", ""), each["deadline"].get("basis", "")]
    found = {*names, *_NAMES, "Ahmad Fauzi", *TYPED.values(), *(demo.name for demo in PEOPLE), LONG_NAME, *STAFF_NAMES}
    found |= {name for _agency, _code, name in UNITS}
    return sorted((each for each in found if each), key=len, reverse=True)


class Words(HTMLParser):
    """The texts of a page: what is shown, also once it is unfolded, and what is read out. Not what is in a language
    of its own, which its element says.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._within: list[bool] = []  # whether each open element is left out
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        silent = tag in _SILENT or (named.get("class") or "") in _MARKS
        out = silent or ("lang" in named and tag != "html") or any(self._within[-1:])
        if not out:
            self.texts += [named[name] or "" for name in _SPOKEN if name in named]
        if tag not in _VOID:
            self._within.append(out)

    def handle_endtag(self, tag: str) -> None:
        if self._within and tag not in _VOID:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._within[-1:]):
            self.texts.append(data)


def texts_of(browser: httpx.Client, path: str, language: str) -> set[str]:
    """Return the texts of a page in a language."""
    page = browser.get(path, headers={"Accept-Language": language}, follow_redirects=True)
    assert (page.status_code, f'<html lang="{language}"' in page.text) == (200, True), path
    return {" ".join(each.split()) for each in Words(page.text).texts}


def words_in(text: str, names: list[str]) -> list[str]:
    """Return what is left of a text without names, addresses, abbreviations, numbers."""
    text = re.sub(r"https?://\S+|\S+@\S+", " ", text)
    for name in names:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", text)
    return [word for word in re.findall(r"[^\W\d_]{2,}", text) if not word.isupper()]


@pytest.mark.parametrize("who", PAGES)
def test_no_sentence_stays_in_the_other_language(scene: Scene, who: str) -> None:
    browser = scene.browsers.get(who) or httpx.Client(base_url=scene.base_url, timeout=20)
    names, found = data(), dict[str, set[str]]()

    for path in PAGES[who]:
        indonesian, english = (texts_of(browser, path.format(**scene.places), each) for each in ("id", "en"))
        # The same but for numbers: days and times are written otherwise.
        known = {tuple(words_in(each, names)) for each in indonesian}
        found[path] = {each for each in english if len(words := words_in(each, names)) > 1 and tuple(words) in known}

    assert {path: texts for path, texts in found.items() if texts} == {}
