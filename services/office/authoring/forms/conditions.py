"""Conditions as an admin chooses them: one, or several of which all or any must hold."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.definitions.editing import Condition, Conditions, Line, question_at, sections_of
from services.office.authoring.forms.base import PartForm, flat
from services.office.authoring.words import TESTS
from services.pages.manners import page_language

ALWAYS, KEEP = "", "keep"
MOST: Final = 4  # conditions that a page asks for; who needs more writes the definition
_FURTHER: Final = [(f"condition_{number}", f"condition_{number}_value") for number in range(2, MOST + 1)]
_PAIRS: Final = [("condition", "condition_value"), *_FURTHER]
_JOINED: Final = [("all", gettext_lazy("All of these must hold")), ("any", gettext_lazy("One of these is enough"))]


def _choice(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False)


def _value() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Value, where the condition needs one"), required=False, max_length=200,
        help_text=gettext_lazy("A number, a date as 2026-01-31, or a text."),
    )  # fmt: skip


class ConditionForm(PartForm):
    """A form with conditions: always, or when other fields have values."""

    condition = _choice(gettext_lazy("When"))
    condition_value = _value()
    joined = forms.ChoiceField(label=gettext_lazy("Of several conditions"), required=False, choices=_JOINED)
    condition_2, condition_2_value = _choice(gettext_lazy("Second condition")), _value()
    condition_3, condition_3_value = _choice(gettext_lazy("Third condition")), _value()
    condition_4, condition_4_value = _choice(gettext_lazy("Fourth condition")), _value()
    always: ClassVar[Any] = gettext_lazy("Always")

    last = (*_PAIRS[0], "joined", *(name for pair in _FURTHER for name in pair))

    def said_condition(self, said: Conditions | None, *, own: bool) -> dict[str, Any]:
        """Return conditions as the fields of the form."""
        if own or (said and len(said.tests) > MOST):
            return {"condition": KEEP}
        if said is None:
            return {"condition": ALWAYS}
        found: dict[str, Any] = {"joined": "any" if said.any else "all"}
        known = dict(flat(self.offered()))
        for (name, value), each in zip(_PAIRS, said.tests, strict=False):
            key = next((key for key in (_key(each, each.value), _key(each, None)) if key in known), None)
            if key is None:
                return {"condition": KEEP}
            found |= {name: key, value: "" if json.loads(key)[2] is not None else each.value}
        return found

    def offer(self, but: str = "") -> None:
        """Offer every field with its values, all but the field at `but`."""
        keep = self.initial.get("condition") == KEEP
        for number, (name, _value_name) in enumerate(_PAIRS):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = self.offered(but, keep=keep and number == 0, first=number == 0)
        for bound in self.further():
            bound.field.further = True  # type: ignore[attr-defined]  # templates show these apart

    def withhold(self) -> None:
        """Ask for no condition."""
        for name in self.last:
            del self.fields[name]

    def offered(self, but: str = "", *, keep: bool = False, first: bool = True) -> list[Any]:
        """Return the choices of a condition."""
        groups = [
            (line.label.get(page_language()) or line.pointer, list(_tests(line, self.content)))
            for section in sections_of(self.content)
            for line in section.lines
            if line.pointer != but and "*" not in line.pointer
        ]
        kept = [(KEEP, _("As it stands in the whole definition"))] if keep else []
        none = self.always if first else _("No further condition")
        return [(ALWAYS, none), *kept, *((label, tests) for label, tests in groups if tests)]

    def further(self) -> list[forms.BoundField]:
        """Return the fields for more than one condition: how they are joined, then each with its value."""
        return [self[name] for name in self.last[2:] if name in self.fields]

    def has_further(self) -> bool:
        """Return whether more than one condition is chosen, or something is wrong with a further one."""
        return any(each.value() or each.errors for each in self.further() if each.name != "joined")

    def clean(self) -> dict[str, Any]:
        """Make the conditions of their fields; None for always."""
        said: dict[str, Any] = super().clean() or {}
        said["said"] = None
        if said.get("condition") == KEEP:
            return said
        chosen = [each for pair in _PAIRS if (each := self._chosen(said, *pair))]
        if chosen and not said.get("condition"):
            self.add_error("condition", ValidationError(_("Choose the first condition before further ones.")))
        if chosen:
            said["said"] = Conditions(tuple(dict.fromkeys(chosen)), len(chosen) > 1 and said.get("joined") == "any")
        return said

    def _chosen(self, said: dict[str, Any], name: str, value_name: str) -> Condition | None:
        if not said.get(name):
            return None
        field, test, value = json.loads(said[name])
        if value is None:
            typed = (said.get(value_name) or "").strip()
            value = typed_value(typed, question_at(self.content, field))
            if value is None:
                self.add_error(value_name, ValidationError(_("Say the value: this condition needs one.")))
        return Condition(field, test, value)

    @property
    def keeps(self) -> bool:
        """Return whether a condition of another kind stays as it is written."""
        return bool(self.cleaned_data.get("condition") == KEEP)


def _key(condition: Condition, value: Any) -> str:
    return json.dumps([condition.field, condition.test, value])


def _tests(line: Line, content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what can be asked of a field: its key, and it in words."""
    name = line.label.get(page_language()) or line.pointer
    values: list[tuple[Any, str]] = []
    if line.kind == "yes-no":
        values = [(True, _("yes")), (False, _("no"))]
    elif line.kind == "choice" and (said := question_at(content, line.pointer)):
        values = [(each.code, each.label.get(page_language()) or each.code) for each in said.choices]
    for value, word in values:
        yield json.dumps([line.pointer, "is", value]), f"{name} {TESTS['is'] % {'value': word}}"
    if line.kind == "choice":
        for value, word in values:
            yield json.dumps([line.pointer, "is_not", value]), f"{name} {TESTS['is_not'] % {'value': word}}"
    typed = {"integer": ("is", "least", "most"), "number": ("least", "most"), "rupiah": ("least", "most")}
    tests = typed.get(line.kind, ("is",) if line.kind in ("text", "kelurahan", "date") else ())
    for test in tests:
        yield json.dumps([line.pointer, test, None]), f"{name} {TESTS[test] % {'value': '…'}}"


def typed_value(text: str, question: Any) -> Any:
    """Return what was typed as a value of the field's kind, None where it is none."""
    if question is None or question.kind not in ("integer", "number", "rupiah"):
        return text or None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def in_words(said: Conditions, content: Mapping[str, Any]) -> str:
    """Return conditions as a sentence says them: `Married is yes, or Children is at least 3`."""
    return (_(", or ") if said.any else _(", and ")).join(_one_in_words(each, content) for each in said.tests)


def _one_in_words(condition: Condition, content: Mapping[str, Any]) -> str:
    question, language = question_at(content, condition.field), page_language()
    name = (question.label.get(language) if question else "") or condition.field
    word: Any = condition.value
    if isinstance(word, bool):
        word = _("yes") if word else _("no")
    elif question:
        word = next((each.label.get(language) for each in question.choices if each.code == word), word)
    return f"{name} {TESTS[condition.test] % {'value': word}}"
