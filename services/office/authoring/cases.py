"""Golden cases of a service: made-up answers with what came of them, kept from trying a draft out."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from services.catalogue.models import GoldenCase
from services.catalogue.operations.cases import remove_case, save_case
from services.catalogue.queries.authoring import checked, draft_of
from services.catalogue.queries.preview import Preview
from services.catalogue.queries.trying import cases_of, results_of
from services.definitions.editing import key_for
from services.office.authoring.changes import named
from services.office.authoring.desk import Desk, on_desk
from services.office.authoring.forms.base import words_field
from superapp.http.problems import Problem, localized


class CaseForm(forms.Form):
    """What a golden case is called."""

    case_id = words_field(gettext_lazy("Name in Indonesian"), max_length=200)
    case_en = words_field(gettext_lazy("Name in English"), max_length=200)


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def cases(desk: Desk) -> HttpResponse:
    """Show the golden cases and what becomes of them under what is written; a POST removes one."""
    said = desk.request.POST
    if said.get("action") == "remove":
        match = f'"{said.get("sha256", "")}"'
        try:
            remove_case(service=desk.service, name=said.get("case", ""), if_match=match, **desk.does)
            messages.success(desk.request, _("The golden case was removed."))
        except Problem as problem:
            messages.error(desk.request, localized(problem.detail, desk.language))
        return HttpResponseRedirect(reverse("desk-cases", args=[desk.service.slug]))
    return desk.page("cases", here="cases", cases=_cases(desk))


def _cases(desk: Desk) -> list[dict[str, Any]]:
    """Return each golden case with what is otherwise under what is written, or under what stands."""
    draft, current = draft_of(desk.service), desk.service.current
    content = draft.content if draft else current.content if current else None
    definition = checked(content, None).definition if content else None
    found = {each.case.id: each for each in results_of(desk.service, definition)} if definition else {}
    return [_case(row, found.get(row.name), desk.language) for row in cases_of(desk.service).order_by("name")]


def _case(row: GoldenCase, result: Any, language: str) -> dict[str, Any]:
    return {
        "row": row,
        "title": localized(row.content.get("title", row.name), language),
        "passed": result.passed if result else None,
        "differences": [named(localized(dict(each.text), language)) for each in result.differences] if result else [],
    }


def keep_case(desk: Desk, form: CaseForm, answers: Mapping[str, Any], seen: Preview, day: str) -> bool:
    """Keep what was tried as a golden case: these answers have to lead there under every later version."""
    said = form.cleaned_data
    taken = dict.fromkeys(cases_of(desk.service).values_list("name", flat=True))
    name = key_for(said["case_id"], {each.replace("-", "_"): None for each in taken}).replace("_", "-")
    expect = {"valid": not seen.problems, "hidden": list(seen.hidden)} | ({"fee": seen.fee.amount} if seen.fee else {})
    content = {
        "title": {"id": said["case_id"], "en": said["case_en"]},
        "day": day,
        "answers": answers,
        "documents": [each.id for each in seen.documents],
        "expect": expect,
    }
    try:
        save_case(service=desk.service, name=name, content=content, if_match=None, **desk.does)
    except Problem as problem:
        for each in problem.errors:
            form.add_error(None, localized(each.detail, desk.language))
        if not problem.errors:
            form.add_error(None, localized(problem.detail, desk.language))
        return False
    messages.success(desk.request, _("Kept. It is tried with every version from now on."))
    return True
