"""A rule that an expert wrote, in words: what is worked out, what a fee is reckoned from, what must agree."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils.translation import gettext as _

from services.definitions.editing import question_at
from services.definitions.editing.form import node_at
from services.definitions.logic import TODAY
from services.definitions.values import pointer_of, steps_of
from services.office.authoring.words import EFFECTS
from services.pages.manners import page_language

_BETWEEN: Final = {"+": "+", "-": "-", "*": "\N{MULTIPLICATION SIGN}", "/": ":", "%": "mod"}
_AS: Final[dict[str, str]] = {"===": "==", "!==": "!="}


class _Unsaid(Exception):
    """The rule says something that has no words here."""


def rule_in_words(rule: Any, content: Mapping[str, Any]) -> str:
    """Return what a JsonLogic rule says, in the page's language; "" for one that only the definition can tell."""
    try:
        return _Words(content).of(rule)
    except (_Unsaid, AttributeError, IndexError, TypeError, ValueError):
        return ""


def computed_in_words(content: Mapping[str, Any], pointer: str) -> dict[str, str] | None:
    """Return how a field is worked out, `{"words": ...}`; "" where only the definition tells, None for another."""
    node = node_at((content.get("form") or {}).get("schema"), tuple(steps_of(pointer)))
    if node is None or "x-computed" not in node:
        return None
    return {"words": rule_in_words(node["x-computed"], content)}


class _Words:
    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content

    def of(self, node: Any, *, within: bool = False, beside: Any = None) -> str:
        """Return words for a part of the rule; `within` another calculation it is put in brackets.

        `beside` is what it is compared with, whose choices name it.
        """
        if not isinstance(node, Mapping):
            return self._constant(node, beside)
        ((word, written),) = node.items()
        if word == "var":
            return self._field(written)
        arguments = written if isinstance(written, list) else [written]
        said = self._calculated(str(_AS.get(word, word)), arguments)
        return f"({said})" if within else said

    def _calculated(self, word: str, arguments: list[Any]) -> str:
        if word in _BETWEEN and len(arguments) > 1:
            return f" {_BETWEEN[word]} ".join(self.of(each, within=True) for each in arguments)
        if word in EFFECTS:
            left, right = arguments
            return (
                f"{self.of(left, within=True, beside=right)} {EFFECTS[word]} {self.of(right, within=True, beside=left)}"
            )
        if word in ("and", "or"):
            joint = _(", and ") if word == "and" else _(", or ")
            return joint.join(self.of(each, within=True) for each in arguments)
        if word in ("if", "?:"):
            return self._cases(arguments)
        if word not in _SENTENCES:
            raise _Unsaid
        return _SENTENCES[word]([self.of(each) for each in arguments])

    def _cases(self, arguments: list[Any]) -> str:
        if len(arguments) < 3 or len(arguments) % 2 == 0:
            raise _Unsaid
        pairs = zip(arguments[:-1:2], arguments[1::2], strict=True)
        said = [_("%(amount)s if %(case)s") % {"amount": self.of(then), "case": self.of(case)} for case, then in pairs]
        return "; ".join([*said, _("otherwise %(amount)s") % {"amount": self.of(arguments[-1])}])

    def _field(self, written: Any) -> str:
        name = written[0] if isinstance(written, list) else written
        if name == TODAY:
            return _("today")
        pointer = pointer_of(str(name).split("."))
        question = question_at(self.content, pointer)
        if question is None:
            raise _Unsaid
        return f"“{question.label.get(page_language()) or pointer}”"

    def _constant(self, value: Any, beside: Any) -> str:
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, int | float):
            return (
                f"{value:,}".replace(",", ".") if page_language() == "id" and isinstance(value, int) else f"{value:,}"
            )
        if value in (None, ""):
            return _("nothing")
        if isinstance(value, list):
            return ", ".join(self._constant(each, beside) for each in value)
        return self._choice(value, beside)

    def _choice(self, value: str, beside: Any) -> str:
        if isinstance(beside, Mapping) and "var" in beside:
            name = beside["var"][0] if isinstance(beside["var"], list) else beside["var"]
            question = question_at(self.content, pointer_of(str(name).split(".")))
            for each in question.choices if question else ():
                if each.code == value:
                    return f"“{each.label.get(page_language()) or value}”"
        return f"“{value}”"


_SENTENCES: Final[dict[str, Callable[[list[str]], str]]] = {
    "ceil": lambda said: _("%(value)s, rounded up") % {"value": said[0]},
    "floor": lambda said: _("%(value)s, rounded down") % {"value": said[0]},
    "abs": lambda said: _("%(value)s without its sign") % {"value": said[0]},
    "length": lambda said: _("how many there are of %(value)s") % {"value": said[0]},
    "max": lambda said: _("the largest of %(values)s") % {"values": ", ".join(said)},
    "min": lambda said: _("the smallest of %(values)s") % {"values": ", ".join(said)},
    "cat": lambda said: _("%(values)s, written together") % {"values": ", ".join(said)},
    "years": lambda said: _("full years from %(first)s to %(second)s") % {"first": said[0], "second": said[1]},
    "days": lambda said: _("days from %(first)s to %(second)s") % {"first": said[0], "second": said[1]},
    "in": lambda said: _("%(value)s is one of %(values)s") % {"value": said[0], "values": said[1]},
    "!": lambda said: _("not: %(value)s") % {"value": said[0]},
    "!!": lambda said: _("%(value)s is there") % {"value": said[0]},
}
