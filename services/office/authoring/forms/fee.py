"""What a service costs."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.definitions.editing import PerChoice, PerUnit, fee_rule, question_at, read_fee_rule
from services.office.authoring.forms.base import Content, PartForm
from services.office.authoring.forms.offers import MOST_RUPIAH, NUMBERED, ONE_LINE, OWN, lines_of, named
from services.pages.manners import page_language


class FeeForm(PartForm):
    """What it costs: one amount, so much for each, or so much by a choice."""

    how = forms.ChoiceField(label=gettext_lazy("What it costs"), widget=forms.RadioSelect)
    amount = forms.IntegerField(
        label=gettext_lazy("Amount, in rupiah"), required=False, min_value=0, max_value=MOST_RUPIAH,
        help_text=gettext_lazy("0 where it is free."),
    )  # fmt: skip
    unit = forms.ChoiceField(label=gettext_lazy("For each"), required=False)
    unit_amount = forms.IntegerField(
        label=gettext_lazy("Amount for each, in rupiah"), required=False, min_value=0, max_value=MOST_RUPIAH
    )
    base = forms.IntegerField(
        label=gettext_lazy("Amount besides, in rupiah"), required=False, min_value=0, max_value=MOST_RUPIAH
    )
    basis = forms.CharField(
        label=gettext_lazy("Legal basis of the fee"), help_text=gettext_lazy("Law and article, or that it is free."),
        **ONE_LINE,
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
        numbers = lines_of(self.content, *NUMBERED)
        unit.choices = named(numbers)
        self.by_choice = lines_of(self.content, "choice")
        offered = [("fixed", _("One amount"))]
        offered += [("unit", _("So much for each"))] if numbers else []
        for line in self.by_choice:
            label = line.label.get(page_language()) or line.pointer
            offered.append((f"choice:{line.pointer}", _("By the choice made at: %(field)s") % {"field": label}))
            for code, word in self._choices(line.pointer):
                self.fields[_amount(line.pointer, code)] = forms.IntegerField(
                    label=word, required=False, min_value=0, max_value=MOST_RUPIAH
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
