"""How a draft that moved to a newer version is told: what must be answered again, and what was set aside."""

import re
from collections.abc import Mapping
from typing import Any

from services.catalogue.queries import local

_NAME = re.compile(r"\*(.+?)\*")


def plain(text: Mapping[str, str]) -> dict[str, str]:
    """Return a change's words as a sentence that any screen can show: names in quotes instead of asterisks."""
    return {language: _NAME.sub(r"“\1”", words) for language, words in text.items()}


def must_answer_again(moved: Mapping[str, Any] | None, language: str) -> list[dict[str, Any]]:
    """Return each answer or file that is owed again: pointer, why (missing, invalid, changed), and what changed."""
    return [
        {
            "pointer": each["pointer"] if each["document"] else f"/answers{each['pointer']}",
            "code": each["why"],
            "detail": local(each["text"], language),
        }
        for each in (moved or {}).get("asked", [])
    ]


def set_aside(
    moved: Mapping[str, Any] | None, files: list[dict[str, Any]], asked: set[str], language: str
) -> list[dict[str, Any]]:
    """Return what was typed or handed in and the version no longer asks: kept, shown, not submitted.

    `asked` are the documents that the version asks.
    """
    if moved is None:
        return []
    typed = [
        {"pointer": f"/answers{each['pointer']}", "label": local(each["label"], language), "value": each["value"]}
        for each in moved["set_aside"]
    ]
    return typed + [
        {"pointer": f"/files/{each['requirement']}", "label": each["name"], "value": None}
        for each in files
        if each["requirement"] not in asked
    ]


def moved_from(moved: Mapping[str, Any] | None, language: str) -> dict[str, Any] | None:
    """Return from which version a draft came here, when, and what changed on the way in words."""
    if moved is None:
        return None
    changes = [local(each, language) for each in moved["changes"]]
    return {"from_version": moved["from"], "at": moved["at"], "changes": changes}
