"""What a draft's resident must answer again after its service changed, question by question."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.applications.queries.moved import must_answer_again
from services.catalogue.queries import local
from services.definitions import Definition
from services.definitions.values import pointer_of, steps_of

_ANSWERS, _FILES = "answers", "files"
_WHYS: Final[dict[tuple[str, str], Promise]] = {
    (_ANSWERS, "missing"): _("Not answered yet"),
    (_ANSWERS, "invalid"): _("Your answer no longer fits"),
    (_ANSWERS, "changed"): _("The question changed: look at your answer again"),
    (_FILES, "missing"): _("Not handed in yet"),
    (_FILES, "invalid"): _("Your file no longer fits"),
    (_FILES, "changed"): _("What is asked changed: look at your file again"),
}


def asked_again(moved: Mapping[str, Any] | None, definition: Definition, language: str) -> list[dict[str, str]]:
    """Return each question or document that is owed again: its `name`, `why`, and `detail`, what changed."""
    found = []
    for each in must_answer_again(moved, language):
        kind, *steps = steps_of(each["pointer"])
        name = _document(steps[0], definition, language) if kind == _FILES else _question(steps, definition, language)
        found.append({"name": name, "why": str(_WHYS[kind, each["code"]]), "detail": each["detail"]})
    return found


def _document(id: str, definition: Definition, language: str) -> str:
    return next((local(each.title, language) for each in definition.requirements if each.id == id), id)


def _question(steps: list[str], definition: Definition, language: str) -> str:
    """Return a question with the groups that it stands in: a name alone may be the child's or the mother's."""
    names = []
    for length in range(1, len(steps) + 1):
        is_list = length < len(steps) and steps[length].isdigit()  # its item says which one, too
        name = local(definition.form.label(pointer_of(steps[:length])), language)
        if length == len(steps) or not (is_list or name == steps[length - 1]):
            names.append(name)
    return ": ".join(names)
