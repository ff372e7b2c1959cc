"""Requests on one's data: access, correction, that a use stops; each with its 3 x 24 hours."""

from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.names import validate_name
from accounts.privacy.models import DataRequest
from accounts.privacy.operations.requests import make_request
from accounts.privacy.queries.requests import request_line, requests_of
from services.pages.manners import page_language, person_id, told_as_page
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Problem, localized


class RequestForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What you ask for"), choices=DataRequest.Kind.choices)
    text = forms.CharField(
        label=gettext_lazy("Your request, in your own words"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Which data, and what is wrong or wanted. Do not write your NIK here."),
    )
    full_name = forms.CharField(
        label=gettext_lazy("Your name as it should be"),
        max_length=150,
        required=False,
        validators=[validate_name],
        help_text=gettext_lazy("Only if your name is to be corrected."),
    )

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("full_name") and said.get("kind") not in (None, DataRequest.Kind.CORRECTION):
            self.add_error("full_name", ValidationError(_("Only a correction names another name.")))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def requests(request: HttpRequest) -> HttpResponse:
    """Show what the person asked and what was answered; a POST asks."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            make_request(person_id=person_id(request), now=timezone.now(), **form.cleaned_data)
        except Problem as problem:
            form.add_error(None, ValidationError(localized(problem.detail, page_language())))
        else:
            messages.success(request, _("Your request was received. It is answered within 3 x 24 hours."))
            return HttpResponseRedirect(reverse("account-requests"))
    asked, now = read_page(request, [datetime, UUID]), timezone.now()
    rows = requests_of(person_id(request), limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda each: (each.made_at, each.pk), line=lambda each: _line(each, now))
    return render(request, "portal/account/requests.html", {"page": page, "form": form})


def _line(each: DataRequest, now: datetime) -> dict[str, object]:
    words = {"kind": each.get_kind_display(), "state": each.get_state_display()}
    return request_line(each, now=now) | {"in_words": words}
