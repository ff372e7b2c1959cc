"""What the forms of all parts share: two languages, lines, what stands beside what was typed."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from services.definitions.values import HIDDEN_LETTERS

Content = dict[str, Any]
_MOST_LETTERS = 2000


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
    choices = dict(flat(getattr(field, "choices", ())))
    if isinstance(value, list | tuple):
        return ", ".join(str(choices.get(each, each)) for each in value) or "-"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(choices.get(value, value) if value not in (None, "") else "-")


def flat(choices: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the choices of a field, those in groups, too."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from flat(label)
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
