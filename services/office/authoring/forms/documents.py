"""The documents that a resident hands in."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.definitions.document_types import DOCUMENT_TYPES
from services.definitions.editing import Line, logic_of, put_document, question_at, watched_by
from services.office.authoring.forms.base import Content, in_order, texts_of, words_field
from services.office.authoring.forms.conditions import ConditionForm
from services.office.authoring.forms.offers import lines_of
from services.office.authoring.forms.questions import FILES
from services.pages.manners import page_language


class DocumentForm(ConditionForm):
    """One document that a resident hands in."""

    title_id = words_field(gettext_lazy("Name in Indonesian"), max_length=300)
    title_en = words_field(gettext_lazy("Name in English"), max_length=300)
    accept = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of files that are taken"), choices=FILES, widget=forms.CheckboxSelectMultiple
    )
    max_mb = forms.IntegerField(label=gettext_lazy("Largest file, in MB"), min_value=1, max_value=10)
    optional = forms.BooleanField(label=gettext_lazy("May be left out"), required=False)
    document_type = forms.ChoiceField(
        label=gettext_lazy("Which paper it is"),
        required=False,
        help_text=gettext_lazy(
            "Who handed this paper in before, at any agency, is offered it again and need not upload it. Choose one "
            "only for a paper that stays the same from one application to the next."
        ),
    )
    always = gettext_lazy("Always asked for")

    def __init__(self, data: Any = None, *, content: Mapping[str, Any], id: str = "", **more: Any) -> None:
        self.id = id
        super().__init__(data, content=content, **more)

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        self.content = content
        found = next((each for each in content.get("requirements", []) if each["id"] == self.id), None)
        if found is None:
            return {"accept": ["pdf", "jpeg", "png"], "max_mb": 5}
        condition = watched_by(found.get("when"))
        plain = {name: found.get(name) for name in ("accept", "max_mb", "optional", "document_type")}
        own = "when" in found and condition is None
        return texts_of(found.get("title"), "title") | plain | self.said_condition(condition, own=own)

    def prepare(self) -> None:
        types = [(name, label[page_language()]) for name, label in DOCUMENT_TYPES.items()]
        paper = self.fields["document_type"]
        assert isinstance(paper, forms.ChoiceField)  # noqa: S101 - declared above
        paper.choices = [("", _("One that only this service asks for")), *types]
        if any(line.kind == "file" and _hands_in(self.content, line, self.id) for line in lines_of(self.content)):
            self.withhold()  # the field itself says whether it is asked for
            del self.fields["optional"]
        else:
            self.fields["condition"].label = _("Asked for")
            self.offer()

    def apply(self, content: Mapping[str, Any]) -> Content:
        said = self.cleaned_data
        told = {"title": self.texts("title")} | {name: said[name] for name in ("accept", "max_mb")}
        told["accept"] = in_order(told["accept"], self.initial.get("accept"))
        told["optional"] = said.get("optional", False)
        if said["document_type"]:
            told["document_type"] = said["document_type"]
        when = logic_of(said["said"]) if said.get("said") else None
        return put_document(content, self.id, told, when=when, keep_when=self.keeps)[0]


def _hands_in(content: Mapping[str, Any], line: Line, id: str) -> bool:
    said = question_at(content, line.pointer)
    return said is not None and bool(id) and said.document == id
