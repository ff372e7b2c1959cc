"""The Indonesian texts: complete, and compiled from what is written."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

FOLDER = Path(settings.LOCALE_PATHS[0])
ENTRY = re.compile(
    r'^msgid ((?:".*"\n)+)(?:msgid_plural (?:".*"\n)+)?msgstr(?:\[0\])? ((?:".*"(?:\n|$))+)', re.MULTILINE
)
TEMPLATES = list(Path(settings.BASE_DIR, "services").glob("**/templates/**/*.*"))
SAID = re.compile(r"""{%\s*translate\s+(?:"([^"]+)"|'([^']+)')""")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*(?:plural|endblocktrans(?:late)?)\s*%}", re.DOTALL)
CODE = [path for folder in ("accounts", "services") for path in Path(settings.BASE_DIR, folder).rglob("*.py")]
MARKS = ("_", "gettext", "gettext_lazy")


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


def test_every_sentence_of_the_pages_stands_in_the_catalogue() -> None:
    texts = written("id")

    said = {
        re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", " ".join(text.split()) if "trimmed" in options else text)
        for path in TEMPLATES
        for options, text in BLOCK.findall(path.read_text())
    }

    assert len(said) > 80
    assert said - texts.keys() == set()


def test_every_text_of_the_code_stands_in_the_catalogue() -> None:
    texts = written("id")

    said = {text for path in CODE for text in marked(ast.parse(path.read_text()))}

    assert len(said) > 250
    assert said - texts.keys() == set()


def marked(tree: ast.AST) -> Iterator[str]:
    """Yield what a module marks for translation."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


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
