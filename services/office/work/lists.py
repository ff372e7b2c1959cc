"""Lists of the queue that an officer takes out as files: asked for with a reason, written by the worker, fetched."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from services.applications.api.lists import ListIn, file_of_list, kept_filters
from services.applications.models import QueueExport
from services.applications.operations.lists import COLUMNS, ask_for_list
from services.applications.queries.exports import export_line, exports_for, own_export
from services.catalogue.queries import local
from services.office.work.narrowing import QueueForm, in_words
from services.office.work.staff import Roles, for_staff
from services.pages.manners import checked, on_form, page_language, person_id
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing

_FORMATS: Final = [("xlsx", "XLSX"), ("csv", "CSV")]
_USUAL: Final = ["number", "service", "state", "submitted_at", "due_on", "assignee"]
_LOOK_AGAIN: Final = 3  # seconds


class ListForm(QueueForm):
    """What the list is narrowed to, what it tells of each application, and for what."""

    columns = forms.MultipleChoiceField(label=_("Columns"), widget=forms.CheckboxSelectMultiple)
    format = forms.ChoiceField(label=_("File"), choices=_FORMATS)
    reason = forms.CharField(label=_("For what"), min_length=5, max_length=300,
                             help_text=_("Each applicant in the list reads it, with your name."))  # fmt: skip

    def __init__(self, data: Any, *, roles: Roles, me: UUID, **more: Any) -> None:
        super().__init__(data, roles=roles, me=me, **more)
        named = [(code, local(texts, page_language())) for code, texts in COLUMNS.items()]
        self.fields["columns"].choices = named  # type: ignore[attr-defined]  # a MultipleChoiceField


@require_safe
@for_staff
def taken(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Show the lists that I took out; to an OPD admin those of all their agency. While one is written, look again."""
    me, now = person_id(request), timezone.now()
    asked = read_page(request, [datetime, UUID])
    administered = [id for id, held in roles.items() if "admin" in held]
    rows = exports_for(me, administered, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(
        request, asked, rows, key=lambda row: (row.asked_at, row.pk), line=lambda row: _line(row, me, roles, now)
    )
    response = render(request, "office/work/lists.html", {"page": page})
    if any(each["mine"] and each["state"] == QueueExport.State.PREPARING for each in page["results"]):
        response.headers["Refresh"] = str(_LOOK_AGAIN)
    return response


def _line(export: QueueExport, me: UUID, roles: Roles, now: datetime) -> dict[str, Any]:
    mine = export.asked_by_id == me and export.agency_id in roles
    kept = export.state == QueueExport.State.READY and export.expires_at is not None and export.expires_at > now
    columns = [local(COLUMNS[each], page_language()) for each in export.columns]
    return export_line(export) | {
        "mine": mine, "ready": kept and mine, "columns": columns, "narrowed": in_words(export.filters)
    }  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@for_staff
def ask(request: HttpRequest, roles: Roles) -> HttpResponse:
    """Ask what the list is to hold, narrowed as the queue was; a POST has it written."""
    me = person_id(request)
    if request.method != "POST":
        first = request.GET.dict() | {"columns": _USUAL, "format": "xlsx", "reason": ""}
        return _page(request, ListForm(None, roles=roles, me=me, initial=first))
    form = ListForm(request.POST, roles=roles, me=me)
    filters = form.asked()
    if not form.is_valid() or on_form(form, lambda: _ordered(form, filters, me, roles)) is None:
        return _page(request, form)
    messages.success(request, gettext("It is being written; it can be fetched here in a moment."))
    return HttpResponseRedirect(reverse("work-lists"))


def _page(request: HttpRequest, form: ListForm) -> HttpResponse:
    wide = {"columns", "format", "reason"}
    shown = {"form": form, "narrowing": [each for each in form if each.name not in wide]}
    return render(request, "office/work/list_form.html", shown)


def _ordered(form: ListForm, filters: dict[str, Any], me: UUID, roles: Roles) -> QueueExport:
    said = {name: form.cleaned_data[name] for name in ("columns", "format", "reason")}
    wanted = checked(ListIn, said | {"filters": filters})
    place, kept = kept_filters(wanted["filters"], me=me, roles=roles)
    return ask_for_list(
        asked_by=me, agency_id=place, reason=wanted["reason"], filters=kept, columns=wanted["columns"],
        kind=wanted["format"], language=page_language(), now=timezone.now(),
    )  # fmt: skip


@require_safe
@for_staff
def file(request: HttpRequest, roles: Roles, id: UUID) -> HttpResponseBase:
    """Hand out the file of a list of mine, as long as it is kept."""
    try:
        return file_of_list(own_export(id, person_id(request), list(roles)), timezone.now())
    except QueueExport.DoesNotExist:
        raise Missing from None
