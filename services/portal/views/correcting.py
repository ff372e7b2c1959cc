"""A round of correction on a page: what is asked and why, an input for each of it alone, and sending it back."""

from collections.abc import Callable, Iterable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from services.applications.models import CorrectionRound
from services.applications.operations.corrections import attach_correction, save_correction, send_correction
from services.applications.queries.corrections import ANSWERS, FILES, anchor_of, line_of, open_round
from services.applications.queries.detail import Row
from services.definitions import Evaluation
from services.pages.answers import leaves_at, value_in_words
from services.pages.manners import count_upload, page_language, person_id, told_as_page
from services.portal.answering import AnswersForm
from services.portal.own import own
from superapp.http.problems import Problem, localized

_MEND: Final = frozenset({400, 409, 413, 415, 422})


class CorrectionForm(AnswersForm):
    """Inputs for what a round asks, and for what follows from it; `fields_at` says which answer each is."""

    note = forms.CharField(
        label=gettext_lazy("Note for the officer"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Where something stays as it is, say why."),
    )  # fmt: skip

    def __init__(self, data: Any, sent: Any, *, row: Row, asked: CorrectionRound, evaluation: Evaluation) -> None:
        super().__init__(data, sent)
        form, answers = row.version.definition.form, evaluation.answers
        marked = [str(each["pointer"]) for each in asked.items]
        follows = [f"{ANSWERS}{each.pointer}" for each in evaluation.problems if each.pointer]
        for pointer in dict.fromkeys([*marked, *follows]):
            if pointer.startswith(FILES):
                self.ask_file(pointer.removeprefix(FILES), label=_("File, anew"))
                continue
            for field in leaves_at(form, pointer.removeprefix(ANSWERS)):
                self.ask(field, answers)
        self.order_fields([*self.files_at, *self.fields_at, "note"])

    def at(self, pointers: Iterable[str]) -> list[forms.BoundField]:
        """Return the inputs of what these pointers name."""
        names = [name for name in self.fields if any(f"{name}/".startswith(f"{each}/") for each in pointers)]
        return [self[name] for name in names]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def correct(request: HttpRequest, id: UUID) -> HttpResponse:
    """Show what is asked to be put right, with inputs for that alone; a POST keeps it, or sends it back."""
    row, asked = own(request, id), open_round(id)
    if asked is None:
        messages.info(request, _("Nothing is asked to be put right now."))
        return HttpResponseRedirect(reverse("track", args=[id]))
    evaluation = _judged(row, asked)
    form = CorrectionForm(request.POST or None, request.FILES or None, row=row, asked=asked, evaluation=evaluation)
    if request.method == "POST" and form.is_valid() and _kept(request, row, form):
        if "send" not in request.POST:
            messages.success(request, _("Kept. The agency sees nothing before you send it."))
            return HttpResponseRedirect(reverse("track-correct", args=[id]))
        if _done(form, lambda: _send(request, id, form.cleaned_data["note"])):
            messages.success(request, _("Sent. The agency goes on with it."))
            return HttpResponseRedirect(reverse("track", args=[id]))
    shown = round_in_words(row, asked, evaluation)
    for item in shown["items"]:
        name = item["pointer"].removeprefix(ANSWERS)
        item["inputs"] = form.at([name])
        item["elsewhere"] = not item["inputs"]
    taken = {bound.name for item in shown["items"] for bound in item["inputs"]}
    more = [form[name] for name in form.fields if name not in taken and name != "note"]
    return render(request, "portal/correct.html", {"row": row, "round": shown, "form": form, "more": more,
                                                   "revision": _revision(request, row)})  # fmt: skip


def _revision(request: HttpRequest, row: Row) -> int:
    """Return what the page was read at; after a save of a part, what stands now."""
    return own(request, row.id).revision if request.method == "POST" else row.revision


def _kept(request: HttpRequest, row: Row, form: CorrectionForm) -> bool:
    """Keep what was typed and handed in; False where something was refused, which the form says."""
    now, who = timezone.now(), person_id(request)
    revision = f'"{request.POST.get("revision", "")}"'
    if form.fields_at and not _done(
        form,
        lambda: save_correction(
            application_id=row.id, applicant_id=who, patch=form.patch(), revision=revision, now=now
        ),
    ):
        return False
    for name, requirement in form.files_at.items():
        upload = form.cleaned_data.get(name)
        if not upload:
            continue
        count_upload(request)
        if not _done(form, lambda: _attach(row.id, who, requirement, upload), at=name):  # noqa: B023 - called at once
            return False
    return True


def _attach(id: UUID, who: UUID, requirement: str, upload: Any) -> None:
    attach_correction(application_id=id, applicant_id=who, requirement=requirement, upload=upload, now=timezone.now())


def _send(request: HttpRequest, id: UUID, note: str) -> None:
    who = person_id(request)
    send_correction(
        application_id=id, applicant_id=who, doer_id=who, behalf=None, note=note.strip(), revision=None,
        now=timezone.now(),
    )  # fmt: skip


def _done(form: CorrectionForm, do: Callable[[], Any], *, at: str = "") -> bool:
    try:
        do()
    except Problem as problem:
        if problem.status == 412:
            form.add_error(None, _("This changed since you opened the page. Look at it as it is now, then send again."))
        elif problem.status not in _MEND:
            raise
        elif at:
            form.add_error(at, localized(problem.detail, page_language()))
        else:
            form.tell(problem)
        return False
    return True


def _judged(row: Row, asked: CorrectionRound) -> Evaluation:
    answers = row.answers if asked.answers is None else asked.answers
    return row.version.definition.form.evaluate(answers, today=timezone.localdate())


def round_in_words(row: Row, asked: CorrectionRound, evaluation: Evaluation | None = None) -> dict[str, Any]:
    """Return a round as pages show it: items with what stood before and stands now, in words."""
    line = line_of(asked, page_language(), evaluation=evaluation)
    fields = {each.path: each for each in row.version.definition.form.fields}
    for item in line["items"]:
        pointer = item["pointer"]
        item["anchor"] = anchor_of(pointer)
        if pointer.startswith(FILES):
            item |= {"is_file": True, "was": (item["before"] or {}).get("name", "-"),
                     "now": (item["after"] or {}).get("name", "")}  # fmt: skip
            continue
        node = fields[pointer.removeprefix(ANSWERS)].node if pointer.removeprefix(ANSWERS) in fields else {}
        now = value_in_words(item["after"], node) if item["changed"] else ""
        item |= {"was": value_in_words(item["before"], node), "now": now}
    return line
