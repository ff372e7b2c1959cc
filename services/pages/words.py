"""Words for what definitions, histories and records name by code."""

from collections.abc import Mapping

from django.utils.functional import Promise

Words = Mapping[str, str | Promise]


def word_for(words: Words, code: str) -> str:
    """Return the reader's word for `code`; for one that we have no word for, the code made readable."""
    known = words.get(code)
    return str(known) if known is not None else code.replace("-", " ").replace("_", " ").capitalize()
