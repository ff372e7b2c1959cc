"""Taking a service to another environment as one signed file, and taking such a file in."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from services.agencies.models import Agency
from services.catalogue.bundles import Bundle, name_of, opened, pack
from services.catalogue.operations.importing import import_bundle
from services.catalogue.queries.packing import Step, packed_version, planned
from services.office.authoring.changes import changes_in_words
from services.office.authoring.desk import Desk, on_desk
from services.office.authoring.words import ACTIONS, CLASSES
from services.office.people import for_admins
from services.pages.manners import page_language, person_id
from services.pages.words import word_for
from superapp.http.problems import Missing, Problem, localized

_MOST_BYTES: Final = 700_000


class FileForm(forms.Form):
    """The file, as it was exported."""

    file = forms.FileField(
        label=gettext_lazy("File from another environment"),
        help_text=gettext_lazy("As it was exported there; one changed letter and it is refused."),
        max_length=200,
    )

    def clean_file(self) -> Any:
        """Refuse what is too large to be sent back by a page that shows what it would change."""
        file = self.cleaned_data["file"]
        if file.size > _MOST_BYTES:
            raise ValidationError(_("Larger than 700 kB: import it over the API."))
        return file


@require_safe
@on_desk
def export(desk: Desk) -> HttpResponse:
    """Hand out the version that stands as a signed file."""
    if desk.service.current is None:
        raise Missing
    body = pack([packed_version(desk.service, desk.service.current)])
    headers = {"Content-Disposition": f'attachment; filename="{name_of(body)}"'}
    return HttpResponse(body, content_type="application/json", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def take_in(request: HttpRequest, agencies: list[Agency]) -> HttpResponse:
    """Ask for a file and tell what it would change here; a POST that has seen that takes it in, as drafts."""
    form = FileForm(request.POST or None, request.FILES or None)
    shown: dict[str, Any] = {"form": form}
    body = _sent(request.POST)
    if body is None and request.method == "POST" and form.is_valid():
        body = form.cleaned_data["file"].read()
    if body is not None:
        try:
            bundle = opened(body)
            if "seen" in request.POST:
                return _taken(request, bundle, agencies)
            steps = planned(bundle, agency_ids=[each.pk for each in agencies])
            shown |= {"bundle": bundle, "steps": [_told(each) for each in steps]}
            shown["body"] = base64.b64encode(body).decode()
            shown["errors"] = [localized(error.detail, page_language()) for step in steps for error in step.errors]
        except Problem as problem:
            told = [localized(each.detail, page_language()) for each in problem.errors]
            shown["errors"] = told or [localized(problem.detail, page_language())]
    return render(request, "office/services/import.html", shown)


def _sent(said: Mapping[str, Any]) -> bytes | None:
    """Return the file that the page before held, None where there was none."""
    text = str(said.get("body", ""))
    if not text or len(text) > _MOST_BYTES * 2:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def _taken(request: HttpRequest, bundle: Bundle, agencies: list[Agency]) -> HttpResponse:
    made = import_bundle(
        bundle, agency_ids=[each.pk for each in agencies], actor_id=person_id(request), now=timezone.now()
    )
    new = [each for each in made if each.step.action != "unchanged" or each.step.cases_that("new")]
    said = _("Taken in as drafts: publish them like any other.") if new else _("All of it is here already.")
    messages.success(request, said)
    return HttpResponseRedirect(reverse("desk-services"))


def _told(step: Step) -> dict[str, Any]:
    return {
        "service": step.packed.service,
        "action": word_for(ACTIONS, step.action),
        "class": word_for(CLASSES, step.change_class) if step.change_class else "",
        "changes": changes_in_words(step.changes, page_language()),
        "new_cases": step.cases_that("new"),
        "kept_cases": step.cases_that("kept"),
    }
