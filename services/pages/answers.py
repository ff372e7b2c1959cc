"""Answers on pages: a field to type one in, and what was answered in words, both by the definition's own form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import inf, isfinite
from typing import Any, Final

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from services.agencies.queries import subdistricts_named
from services.definitions import Form
from services.definitions.editing.form import kind_named
from services.definitions.fields import ITEM, Field
from services.definitions.values import ABSENT, in_rupiah, steps_of, value_at
from services.pages.manners import page_language

POINT: Final = "map-point"
_LONGEST: Final = 5000
_ONE_LINE: Final = 200  # what may be longer is typed in several
_TYPED: Final = frozenset({"text", "nik", "kk", "phone", "email", "region"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One answer in words. `depth` counts groups around it; a group has no words of its own."""

    pointer: str
    label: str
    words: str
    depth: int = 0
    is_group: bool = False


def answers_in_words(form: Form, answers: Mapping[str, Any]) -> list[Shown]:
    """Return what was answered, in the order of the form; what was not is left out."""
    return [line for field in form.fields if len(field.steps) == 1 for line in _lines(form, field, answers, 0)]


def _lines(form: Form, field: Field, answers: Mapping[str, Any], depth: int) -> Iterator[Shown]:
    value = value_at(answers, field.steps)
    if value is ABSENT or value in (None, ""):
        return
    if kind_named(field.node) != "group" or not isinstance(value, Mapping):
        yield Shown(field.path, _label(field), value_in_words(value, field.node), depth)
        return
    yield Shown(field.path, _label(field), "", depth, is_group=True)
    for inner in form.fields:
        if inner.steps[:-1] == field.steps and inner.steps[-1] != ITEM:
            yield from _lines(form, inner, answers, depth + 1)


def _label(field: Field) -> str:
    label = field.label or {}
    return str(label.get(page_language()) or label.get("id") or field.steps[-1])


def value_in_words(value: Any, node: Mapping[str, Any]) -> str:
    """Return an answer as a reader says it: the name of a choice, yes or no, rupiah, a list line by line."""
    if value in (None, ""):
        return "-"
    for choice in node.get("oneOf", []):
        if choice.get("const") == value:
            return str((choice.get("x-label") or {}).get(page_language(), value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if (words := _formatted(value, str(node.get("format", "")))) is not None:
        return words
    if isinstance(value, list):
        return "; ".join(value_in_words(each, node.get("items", {})) for each in value) or "-"
    if isinstance(value, Mapping):
        inner = node.get("properties", {})
        return ", ".join(
            f"{(inner.get(name, {}).get('x-label') or {}).get(page_language(), name)}: "
            f"{value_in_words(each, inner.get(name, {}))}"
            for name, each in value.items()
        )
    return str(value)


def _formatted(value: Any, kind: str) -> str | None:
    """Return an answer as its format says it; None where none does."""
    if kind == "rupiah" and isinstance(value, int):
        return in_rupiah(value)
    if kind == "date":
        return _day_in_words(str(value))
    if kind == "kelurahan":
        return dict(subdistricts_named(str(value))).get(str(value), str(value))
    if kind == POINT and isinstance(value, Mapping):
        return f"{value.get('lat')}, {value.get('lon')}"
    return None


def _day_in_words(text: str) -> str:
    try:
        return date_format(date.fromisoformat(text), "j F Y")
    except ValueError:
        return text


class PointField(forms.CharField):
    """A point on the map as `latitude, longitude`, which maps let one copy; its value is `{"lat", "lon"}`."""

    def __init__(self, **said: Any) -> None:
        super().__init__(max_length=60, **{"help_text": _("Latitude and longitude, such as -1.2379, 116.8529.")} | said)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        try:
            latitude, longitude = (float(each) for each in text.split(","))
        except ValueError:
            latitude = longitude = inf
        if not (isfinite(latitude) and isfinite(longitude)):
            raise forms.ValidationError(_("Latitude and longitude, such as -1.2379, 116.8529."))
        return {"lat": latitude, "lon": longitude}

    def prepare_value(self, value: Any) -> Any:
        return f"{value['lat']}, {value['lon']}" if isinstance(value, Mapping) else value


def input_for(field: Field) -> forms.Field | None:
    """Return an input for one field; None for what takes more than one: a list, a family member."""
    kind = kind_named(field.node)
    said: dict[str, Any] = {"label": _label(field), "required": False}
    if field.help:
        said["help_text"] = field.help.get(page_language(), "")
    if kind in _TYPED:
        longest = min(int(field.node.get("maxLength", _LONGEST)), _LONGEST)
        lines = forms.Textarea(attrs={"rows": 4}) if kind == "text" and longest > _ONE_LINE else forms.TextInput
        return forms.CharField(**said, max_length=longest, widget=lines)
    if kind == POINT:
        return PointField(**said)
    if kind == "date":
        return forms.CharField(**said, max_length=10, widget=forms.DateInput(attrs={"type": "date"}))
    if kind in ("integer", "rupiah"):
        return forms.IntegerField(**said)
    if kind == "number":
        return forms.FloatField(**said)
    choices = _choices(kind, field.node)
    if not choices:
        return None
    if kind == "choices":
        return forms.MultipleChoiceField(**said, choices=choices, widget=forms.CheckboxSelectMultiple)
    return forms.ChoiceField(**said, choices=[("", "-"), *choices])


def _choices(kind: str, node: Mapping[str, Any]) -> list[tuple[str, str]]:
    if kind == "yes-no":
        return [("true", _("Yes")), ("false", _("No"))]
    if kind == "kelurahan":
        return subdistricts_named()
    if kind not in ("choice", "choices"):
        return []
    inner = node["items"] if kind == "choices" else node
    return [(str(each["const"]), value_in_words(each["const"], inner)) for each in inner.get("oneOf", [])]


def typed_answer(field: Field, value: Any) -> Any:
    """Return what an input holds as the answer that is kept; None for an emptied one."""
    if value in (None, "", []):
        return None
    kind = kind_named(field.node)
    if kind == "yes-no":
        return value == "true"
    if kind == "number" and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind == "choice":
        return next((each["const"] for each in field.node["oneOf"] if str(each["const"]) == value), value)
    return value


def shown_answer(field: Field, answers: Mapping[str, Any]) -> Any:
    """Return what an input shows of the answers."""
    value = value_at(answers, field.steps)
    if value is ABSENT:
        return None
    return str(value).lower() if isinstance(value, bool) else value


def leaves_at(form: Form, pointer: str) -> list[Field]:
    """Return the fields that take one answer at a pointer: itself, or those of the group that it names."""
    steps = tuple(steps_of(pointer))
    found = [each for each in form.fields if each.steps[: len(steps)] == steps and ITEM not in each.steps]
    whole = {each.steps for each in found if kind_named(each.node) == POINT}
    return [each for each in found if kind_named(each.node) != "group" and each.steps[:-1] not in whole]
