"""What is wrong with a definition, in the reader's language.

A fault is written in English, where it is found. `indonesian.json` says each sentence again, `{}` for what it names;
`machine` are sentences of the libraries that judge schemas. A test finds every sentence that a fault can be told in.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "indonesian.json"
_SOMETHING = "bagian ini belum benar"


@dataclass(frozen=True, slots=True)
class Told:
    """A fault for a reader. `foreign`: the sentence has no words in the reader's language, and stands as it was found.

    `hint` is empty where there is none in the reader's language.
    """

    message: str
    hint: str
    foreign: bool = False


def told(message: str, hint: str, language: str) -> Told:
    """Return a fault's sentence and hint in `language`, `id` or `en`."""
    if language == "en":
        return Told(message, hint)
    found = in_indonesian(message, ("messages", "machine"))
    return Told(found or message, in_indonesian(hint, ("hints",)) or "", found is None)


def in_both(message: str, hint: str) -> dict[str, str]:
    """Return a fault in one sentence or two, in both languages, as problems of the API hold it."""
    here = told(message, hint, "id")
    said = f"{_SOMETHING}: {here.message}" if here.foreign else here.message
    return {"id": f"{said}. {here.hint}.".removesuffix(" ."), "en": f"{message}. {hint}."}


def in_indonesian(sentence: str, kinds: Iterable[str]) -> str | None:
    """Return a sentence of these kinds in Indonesian, None for one that nobody translated."""
    for kind in kinds:
        for pattern, translation in _patterns()[kind]:
            if found := pattern.fullmatch(sentence):
                return _filled(translation, found.groups())
    return None


def sentences() -> dict[str, dict[str, str]]:
    """Return the table: English to Indonesian, by kind."""
    return dict(json.loads(_FILE.read_text("utf-8")))


@cache
def _patterns() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    return {
        kind: [(_pattern(english), indonesian) for english, indonesian in table.items()]
        for kind, table in sentences().items()
    }


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = (re.escape(each) for each in re.split(r"\{\d?\}", sentence))
    return re.compile("(.+?)".join(parts), re.DOTALL)


def _filled(translation: str, names: tuple[Any, ...]) -> str:
    """Return the sentence with what it names: in order, or by number."""
    left = iter(names)
    return re.sub(r"\{(\d?)\}", lambda found: names[int(found[1])] if found[1] else next(left), translation)
