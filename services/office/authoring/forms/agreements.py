"""What must agree between answers."""

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.office.authoring.forms.base import Content, PartForm, words_field
from services.office.authoring.forms.offers import NUMBERED, lines_of, named
from services.office.authoring.words import EFFECTS


class AgreementForm(PartForm):
    """One check between fields: what must hold, and what a resident reads where it does not."""

    left = forms.ChoiceField(label=gettext_lazy("The answer"))
    word = forms.ChoiceField(label=gettext_lazy("Must hold"), choices=list(EFFECTS.items()))
    right = forms.ChoiceField(label=gettext_lazy("Compared with"))
    number = forms.FloatField(
        label=gettext_lazy("The number"), required=False, help_text=gettext_lazy("Where it is compared with a number.")
    )
    message_id = words_field(gettext_lazy("Message in Indonesian"), max_length=500)
    message_en = words_field(gettext_lazy("Message in English"), max_length=500)

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        left, right = self.fields["left"], self.fields["right"]
        assert isinstance(left, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(right, forms.ChoiceField)  # noqa: S101
        comparable = named(lines_of(self.content, "date", "text", "choice", *NUMBERED))
        left.choices = comparable
        right.choices = [("$today", _("Today")), ("number", _("A number")), *comparable]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("right") == "number" and said.get("number") is None and "number" not in self.errors:
            self.add_error("number", ValidationError(_("Needed for what you chose.")))
        return said

    def apply(self, content: Mapping[str, Any]) -> Content:
        said, changed = self.cleaned_data, copy.deepcopy(dict(content))
        number = said["number"]
        right: Any = {"var": said["right"].strip("/").replace("/", ".")}
        if said["right"] == "number":
            right = int(number) if number.is_integer() else number
        rule = {said["word"]: [{"var": said["left"].strip("/").replace("/", ".")}, right]}
        check = {"rule": rule, "field": said["left"], "message": self.texts("message")}
        changed.setdefault("form", {}).setdefault("checks", []).append(check)
        return changed
