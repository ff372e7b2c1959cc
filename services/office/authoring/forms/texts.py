"""What a service is called, whose it is for, and on which law it stands."""

import copy
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy

from services.office.authoring.forms.base import Content, LinesField, PartForm, in_order, texts_of, words_field
from services.office.authoring.forms.offers import as_list, put
from services.pages.words import ASSURANCES, CATEGORIES, LIFE_EVENTS, word_for

_BEHALF: Final = [("family", gettext_lazy("Family members")), ("company", gettext_lazy("Companies"))]


class TextsForm(PartForm):
    """What the service is, whose it is for, on which law."""

    title_id = words_field(gettext_lazy("Title in Indonesian"))
    title_en = words_field(gettext_lazy("Title in English"))
    summary_id = words_field(gettext_lazy("Summary in Indonesian"), rows=3)
    summary_en = words_field(gettext_lazy("Summary in English"), rows=3)
    category = forms.ChoiceField(label=gettext_lazy("Category"))
    life_events = forms.MultipleChoiceField(
        label=gettext_lazy("Moments of life"), required=False, widget=forms.CheckboxSelectMultiple
    )
    keywords = LinesField(
        label=gettext_lazy("Search words"), required=False, max_length=3000,
        help_text=gettext_lazy("Words by which residents look for it, one a line."),
    )  # fmt: skip
    assurance = forms.ChoiceField(
        label=gettext_lazy("Who may apply"), choices=list(ASSURANCES.items()), widget=forms.RadioSelect
    )
    on_behalf_of = forms.MultipleChoiceField(
        label=gettext_lazy("For whom somebody else may apply"), required=False, choices=_BEHALF,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    legal_basis = LinesField(
        label=gettext_lazy("Legal basis"), max_length=9000,
        help_text=gettext_lazy("Law and article, one a line; the first is printed on documents."),
    )  # fmt: skip

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        access = content.get("access", {})
        plain = {name: content.get(name) for name in ("category", "life_events", "keywords", "legal_basis")}
        texts = texts_of(content.get("title"), "title") | texts_of(content.get("summary"), "summary")
        return texts | plain | {name: access.get(name) for name in ("assurance", "on_behalf_of")}

    def prepare(self) -> None:
        for name, words in (("category", CATEGORIES), ("life_events", LIFE_EVENTS)):
            field, stands = self.fields[name], self.initial.get(name) or []
            known = {**words, **{each: word_for(words, each) for each in as_list(stands)}}
            assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)  # noqa: S101 - declared above
            field.choices = _once(known, as_list(stands))

    def apply(self, content: Mapping[str, Any]) -> Content:
        said = self.cleaned_data
        changed = copy.deepcopy(dict(content))
        changed |= {"title": self.texts("title"), "summary": self.texts("summary")}
        changed |= {"category": said["category"], "legal_basis": said["legal_basis"]}
        put(changed, "life_events", in_order(said["life_events"], changed.get("life_events")))
        put(changed, "keywords", said["keywords"])
        access = changed.setdefault("access", {})
        access.setdefault("audience", ["resident"])
        access["assurance"] = said["assurance"]
        put(access, "on_behalf_of", in_order(said["on_behalf_of"], access.get("on_behalf_of")))
        return changed


def _once(words: Mapping[str, Any], stands: list[str]) -> list[tuple[str, str]]:
    """Return choices; of several with the same word one, that which stands before others."""
    by_word: dict[str, str] = {}
    for code in sorted(words, key=lambda code: code not in stands):
        by_word.setdefault(str(words[code]), code)
    return [(code, str(word)) for code, word in words.items() if by_word[str(word)] == code or code in stands]
