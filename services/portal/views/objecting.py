"""Objecting to a decision on pages: begun where the law lets one, written, given its files, and sent."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from services.applications.models import DRAFT, Application
from services.applications.operations.drafts import save_answers
from services.applications.operations.files import attach_file
from services.applications.operations.objections import begin_objection
from services.applications.operations.submission import Command, submit
from services.applications.queries.detail import Row
from services.catalogue.queries import local
from services.pages.answers import leaves_at
from services.pages.manners import count_upload, page_language, person_id, refusals, told_as_page
from services.portal.answering import AnswersForm
from services.portal.own import own
from superapp.http.conditional import require_match
from superapp.http.problems import Missing, Problem

_MEND = frozenset({400, 409, 412, 413, 415, 422})


@require_POST
@login_required
@told_as_page
def begin(request: HttpRequest, id: UUID) -> HttpResponse:
    """Begin an objection and lead to it; to the one that stands where there is one."""
    own(request, id)
    assert request.user.is_authenticated  # noqa: S101 - `login_required` came before
    try:
        made, _new = begin_objection(
            id=uuid4(), application_id=id, applicant_id=request.user.id, assurance=request.user.assurance, actor=None,
            now=timezone.now(),
        )  # fmt: skip
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        if standing := problem.members.get("objection"):
            return HttpResponseRedirect(reverse("track", args=[standing]))
        messages.error(request, " ".join(refusals(problem)))
        return HttpResponseRedirect(reverse("track", args=[id]))
    return HttpResponseRedirect(reverse("track-write", args=[made.id]))


class DraftForm(AnswersForm):
    """Inputs for a draft whose form asks only for what one input holds, and for its files."""

    def __init__(self, data: Any, sent: Any, *, row: Row) -> None:
        super().__init__(data, sent)
        definition, language = row.version.definition, page_language()
        for field in leaves_at(definition.form, ""):
            self.ask(field, row.answers)
        standing = {each["requirement"]: each["name"] for each in row.files}
        for each in definition.requirements:
            help_text = _("Handed in: %(name)s") % {"name": standing[each.id]} if each.id in standing else ""
            self.ask_file(each.id, label=local(each.title, language), help_text=help_text)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def write(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show an objection that is being written, with its inputs; a POST keeps it, or sends it."""
    row = own(request, id)
    if row.objects_to_id is None:
        raise Missing
    if row.state != DRAFT:
        return HttpResponseRedirect(reverse("track", args=[id]))
    form = DraftForm(request.POST or None, request.FILES or None, row=row)
    if request.method == "POST" and form.is_valid() and _tried(form, request, row):
        if "send" in request.POST:
            messages.success(request, _("Your objection was sent."))
            return HttpResponseRedirect(reverse("track", args=[id]))
        messages.success(request, _("Kept. The agency sees nothing before you send it."))
        return HttpResponseRedirect(reverse("track-write", args=[id]))
    shown = {"row": row, "form": form, "revision": own(request, id).revision}
    return render(request, "portal/objection.html", shown)


def _tried(form: DraftForm, request: HttpRequest, row: Row) -> bool:
    try:
        _keep(form, request, row)
        if "send" in request.POST:
            _send(request, row)
    except Problem as problem:
        if problem.status not in _MEND:
            raise
        form.tell(problem)
        return False
    return True


def _keep(form: DraftForm, request: HttpRequest, row: Row) -> None:
    """Keep what was typed, then each file that was handed in."""
    now, me = timezone.now(), person_id(request)
    with transaction.atomic():
        application = Application.objects.select_for_update().get(id=row.id, applicant_id=me)
        require_match(f'"{request.POST.get("revision", "")[:20]}"', str(application.revision))
        save_answers(application=application, patch=form.patch(), now=now)
    for name, requirement in _handed(form):
        count_upload(request)
        attach_file(
            application_id=row.id, applicant_id=me, requirement=requirement, upload=form.cleaned_data[name], now=now
        )


def _handed(form: DraftForm) -> Iterable[tuple[str, str]]:
    return [(name, requirement) for name, requirement in form.files_at.items() if form.cleaned_data.get(name)]


def _send(request: HttpRequest, row: Row) -> None:
    """Submit it, as the API does: once, whatever is sent again."""
    submit(
        Command(
            application_id=row.id, applicant_id=person_id(request), key=f"page-{row.id}", fingerprint="page",
            language=page_language(), if_match=None, now=timezone.now(),
        )
    )  # fmt: skip
