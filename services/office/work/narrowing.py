"""What an officer narrows the queue to: asked in a form, told in words."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.agencies.queries import agencies_named, staff_page, units_of
from services.applications.api.filters import FiltersIn
from services.office.work.staff import Roles

# Whose, by its value in the address.
_WHOSE: Final = [("", _("Everybody's")), ("me", _("Mine")), ("nobody", _("Nobody's yet"))]
_STANDS: Final = [("", _("Any")), ("overdue", _("Overdue")), ("waits", _("Waits for the resident"))]
_SORTS: Final = [("due", _("The soonest due first")), ("newest", _("The newest first"))]
_MOST_STAFF: Final = 500


class QueueForm(forms.Form):
    """What the queue of somebody's agencies is narrowed to; what leaves no choice is not asked."""

    agency = forms.ChoiceField(label=_("Agency"), required=False)
    assignee = forms.ChoiceField(label=_("Whose"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    stands = forms.ChoiceField(label=_("How it stands"), choices=_STANDS, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=_SORTS, required=False)
    q = forms.CharField(label=_("Number begins with"), required=False, max_length=20,
                        widget=forms.TextInput(attrs={"placeholder": "BPN-…"}))  # fmt: skip

    def __init__(self, data: Any, *, roles: Roles, me: UUID, **more: Any) -> None:
        super().__init__(data, **more)
        units = units_of(list(roles))
        colleagues = {str(row[0]): row[1] for id in roles for row in
                      staff_page(id, limit=_MOST_STAFF, after=None, before=None) if row[0] != me}  # fmt: skip
        self.fields["assignee"].choices = [*_WHOSE, *colleagues.items()]  # type: ignore[attr-defined]  # a ChoiceField
        named = [("none", _("In none")), *((each.code, each.name) for each in units)]
        self.fields["unit"].choices = [("", _("Any")), *named]  # type: ignore[attr-defined]  # a ChoiceField
        if len(named) == 1:
            del self.fields["unit"]
        if len(roles) == 1:
            del self.fields["agency"]
        else:
            codes = [(code, name) for code, name in agencies_named(roles).values()]
            self.fields["agency"].choices = [("", _("Any")), *codes]  # type: ignore[attr-defined]  # a ChoiceField

    def asked(self) -> dict[str, Any]:
        """Return it as the filters of the API; what is none of them is left out and said beside its field."""
        if not self.is_valid():
            return {}
        said = {name: value for name, value in self.cleaned_data.items() if value and name != "stands"}
        said |= {"overdue": {"overdue": True}, "waits": {"paused": True}}.get(self.cleaned_data["stands"], {})
        wanted = FiltersIn(data=said)
        if not wanted.is_valid():
            for name in wanted.errors:
                self.add_error(name, _("A number begins with BPN- and three letters or digits more."))
            return {}
        return dict(wanted.validated_data)


_SAID: Final[Mapping[tuple[str, Any], Promise]] = {
    ("overdue", True): _("Overdue"),
    ("paused", True): _("Waits for the resident"),
    ("assignee", "me"): _("Mine"),
    ("assignee", "nobody"): _("Nobody's yet"),
    ("unit", "none"): _("In no unit"),
    ("sort", "newest"): _("The newest first"),
}


def in_words(filters: Mapping[str, Any]) -> list[str]:
    """Return what kept filters narrow to; a colleague is not named, their id says nothing to a reader."""
    told = [str(_SAID.get((name, value), value)) for name, value in filters.items() if name != "assignee"]
    if "assignee" in filters:
        told.append(str(_SAID.get(("assignee", filters["assignee"]), _("A colleague's"))))
    return [each for each in told if each != "due"]
