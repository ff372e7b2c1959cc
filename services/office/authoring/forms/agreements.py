"""What must agree between answers: comparisons, and what a resident reads where they do not hold."""

import copy
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from services.definitions.editing import DAY, Agreement, Compared, Gone, agreement_of, check_of, question_at
from services.office.authoring.forms.base import Content, PartForm, texts_of, words_field
from services.office.authoring.forms.conditions import typed_value
from services.office.authoring.forms.offers import NUMBERED, lines_of, named
from services.office.authoring.words import EFFECTS

MOST: Final = 3  # comparisons that a page asks for
_VALUE: Final = "value"
_COMPARABLE: Final = ("date", "text", "choice", "yes-no", "kelurahan", *NUMBERED)


def can_show(said: Agreement, content: Mapping[str, Any]) -> bool:
    """Return whether the page offers each thing that a check says: another would be lost with the next save."""
    comparable = {pointer for pointer, _label in named(lines_of(content, *_COMPARABLE))}
    standing = {said.compared[0].left, *(pointer for pointer, _label in named(lines_of(content)))}
    return (
        len(said.compared) <= MOST
        and said.field in standing
        and all(
            each.left in comparable and each.word in EFFECTS and (not each.is_field or each.right in {*comparable, DAY})
            for each in said.compared
        )
    )


class AgreementForm(PartForm):
    """One check between fields: a new one, or that at `number`."""

    left = forms.ChoiceField(label=gettext_lazy("The answer"))
    word = forms.ChoiceField(label=gettext_lazy("Must hold"), choices=list(EFFECTS.items()))
    right = forms.ChoiceField(label=gettext_lazy("Compared with"))
    value = forms.CharField(
        label=gettext_lazy("The value"), required=False, max_length=200,
        help_text=gettext_lazy("Where it is compared with a value: a number, a date as 2026-01-31, a text, a choice."),
    )  # fmt: skip
    field = forms.ChoiceField(
        label=gettext_lazy("Where the message stands"), required=False,
        help_text=gettext_lazy("At the first answer, where nothing is chosen."),
    )  # fmt: skip
    message_id = words_field(gettext_lazy("Message in Indonesian"), max_length=500)
    message_en = words_field(gettext_lazy("Message in English"), max_length=500)

    def __init__(self, data: Any = None, *, content: Mapping[str, Any], number: int | None = None, **more: Any) -> None:
        self.number = number
        super().__init__(data, content=content, **more)

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        if self.number is None:
            return {}
        check = check_at(content, self.number)
        said = agreement_of(check)
        if said is None or not can_show(said, content):
            raise Gone("/form/checks")
        found = texts_of(check.get("message"), "message") | {"joined": "any" if said.any else "all"}
        for place, each in enumerate(said.compared):
            right = each.right if each.is_field else _VALUE
            row = {"left": each.left, "word": each.word, "right": right, "value": "" if each.is_field else each.right}
            found |= {_name(name, place): value for name, value in row.items()}
        return found | {"field": said.field if said.field != said.compared[0].left else ""}

    def prepare(self) -> None:
        comparable = named(lines_of(self.content, *_COMPARABLE))
        right = [(_VALUE, _("A value")), (DAY, _("Today")), *comparable]
        nothing = [("", _("No further comparison"))]
        for place in range(MOST):
            if place:
                self._add(place)
            self._offer(_name("left", place), nothing + comparable if place else comparable)
            self._offer(_name("right", place), right)
        self._offer("field", [("", _("At the first answer")), *named(lines_of(self.content))])
        stands = self.initial.get("joined") or "all"
        joined = [("all", _("All of these must hold")), ("any", _("One of these is enough"))]
        self.fields["joined"] = forms.ChoiceField(
            label=_("Of several comparisons"), choices=joined, required=False, initial=stands
        )
        self.order_fields([_name(name, 0) for name in _ROW])
        for bound in self.further():
            bound.field.further = True  # type: ignore[attr-defined]  # templates show these apart

    def _add(self, place: int) -> None:
        for name in _ROW:
            made = copy.deepcopy(self.base_fields[name])
            made.required = False
            made.label = f"{made.label} ({place + 1})"
            self.fields[_name(name, place)] = made

    def _offer(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def further(self) -> list[forms.BoundField]:
        """Return the fields for more than one comparison."""
        names = ["joined", *(_name(name, place) for place in range(1, MOST) for name in _ROW)]
        return [self[name] for name in names]

    def has_further(self) -> bool:
        """Return whether more than one comparison is said, or something is wrong with a further one."""
        return any(each.errors or (each.value() and each.name.startswith("left")) for each in self.further())

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        found = [each for place in range(MOST) if (each := self._compared(said, place))]
        said["compared"] = tuple(found)
        return said

    def _compared(self, said: dict[str, Any], place: int) -> Compared | None:
        left, word, right, value = (said.get(_name(name, place)) or "" for name in _ROW)
        if not left or not right:
            return None
        if right != _VALUE:
            return Compared(left, word, right, is_field=True)
        typed = _typed(value.strip(), question_at(self.content, left))
        if typed is None:
            self.add_error(_name("value", place), ValidationError(_("Needed for what you chose.")))
        return Compared(left, word, typed)

    def apply(self, content: Mapping[str, Any]) -> Content:
        said, changed = self.cleaned_data, copy.deepcopy(dict(content))
        compared = said["compared"]
        agreement = Agreement(
            compared, said["field"] or compared[0].left, self.texts("message"),
            any=len(compared) > 1 and said["joined"] == "any",
        )  # fmt: skip
        checks = changed.setdefault("form", {}).setdefault("checks", [])
        if self.number is None:
            checks.append(check_of(agreement))
        else:
            checks[self.number] = check_of(agreement, check_at(content, self.number))
        return changed


_ROW: Final = ("left", "word", "right", "value")


def _name(name: str, place: int) -> str:
    return f"{name}_{place + 1}" if place else name


def _typed(text: str, question: Any) -> Any:
    """Return what was typed as a value of the field, None where it is none; a choice may be typed by its name."""
    if question is not None and question.kind == "yes-no":
        return {_("yes"): True, _("no"): False, "true": True, "false": False}.get(text.lower())
    if question is not None and question.kind == "choice":
        names = {name.lower(): each.code for each in question.choices for name in (each.code, *each.label.values())}
        return names.get(text.lower())
    return typed_value(text, question)


def check_at(content: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """Return a check of the form.

    :raises Gone: where there is none any more.
    """
    checks = content.get("form", {}).get("checks", [])
    if number >= len(checks):
        raise Gone("/form/checks")
    found: Mapping[str, Any] = checks[number]
    return found
