"""Finding a service: Indonesian stems first, then all words loosely, then the nearest spelling."""

import re
from collections.abc import Set
from difflib import get_close_matches

from superapp.http.sql import fetch_all

_WORD = re.compile(r"[^\W_]+")
_NEAR = 0.72
_LETTERS_OFF = 3
MAX_WORDS = 12

_RANKED = """
SELECT s.slug FROM catalogue_service s, to_tsquery('indonesian', %s) query
WHERE s.is_open AND s.search_vector @@ query
ORDER BY ts_rank_cd(s.search_vector, query) DESC, s.slug
LIMIT 200
"""


def words_of(text: str) -> list[str]:
    """Return the words of `text` in lower case, letters and digits only."""
    return _WORD.findall(text.lower())


def find(q: str, *, vocabulary: Set[str]) -> list[str]:
    """Return slugs of open services that `q` means, best first; empty when nothing is near.

    Every word is asked for by its stem (the last also as a prefix, for search while typing); then any word; then each
    word that the catalogue does not know is replaced by the nearest ones that it does (`kelahirn`: kelahiran).
    """
    words = list(dict.fromkeys(words_of(q)))[:MAX_WORDS]
    if not words:
        return []
    stems = [[word] for word in words]
    stems[-1] = [words[-1], f"{words[-1]}:*"]
    if slugs := _ranked(" & ", stems):
        return slugs
    near = [_nearest(word, vocabulary) for word in words]  # costly: only for what was not found as it is written
    if all(near) and (slugs := _ranked(" & ", near)):
        return slugs
    return _ranked(" | ", stems) or _ranked(" | ", [each for each in near if each])


def _ranked(joint: str, choices: list[list[str]]) -> list[str]:
    if not choices:
        return []
    query = joint.join("(" + " | ".join(alternatives) + ")" for alternatives in choices)
    return [slug for (slug,) in fetch_all(_RANKED, [query])]


def _nearest(word: str, vocabulary: Set[str]) -> list[str]:
    """Return up to three known words close to `word`; the word itself when it is known or too short to misspell."""
    if len(word) < 4 or word in vocabulary:
        return [word]
    alike = [each for each in vocabulary if abs(len(each) - len(word)) <= _LETTERS_OFF]
    return get_close_matches(word, alike, n=3, cutoff=_NEAR)
