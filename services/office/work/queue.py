"""What waits at an officer's agencies, the soonest due first, narrowed by a few questions."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from services.applications.api.filters import FiltersIn
from services.applications.queries.lists import queue_lines
from services.applications.queries.narrowing import filters_from
from services.applications.queries.queue import Filters, Found, key_of, queue
from services.office.work.staff import Roles, for_staff
from services.pages.manners import page_language, person_id
from superapp.http.pagination import Asked, link, read_page

# Whose, by its value in the address.
_WHOSE: Final = [("", _("Everybody's")), ("me", _("Mine")), ("nobody", _("Nobody's yet"))]
_STANDS: Final = [("", _("Any")), ("overdue", _("Overdue")), ("waits", _("Waits for the resident"))]
_SORTS: Final = [("due", _("The soonest due first")), ("newest", _("The newest first"))]


class QueueForm(forms.Form):
    """What the queue is narrowed to."""

    assignee = forms.ChoiceField(label=_("Whose"), choices=_WHOSE, required=False)
    stands = forms.ChoiceField(label=_("How it stands"), choices=_STANDS, required=False)
    sort = forms.ChoiceField(label=_("Order"), choices=_SORTS, required=False)
    q = forms.CharField(label=_("Number begins with"), required=False, max_length=20,
                        widget=forms.TextInput(attrs={"placeholder": "BPN-…"}))  # fmt: skip

    def asked(self) -> dict[str, Any]:
        """Return it as the filters of the API; what is none of them is left out and said beside its field."""
        if not self.is_valid():
            return {}
        said = {name: self.cleaned_data[name] for name in ("assignee", "sort", "q") if self.cleaned_data[name]}
        said |= {"overdue": {"overdue": True}, "waits": {"paused": True}}.get(self.cleaned_data["stands"], {})
        wanted = FiltersIn(data=said)
        if not wanted.is_valid():
            for name in wanted.errors:
                self.add_error(name, _("A number begins with BPN- and three letters or digits more."))
            return {}
        return dict(wanted.validated_data)


@require_safe
@for_staff
def waiting(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Show a page of open applications; it names no resident."""
    form = QueueForm(request.GET)
    filters = filters_from(form.asked(), me=person_id(request), agency_ids=roles, now=timezone.now())
    asked = read_page(request, [datetime if filters.newest else date, UUID])
    found = queue(filters, limit=asked.limit + 1, after=asked.after, before=asked.before)
    return render(request, "office/work/queue.html", {"form": form, "page": _page(request, asked, found, filters)})


def _page(request: HttpRequest, asked: Asked, found: Found, filters: Filters) -> dict[str, Any]:
    """Return the page; where looking stopped early, a link leads on from there."""
    further, backward = len(found.rows) > asked.limit, asked.before is not None
    rows = found.rows[-asked.limit :] if backward else found.rows[: asked.limit]
    edges: list[Any] = [key_of(row, newest=filters.newest) for row in (rows[:1] + rows[-1:])] or [None, None]
    onward = edges[-1] if further else found.edge
    following = (edges[-1] or asked.before) if backward else onward
    preceding = (edges[0] if further else found.edge) if backward else (edges[0] if asked.after else None)
    lines = queue_lines(rows, filters.today, page_language())
    for line in lines:
        due = line["due_on"]
        line["days_left"] = (date.fromisoformat(due) - filters.today).days if due else None
    return {
        "results": lines,
        "next": link(request, "after", following) if following else None,
        "previous": link(request, "before", preceding) if preceding else None,
    }
