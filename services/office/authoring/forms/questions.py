"""What an admin says of one field, or of a section."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.definitions.editing import (
    Choice,
    Question,
    add_question,
    add_section,
    alter_question,
    alter_section,
    put_document,
    question_at,
    sections_of,
)
from services.office.authoring.forms.base import Content, no_hidden_letters, texts_of, words_field
from services.office.authoring.forms.conditions import ConditionForm

_MORE_CHOICES: Final = 4
_MOST_CHOICES: Final = 200
_COUNTED: Final = ("integer", "number", "rupiah")
FILES: Final = [("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG")]


class QuestionForm(ConditionForm):
    """One field: a new one of a kind in a section, or one that stands (`pointer`)."""

    label_id = words_field(gettext_lazy("Name in Indonesian"), max_length=200)
    label_en = words_field(gettext_lazy("Name in English"), max_length=200)
    help_id = words_field(gettext_lazy("Help in Indonesian"), required=False, rows=2)
    help_en = words_field(gettext_lazy("Help in English"), required=False, rows=2)
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    least = forms.FloatField(label=gettext_lazy("Smallest number"), required=False)
    most = forms.FloatField(label=gettext_lazy("Largest number"), required=False)
    letters = forms.IntegerField(label=gettext_lazy("Most letters"), required=False, min_value=1, max_value=10_000)
    accept = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of files that are taken"), choices=FILES, widget=forms.CheckboxSelectMultiple
    )
    max_mb = forms.IntegerField(label=gettext_lazy("Largest file, in MB"), min_value=1, max_value=10, initial=5)
    always = gettext_lazy("Always asked")

    def __init__(self, data: Any = None, *, content: Mapping[str, Any], kind: str, **more: Any) -> None:
        self.pointer: str = more.pop("pointer", "")
        self.section: str = more.pop("section", "")
        self.within: str = more.pop("within", "")
        self.kind = kind
        self.rows: list[dict[str, str]] = []
        super().__init__(data, content=content, **more)
        self._read_choices(data)

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        self.content = content
        said = question_at(content, self.pointer) if self.pointer else None
        if said is None:
            return {"required": True, "accept": ["pdf", "jpeg", "png"], "max_mb": 5, "letters": 200}
        self.said = said
        self.rows = [
            {"code": each.code, "id": each.label.get("id", ""), "en": each.label.get("en", "")} for each in said.choices
        ]
        texts = texts_of(said.label, "label") | texts_of(said.help, "help")
        bounds = {"least": said.least, "most": said.most, "letters": said.most}
        return texts | bounds | {"required": said.required} | self.said_condition(said.condition, own=said.keep_rule)

    def prepare(self) -> None:
        for name in _unasked(self.kind, new=not self.pointer, nested=bool(self.within) or "*" in self.pointer):
            del self.fields[name]
        if "condition" in self.fields:
            self.fields["condition"].label = _("Asked")
            self.offer(but=self.pointer)

    @property
    def has_choices(self) -> bool:
        """Return whether choices are asked for."""
        return self.kind in ("choice", "choices")

    def _read_choices(self, data: Any) -> None:
        if data is not None:
            columns = [data.getlist(f"choice_{name}") for name in ("code", "id", "en")]
            rows = zip(*columns, strict=False)
            self.rows = [{"code": code, "id": id.strip(), "en": en.strip()} for code, id, en in rows][:_MOST_CHOICES]
        if data is None or not self.is_valid():
            self.rows = [*self.rows, *({"code": "", "id": "", "en": ""} for _number in range(_MORE_CHOICES))]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if bool(said.get("help_id")) != bool(said.get("help_en")):
            empty = "help_en" if said.get("help_id") else "help_id"
            self.add_error(empty, ValidationError(_("Write it in both languages, or in none.")))
        least, most = said.get("least"), said.get("most")
        if least is not None and most is not None and least > most:
            self.add_error("most", ValidationError(_("It is smaller than the smallest number.")))
        if self.has_choices:
            self._clean_choices()
        return said

    def _clean_choices(self) -> None:
        """Refuse choices without a name in one language, and fields with none."""
        said = [row for row in self.rows if row["id"] or row["en"]]
        if not said:
            self.add_error(None, ValidationError(_("Write one choice at least.")))
        for row in said:
            if not (row["id"] and row["en"]):
                self.add_error(None, ValidationError(_("Each choice has a name in both languages.")))
                break
            for text in (row["id"], row["en"]):
                try:
                    no_hidden_letters(text)
                except ValidationError as error:
                    self.add_error(None, error)

    def question(self) -> Question:
        """Return what was said."""
        said = self.cleaned_data
        help_ = self.texts("help") if said.get("help_id") else None
        codes = {each.code for each in self.said.choices} if self.pointer else set()
        return Question(
            kind=self.kind,
            label=self.texts("label"),
            help=help_,
            required=said.get("required", False),
            choices=[
                Choice(row["code"] if row["code"] in codes else "", {"id": row["id"], "en": row["en"]})
                for row in self.rows
                if row["id"] and row["en"]
            ],
            least=_number(said.get("least"), self.kind),
            most=said.get("letters") if self.kind == "text" else _number(said.get("most"), self.kind),
            document=self.said.document if self.pointer else "",
            condition=said.get("said"),
            keep_rule=self.keeps if "condition" in self.fields else True,
        )

    def apply(self, content: Mapping[str, Any]) -> Content:
        """Return the content with the field; a new file comes with the document that it hands in."""
        said = self.question()
        if self.pointer:
            return alter_question(content, self.pointer, said)
        if self.kind == "file":
            told = {"title": dict(said.label), "accept": self.cleaned_data["accept"]}
            content, document = put_document(content, "", told | {"max_mb": self.cleaned_data["max_mb"]})
            said = Question(**{**_told(said), "document": document})
        return add_question(content, self.section, said, within=self.within)[0]


def _told(said: Question) -> dict[str, Any]:
    return {name: getattr(said, name) for name in Question.__slots__}


def _number(value: float | None, kind: str) -> int | float | None:
    if value is None:
        return None
    return int(value) if kind != "number" or value.is_integer() else value


def _unasked(kind: str, *, new: bool, nested: bool) -> set[str]:
    """Return the fields that say nothing for a kind."""
    unasked: set[str] = set()
    if kind not in _COUNTED:
        unasked |= {"least", "most"}
    if kind != "text":
        unasked.add("letters")
    if kind != "file" or not new:
        unasked |= {"accept", "max_mb"}
    if nested:
        unasked |= set(ConditionForm.last)
    return unasked


class SectionForm(ConditionForm):
    """One section: its name, and when it shows."""

    label_id = words_field(gettext_lazy("Name in Indonesian"), max_length=200)
    label_en = words_field(gettext_lazy("Name in English"), max_length=200)
    always = gettext_lazy("Always shown")

    def __init__(self, data: Any = None, *, content: Mapping[str, Any], place: str = "", **more: Any) -> None:
        self.place = place
        super().__init__(data, content=content, **more)

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        self.content = content
        found = next((each for each in sections_of(content) if each.place == self.place), None)
        if found is None:
            return {}
        return texts_of(found.label, "label") | self.said_condition(found.condition, own=found.own_rule)

    def prepare(self) -> None:
        if self.place:
            self.fields["condition"].label = _("Shown")
            self.offer()
        else:
            self.withhold()

    def apply(self, content: Mapping[str, Any]) -> Content:
        if not self.place:
            return add_section(content, self.texts("label"))
        return alter_section(content, self.place, self.texts("label"), self.cleaned_data["said"], keep_rule=self.keeps)
