"""Changes between two definitions, for a reader."""

from collections.abc import Iterable
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from services.definitions.changes import Change
from services.office.authoring.words import CLASSES
from services.pages.words import word_for
from superapp.http.problems import localized


def changes_in_words(changes: Iterable[Change], language: str) -> list[dict[str, Any]]:
    """Return each change as a sentence with its class: the strictest first, each class in the definition's order."""
    order = list(CLASSES)
    told = sorted(changes, key=lambda change: -order.index(change.change_class))
    return [
        {
            "text": named(localized(each.text, language)),
            "class": each.change_class,
            "class_word": word_for(CLASSES, each.change_class),
        }
        for each in told
    ]


def named(sentence: str) -> SafeString:
    """Return a sentence with the name of what changed, which stands between asterisks, set apart."""
    before, *rest = sentence.split("*", 2)
    if len(rest) < 2:
        return format_html("{}", sentence)
    return format_html("{}<b>{}</b>{}", before, rest[0], rest[1])
