"""The Indonesian texts: complete, and compiled from what is written."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0])
ENTRY = re.compile(
    r'^msgid ((?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?msgstr(?:\[0\])? ((?:".*"(?:\n|$))+)', re.MULTILINE
)
TEMPLATES = list(Path(settings.BASE_DIR, "services").glob("**/templates/**/*.*"))
SAID = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")


def unquoted(text: str) -> str:
    return "".join(ast.literal_eval(line) for line in text.strip().splitlines())


def written(language: str) -> dict[str, str]:
    text = (FOLDER / language / "LC_MESSAGES" / "django.po").read_text()
    return {unquoted(id): unquoted(words) for id, words in ENTRY.findall(text) if unquoted(id)}


def test_every_text_has_an_indonesian_wording() -> None:
    texts = written("id")

    assert len(texts) > 250
    assert [id for id, words in texts.items() if not words] == []


def test_every_text_of_the_pages_stands_in_the_catalogue() -> None:
    texts = written("id")

    said = {found[0] or found[1] for path in TEMPLATES for found in SAID.findall(path.read_text())}

    assert len(said) > 150
    assert said - texts.keys() == set()


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    with (FOLDER / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for id, words in written(language).items():
        assert words in (
            compiled.gettext(id),
            compiled.ngettext(id, id, 2),
            compiled.pgettext("date", id),
            compiled.pgettext("after: verify", id),
        )
