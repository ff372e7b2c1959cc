"""Who decides by when, what a grant issues, how long it is kept."""

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.office.authoring.forms.base import Content, PartForm, in_order, texts_of, words_field
from services.office.authoring.forms.offers import ONE_LINE, OWN, as_list, lines_of, named, put
from services.office.authoring.words import WORKFLOWS


class ProcedureForm(PartForm):
    """Who decides by when, what a grant issues, how long it is kept."""

    workflow = forms.ChoiceField(label=gettext_lazy("Procedure"), widget=forms.RadioSelect)
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=0, max_value=365)
    counted = forms.ChoiceField(
        label=gettext_lazy("Which days count"),
        choices=[
            ("working_days", gettext_lazy("Working days, without holidays and joint leave")),
            ("calendar_days", gettext_lazy("Every day")),
        ],
    )
    start = forms.ChoiceField(
        label=gettext_lazy("Counted from"),
        choices=[
            ("complete", gettext_lazy("The day on which it is complete")),
            ("submitted", gettext_lazy("The day on which it is handed in")),
        ],
    )
    basis = forms.CharField(label=gettext_lazy("Legal basis of the deadline"), **ONE_LINE)
    on_lapse = forms.ChoiceField(
        label=gettext_lazy("When the deadline passes"), required=False,
        choices=[
            ("", gettext_lazy("Nobody is told")),
            ("escalate", gettext_lazy("The officer, then the agency's head, then the Inspektorat are told")),
            ("granted", gettext_lazy("It is deemed granted by law (UU 30/2014, article 53)")),
        ],
    )  # fmt: skip
    issues = forms.BooleanField(label=gettext_lazy("A grant issues a document"), required=False)
    outcome_id = words_field(gettext_lazy("Name of the document in Indonesian"), required=False, max_length=300)
    outcome_en = words_field(gettext_lazy("Name of the document in English"), required=False, max_length=300)
    document = forms.CharField(
        label=gettext_lazy("Kind of document, in small letters"), required=False, max_length=60,
        validators=[RegexValidator("^[a-z0-9]+(-[a-z0-9]+)*$", gettext_lazy("Small letters, digits and hyphens."))],
    )  # fmt: skip
    number = forms.CharField(
        label=gettext_lazy("Pattern of its number"), required=False, max_length=80,
        help_text=gettext_lazy("{seq:05d} counts; {agency}, {year}, {month}, {month_roman} are filled in."),
    )  # fmt: skip
    valid_months = forms.IntegerField(
        label=gettext_lazy("Valid for how many months"), required=False, min_value=1, max_value=1200,
        help_text=gettext_lazy("For ever when left empty."),
    )  # fmt: skip
    shows = forms.MultipleChoiceField(
        label=gettext_lazy("Answers printed on it"), required=False, widget=forms.CheckboxSelectMultiple
    )
    verify_shows = forms.MultipleChoiceField(
        label=gettext_lazy("Answers that whoever verifies it sees; as few as suffice"), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    months = forms.IntegerField(
        label=gettext_lazy("How many months it is kept after the end"), min_value=1, max_value=1200
    )

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        deadline, outcome = content.get("deadline", {}), content.get("outcome") or {}
        workflow, valid = content.get("workflow"), outcome.get("valid_months")
        counted = "calendar_days" if "calendar_days" in deadline else "working_days"
        return {
            "workflow": workflow if isinstance(workflow, str) else OWN if workflow else "",
            "days": deadline.get(counted), "counted": counted, "start": deadline.get("from"),
            "basis": deadline.get("basis"), "on_lapse": deadline.get("on_lapse", ""),
            "issues": bool(outcome), "document": outcome.get("document"), "number": outcome.get("number"),
            "valid_months": valid if isinstance(valid, int) else None, "shows": outcome.get("shows"),
            "verify_shows": outcome.get("verify_shows"), "months": content.get("retention", {}).get("months"),
        } | texts_of(outcome.get("title"), "outcome")  # fmt: skip

    def prepare(self) -> None:
        own = [(OWN, _("As it stands in the whole definition"))] if self.initial.get("workflow") == OWN else []
        answers = named([line for line in lines_of(self.content) if line.kind not in ("file", "group")])
        choices: dict[str, list[Any]] = {
            "workflow": [*WORKFLOWS.items(), *own],
            "shows": answers,
            "verify_shows": answers,
        }
        for name, offered in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)  # noqa: S101 - declared above
            known = dict(offered)
            stands = self.initial.get(name) or []
            field.choices = [*offered, *((each, each) for each in as_list(stands) if each not in known)]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("issues"):
            for name in ("outcome_id", "outcome_en", "document"):
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("Needed for what you chose.")))
        return said

    def apply(self, content: Mapping[str, Any]) -> Content:
        said, changed = self.cleaned_data, copy.deepcopy(dict(content))
        if said["workflow"] != OWN:
            changed["workflow"] = said["workflow"]
        deadline = {said["counted"]: said["days"], "from": said["start"], "basis": said["basis"]}
        put(deadline, "on_lapse", said["on_lapse"])
        put(deadline, "escalation", changed.get("deadline", {}).get("escalation"))
        changed["deadline"] = deadline
        changed["retention"] = dict(changed.get("retention") or {}) | {"months": said["months"]}
        outcome = dict(changed.get("outcome") or {})
        changed.pop("outcome", None)
        if said["issues"]:
            outcome |= {"document": said["document"], "title": self.texts("outcome")}
            put(outcome, "number", said["number"])
            for name in ("shows", "verify_shows"):
                put(outcome, name, in_order(said[name], outcome.get(name)))
            if said["valid_months"] or not isinstance(outcome.get("valid_months"), str):
                put(outcome, "valid_months", said["valid_months"])
            changed["outcome"] = outcome
        return changed
