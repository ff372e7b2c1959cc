"""What an admin says of a service beside its form: texts, documents, fee, procedure, what must agree."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.definitions.editing import (
    Line,
    PerChoice,
    PerUnit,
    fee_rule,
    logic_of,
    put_document,
    question_at,
    read_fee_rule,
    sections_of,
    watched_by,
)
from services.office.authoring.forms.base import (
    ConditionForm,
    Content,
    LinesField,
    PartForm,
    in_order,
    texts_of,
    words_field,
)
from services.office.authoring.forms.questions import FILES
from services.office.authoring.words import EFFECTS, WORKFLOWS
from services.pages.manners import page_language
from services.pages.words import ASSURANCES, CATEGORIES, LIFE_EVENTS, word_for

OWN: Final = "own"
_MOST_RUPIAH: Final = 10**12
_NUMBERED: Final = ("integer", "number", "rupiah")
_BEHALF: Final = [("family", gettext_lazy("Family members")), ("company", gettext_lazy("Companies"))]
_ONE_LINE: Final[dict[str, Any]] = {"max_length": 300, "min_length": 3}


def lines_of(content: Mapping[str, Any], *kinds: str) -> list[Line]:
    """Return the fields of these kinds, of all where none is named; those of lists are left out."""
    lines = [line for section in sections_of(content) for line in section.lines]
    return [line for line in lines if "*" not in line.pointer and (not kinds or line.kind in kinds)]


def named(lines: list[Line]) -> list[tuple[str, str]]:
    """Return fields as choices."""
    return [(line.pointer, line.label.get(page_language()) or line.pointer) for line in lines]


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
            known = {**words, **{each: word_for(words, each) for each in _as_list(stands)}}
            assert isinstance(field, forms.ChoiceField | forms.MultipleChoiceField)  # noqa: S101 - declared above
            field.choices = _once(known, _as_list(stands))

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


def _as_list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _once(words: Mapping[str, Any], stands: list[str]) -> list[tuple[str, str]]:
    """Return choices; of several with the same word one, that which stands before others."""
    by_word: dict[str, str] = {}
    for code in sorted(words, key=lambda code: code not in stands):
        by_word.setdefault(str(words[code]), code)
    return [(code, str(word)) for code, word in words.items() if by_word[str(word)] == code or code in stands]


def put(into: dict[str, Any], name: str, value: Any) -> None:
    """Set a value, or take the name out where there is none."""
    if value in (None, "", [], {}):
        into.pop(name, None)
    else:
        into[name] = value


class DocumentForm(ConditionForm):
    """One document that a resident hands in."""

    title_id = words_field(gettext_lazy("Name in Indonesian"), max_length=300)
    title_en = words_field(gettext_lazy("Name in English"), max_length=300)
    accept = forms.MultipleChoiceField(
        label=gettext_lazy("Kinds of files that are taken"), choices=FILES, widget=forms.CheckboxSelectMultiple
    )
    max_mb = forms.IntegerField(label=gettext_lazy("Largest file, in MB"), min_value=1, max_value=10)
    optional = forms.BooleanField(label=gettext_lazy("May be left out"), required=False)
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
        plain = {name: found.get(name) for name in ("accept", "max_mb", "optional")}
        own = "when" in found and condition is None
        return texts_of(found.get("title"), "title") | plain | self.said_condition(condition, own=own)

    def prepare(self) -> None:
        if any(line.kind == "file" and _hands_in(self.content, line, self.id) for line in lines_of(self.content)):
            for name in ("optional", *self.last):  # the field itself says whether it is asked for
                del self.fields[name]
        else:
            self.fields["condition"].label = _("Asked for")
            self.offer()

    def apply(self, content: Mapping[str, Any]) -> Content:
        said = self.cleaned_data
        told = {"title": self.texts("title")} | {name: said[name] for name in ("accept", "max_mb")}
        told["accept"] = in_order(told["accept"], self.initial.get("accept"))
        told["optional"] = said.get("optional", False)
        when = logic_of(said["said"]) if said.get("said") else None
        return put_document(content, self.id, told, when=when, keep_when=self.keeps)[0]


def _hands_in(content: Mapping[str, Any], line: Line, id: str) -> bool:
    said = question_at(content, line.pointer)
    return said is not None and bool(id) and said.document == id


class FeeForm(PartForm):
    """What it costs: one amount, so much for each, or so much by a choice."""

    how = forms.ChoiceField(label=gettext_lazy("What it costs"), widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label=gettext_lazy("Amount, in rupiah"), required=False, min_value=0, max_value=_MOST_RUPIAH,
        help_text=gettext_lazy("0 where it is free."),
    )  # fmt: skip
    unit = forms.ChoiceField(label=gettext_lazy("For each"), required=False)
    unit_amount = forms.IntegerField(
        label=gettext_lazy("Amount for each, in rupiah"), required=False, min_value=0, max_value=_MOST_RUPIAH
    )
    base = forms.IntegerField(
        label=gettext_lazy("Amount besides, in rupiah"), required=False, min_value=0, max_value=_MOST_RUPIAH
    )
    basis = forms.CharField(
        label=gettext_lazy("Legal basis of the fee"), help_text=gettext_lazy("Law and article, or that it is free."),
        **_ONE_LINE,
    )  # fmt: skip

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        fee = content.get("fee", {})
        shown: dict[str, Any] = {"basis": fee.get("basis"), "how": "fixed", "amount": fee.get("amount")}
        if "rule" not in fee:
            return shown
        rule = read_fee_rule(fee["rule"])
        if isinstance(rule, PerUnit):
            return shown | {"how": "unit", "unit": rule.field, "unit_amount": rule.amount, "base": rule.base}
        if isinstance(rule, PerChoice) and question_at(content, rule.field):
            amounts = {_amount(rule.field, code): amount for code, amount in rule.amounts.items()}
            return shown | {"how": f"choice:{rule.field}"} | amounts
        return shown | {"how": OWN}

    def prepare(self) -> None:
        how, unit = self.fields["how"], self.fields["unit"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(unit, forms.ChoiceField)  # noqa: S101
        numbers = lines_of(self.content, *_NUMBERED)
        unit.choices = named(numbers)
        self.by_choice = lines_of(self.content, "choice")
        offered = [("fixed", _("One amount"))]
        offered += [("unit", _("So much for each"))] if numbers else []
        for line in self.by_choice:
            label = line.label.get(page_language()) or line.pointer
            offered.append((f"choice:{line.pointer}", _("By the choice made at: %(field)s") % {"field": label}))
            for code, word in self._choices(line.pointer):
                self.fields[_amount(line.pointer, code)] = forms.IntegerField(
                    label=word, required=False, min_value=0, max_value=_MOST_RUPIAH
                )
        own = [(OWN, _("As it stands in the whole definition"))] if self.initial.get("how") == OWN else []
        how.choices = [*offered, *own]

    def _choices(self, pointer: str) -> list[tuple[str, str]]:
        said = question_at(self.content, pointer)
        return [(each.code, each.label.get(page_language()) or each.code) for each in said.choices] if said else []

    def amounts(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """Yield each field with choices by its name, with the amounts of its choices."""
        for line in self.by_choice:
            codes = [code for code, _word in self._choices(line.pointer)]
            name = line.label.get(page_language()) or line.pointer
            yield name, [self[_amount(line.pointer, code)] for code in codes]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        how = said.get("how", "")
        needed = {"fixed": ["amount"], "unit": ["unit", "unit_amount"]}.get(how, [])
        if how.startswith("choice:"):
            pointer = how.removeprefix("choice:")
            needed = [_amount(pointer, code) for code, _word in self._choices(pointer)]
        for name in needed:
            if said.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, ValidationError(_("Needed for what you chose.")))
        return said

    def apply(self, content: Mapping[str, Any]) -> Content:
        said, changed = self.cleaned_data, copy.deepcopy(dict(content))
        how, basis = said["how"], {"basis": said["basis"]}
        if how == OWN:
            changed["fee"] = dict(changed.get("fee", {})) | basis
        elif how == "fixed":
            changed["fee"] = {"amount": said["amount"]} | basis
        elif how == "unit":
            rule = PerUnit(said["unit"], said["unit_amount"], said["base"] or 0)
            changed["fee"] = {"rule": fee_rule(rule)} | basis
        else:
            pointer = how.removeprefix("choice:")
            amounts = {code: said[_amount(pointer, code)] for code, _word in self._choices(pointer)}
            changed["fee"] = {"rule": fee_rule(PerChoice(pointer, amounts))} | basis
        return changed


def _amount(pointer: str, code: str) -> str:
    return f"amount:{pointer}:{code}"


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
    basis = forms.CharField(label=gettext_lazy("Legal basis of the deadline"), **_ONE_LINE)
    escalate = forms.BooleanField(label=gettext_lazy("Tell the agency's head when it passes"), required=False)
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
            "basis": deadline.get("basis"), "escalate": deadline.get("on_lapse") == "escalate",
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
            field.choices = [*offered, *((each, each) for each in _as_list(stands) if each not in known)]

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
        changed["deadline"] = deadline | ({"on_lapse": "escalate"} if said["escalate"] else {})
        changed["retention"] = {"months": said["months"]}
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
        comparable = named(lines_of(self.content, "date", "text", "choice", *_NUMBERED))
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
