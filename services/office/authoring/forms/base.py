"""What the forms of all parts share: two languages, lines, and one simple condition."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.definitions.editing import Condition, Line, question_at, sections_of
from services.definitions.values import HIDDEN_LETTERS
from services.office.authoring.words import TESTS
from services.pages.manners import page_language

Content = dict[str, Any]
_MOST_LETTERS = 2000
ALWAYS, KEEP = "", "keep"


def no_hidden_letters(text: str) -> None:
    """Refuse letters that nobody sees, which come along from word processors.

    :raises ValidationError: beside the field.
    """
    if HIDDEN_LETTERS.search(text):
        raise ValidationError(_("It holds letters that nobody sees. Type it anew."))


def words_field(label: Any, help_text: Any = "", *, rows: int = 0, **more: Any) -> forms.CharField:
    """Return a field for a text in one language."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    more.setdefault("max_length", _MOST_LETTERS)
    return forms.CharField(label=label, help_text=help_text, widget=widget, validators=[no_hidden_letters], **more)


class LinesField(forms.CharField):
    """Texts, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        super().validate(value)
        for line in value:
            no_hidden_letters(line)

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list) else value


class PartForm(forms.Form):
    """A form of one part of a definition. `content` is the draft as it stands; `last` are fields that come last."""

    last: tuple[str, ...] = ()

    def __init__(self, data: Any = None, *, content: Mapping[str, Any], **more: Any) -> None:
        self.content = content
        super().__init__(data, initial=self.read(content), **more)
        self.prepare()
        self.order_fields([*(name for name in self.fields if name not in self.last), *self.last])

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows of the content."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Offer what can be chosen."""

    def apply(self, content: Mapping[str, Any]) -> Content:
        """Return the content with what was said."""
        raise NotImplementedError

    def texts(self, name: str) -> dict[str, str]:
        """Return what was typed in both languages."""
        return {"id": self.cleaned_data[f"{name}_id"], "en": self.cleaned_data[f"{name}_en"]}

    def standing(self) -> list[tuple[str, str]]:
        """Return what stands, by label, where it is not what was typed: for who was overtaken by another."""
        found = []
        for name, field in self.fields.items():
            bound, stands = self[name], self.initial.get(name)
            typed = bound.data
            if _plain(field.prepare_value(stands)) != _plain(field.prepare_value(typed)):
                found.append((str(field.label or name), _shown(field, stands)))
        return found


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return sorted(map(str, value))
    if value in (None, "", False):
        return ""
    return "on" if value is True else str(value).replace("\r\n", "\n")


def _shown(field: forms.Field, value: Any) -> str:
    choices = dict(_flat(getattr(field, "choices", ())))
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(each, each)) for each in value) or "-"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(choices.get(value, value) if value not in (None, "") else "-")


def _flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _flat(label)
        else:
            yield value, label


def in_order(chosen: list[str], stood: Any) -> list[str]:
    """Return what was chosen in the order in which it stood; what is new comes after it."""
    kept = [each for each in stood or [] if each in chosen]
    return [*kept, *(each for each in chosen if each not in kept)]


def texts_of(value: Any, name: str) -> dict[str, str]:
    """Return a bilingual text as the two fields of a form."""
    texts = value if isinstance(value, Mapping) else {}
    return {f"{name}_id": texts.get("id", ""), f"{name}_en": texts.get("en", "")}


class ConditionForm(PartForm):
    """A form with one simple condition: always, or when another field has a value."""

    last: tuple[str, ...] = ("condition", "condition_value")

    condition = forms.ChoiceField(label=gettext_lazy("When"), required=False)
    condition_value = forms.CharField(
        label=gettext_lazy("Value, where the condition needs one"), required=False, max_length=200,
        help_text=gettext_lazy("A number, a date as 2026-01-31, or a text."),
    )  # fmt: skip
    always: ClassVar[Any] = gettext_lazy("Always")

    def said_condition(self, condition: Condition | None, *, own: bool) -> dict[str, Any]:
        """Return a condition as the two fields of the form."""
        if own:
            return {"condition": KEEP}
        if condition is None:
            return {"condition": ALWAYS}
        for key in (_key(condition, condition.value), _key(condition, None)):
            if key in dict(_flat(self.offered())):
                typed = "" if json.loads(key)[2] is not None else condition.value
                return {"condition": key, "condition_value": typed}
        return {"condition": KEEP}

    def offer(self, but: str = "") -> None:
        """Offer every field with its values, all but the field at `but`."""
        field = self.fields["condition"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = self.offered(but, keep=self.initial.get("condition") == KEEP)

    def offered(self, but: str = "", *, keep: bool = False) -> list[Any]:
        """Return the choices of a condition."""
        groups = [
            (line.label.get(page_language()) or line.pointer, list(_tests(line, self.content)))
            for section in sections_of(self.content)
            for line in section.lines
            if line.pointer != but and "*" not in line.pointer
        ]
        kept = [(KEEP, _("As it stands in the whole definition"))] if keep else []
        return [(ALWAYS, self.always), *kept, *((label, tests) for label, tests in groups if tests)]

    def clean(self) -> dict[str, Any]:
        """Make the condition of its two fields; None for always."""
        said: dict[str, Any] = super().clean() or {}
        chosen = said.get("condition") or ""
        said["said"] = None
        if chosen in (ALWAYS, KEEP):
            return said
        field, test, value = json.loads(chosen)
        if value is None:
            typed = (said.get("condition_value") or "").strip()
            value = _typed(typed, question_at(self.content, field))
            if value is None:
                self.add_error("condition_value", ValidationError(_("Say the value: this condition needs one.")))
        said["said"] = Condition(field, test, value)
        return said

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


def _typed(text: str, question: Any) -> Any:
    """Return what was typed as a value of the field's kind, None where it is none."""
    if question is None or question.kind not in ("integer", "number", "rupiah"):
        return text or None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def condition_in_words(condition: Condition, content: Mapping[str, Any]) -> str:
    """Return a condition as a sentence says it: the field's name, and what it has to be."""
    question, language = question_at(content, condition.field), page_language()
    name = (question.label.get(language) if question else "") or condition.field
    word: Any = condition.value
    if isinstance(word, bool):
        word = _("yes") if word else _("no")
    elif question:
        word = next((each.label.get(language) for each in question.choices if each.code == word), word)
    return f"{name} {TESTS[condition.test] % {'value': word}}"
