"""Pages that change one part of a draft by a form: shown, checked, saved, or shown again beside what somebody saved."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from services.definitions.document_types import DOCUMENT_TYPES
from services.definitions.editing import (
    CHANGEABLE,
    EDITABLE,
    Gone,
    can_be_edited,
    drop_document,
    move_question,
    move_section,
    question_at,
    read_fee_rule,
    remove_question,
    remove_section,
    sections_of,
    shift_document,
    watched_by,
)
from services.office.authoring.desk import Content, Desk, on_desk
from services.office.authoring.forms.base import PartForm
from services.office.authoring.forms.conditions import in_words
from services.office.authoring.forms.documents import DocumentForm
from services.office.authoring.forms.fee import FeeForm
from services.office.authoring.forms.offers import lines_of
from services.office.authoring.forms.procedure import ProcedureForm
from services.office.authoring.forms.questions import QuestionForm, SectionForm
from services.office.authoring.forms.texts import TextsForm
from services.office.authoring.logic_words import computed_in_words, rule_in_words
from services.office.authoring.words import KINDS
from services.pages.words import word_for
from superapp.http.problems import Missing, Problem, localized

_STEPS: Final = {"up": -1, "down": 1}


def edit(
    desk: Desk, make: Callable[[Any, Mapping[str, Any]], PartForm], template: str, *, then: str, **shown: Any
) -> HttpResponse:
    """Show a form of the draft's content; a POST saves it and goes to `then`.

    Overtaken by another, it shows what was typed beside what stands now: sent again, it is saved.
    """
    draft = desk.draft()
    if not can_be_edited(draft.content):
        messages.warning(desk.request, _("This draft was written as a whole and can only be changed so."))
        return HttpResponseRedirect(reverse("desk-whole", args=[desk.service.slug]))
    form = make(desk.request.POST if desk.request.method == "POST" else None, draft.content)
    if desk.request.method == "POST" and form.is_valid():
        if _saved(desk, form):
            messages.success(desk.request, _("Saved."))
            return HttpResponseRedirect(then)
        if desk.saved_by:
            form = make(desk.request.POST, desk.draft().content)
            shown |= {"saved_by": desk.saved_by, "stands": form.standing()}
    return desk.page(template, form=form, **shown)


def _saved(desk: Desk, form: PartForm) -> bool:
    try:
        return desk.save(form.apply)
    except Problem as problem:
        if not problem.errors:
            raise
        form.add_error(None, ValidationError([localized(each.detail, desk.language) for each in problem.errors]))
        return False


def act(desk: Desk, change: Callable[[Mapping[str, Any]], Content], *, then: str) -> HttpResponse:
    """Save a change that nothing was typed for, and go to `then`; overtaken by another, say so and change nothing."""
    if not can_be_edited(desk.draft().content):
        raise Missing
    if not desk.save(change):
        said = _("Saved meanwhile by %(name)s. Look at it as it is now, then repeat what you wanted.")
        messages.warning(desk.request, said % {"name": desk.saved_by})
    return HttpResponseRedirect(then)


def _here(desk: Desk, page: str) -> str:
    return reverse(page, args=[desk.service.slug])


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def texts(desk: Desk) -> HttpResponse:
    """Change what the service is called, whose it is for, and on which law it stands."""
    return edit(desk, lambda data, content: TextsForm(data, content=content), "part", then=_here(desk, "desk-texts"),
                here="texts", heading=_("Texts"))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def fee(desk: Desk) -> HttpResponse:
    """Change what it costs."""
    rule = (desk.draft().content.get("fee") or {}).get("rule")
    own = rule is not None and read_fee_rule(rule) is None
    return edit(desk, lambda data, content: FeeForm(data, content=content), "fee", then=_here(desk, "desk-fee"),
                here="fee", heading=_("Fee"), own=own,
                rule=rule_in_words(rule, desk.draft().content) if own else "")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def procedure(desk: Desk) -> HttpResponse:
    """Change who decides by when, what is issued, and how long it is kept."""
    return edit(desk, lambda data, content: ProcedureForm(data, content=content), "part",
                then=_here(desk, "desk-procedure"), here="procedure", heading=_("Procedure"))  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def fields(desk: Desk) -> HttpResponse:
    """Show the form's sections and fields; a POST moves or removes one, or adds a section."""
    action, said = desk.request.POST.get("action", ""), desk.request.POST
    if action in _FIELD_ACTIONS:
        at = said.get("isian", "")
        return act(desk, lambda content: _FIELD_ACTIONS[action](content, at), then=_here(desk, "desk-fields"))
    if action in _SECTION_ACTIONS:
        place = said.get("bagian", "")
        return act(desk, lambda content: _SECTION_ACTIONS[action](content, place), then=_here(desk, "desk-fields"))
    return _fields(desk)


_FIELD_ACTIONS: Final[dict[str, Callable[[Mapping[str, Any], str], Content]]] = {
    "field-up": lambda content, at: move_question(content, at, -1),
    "field-down": lambda content, at: move_question(content, at, 1),
    "field-remove": remove_question,
}
_SECTION_ACTIONS: Final[dict[str, Callable[[Mapping[str, Any], str], Content]]] = {
    "section-up": lambda content, place: move_section(content, place, -1),
    "section-down": lambda content, place: move_section(content, place, 1),
    "section-remove": remove_section,
}


def _fields(desk: Desk) -> HttpResponse:
    def make(data: Any, content: Mapping[str, Any]) -> PartForm:
        return SectionForm(data, content=content)

    content, sections = desk.draft().content, []
    if can_be_edited(content):
        sections = [
            {
                "section": section,
                "label": section.label.get(desk.language, ""),
                "shown": in_words(section.condition, content) if section.condition else "",
                "lines": [_line(line, content, desk.language) for line in section.lines],
            }
            for section in sections_of(content)
        ]
    kinds = [(code, word_for(KINDS, code)) for code in EDITABLE]
    return edit(desk, make, "fields", then=_here(desk, "desk-fields"), here="fields", sections=sections, kinds=kinds,
                inner_kinds=[each for each in kinds if each[0] not in ("file", "list", "map-point")])  # fmt: skip


def _line(line: Any, content: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        "line": line,
        "label": line.label.get(language) or line.pointer,
        "kind": word_for(KINDS, line.kind),
        "shown": in_words(line.condition, content) if line.condition else "",
        "computed": computed_in_words(content, line.pointer),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def new_field(desk: Desk) -> HttpResponse:
    """Add a field of a kind to a section, or to a group that repeats."""
    asked = desk.request.GET
    kind, section, within = asked.get("jenis", ""), asked.get("bagian", ""), asked.get("daftar", "")
    if kind not in EDITABLE:
        raise Missing

    def make(data: Any, content: Mapping[str, Any]) -> PartForm:
        return QuestionForm(data, content=content, kind=kind, section=section, within=within)

    heading = _("New field: %(kind)s") % {"kind": word_for(KINDS, kind)}
    return edit(desk, make, "field", then=_here(desk, "desk-fields"), here="fields", heading=heading, adds=True)


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def field(desk: Desk) -> HttpResponse:
    """Change a field."""
    pointer = desk.request.GET.get("isian", "")

    def make(data: Any, content: Mapping[str, Any]) -> PartForm:
        said = question_at(content, pointer)
        if said is None:
            raise Gone(pointer)
        return QuestionForm(data, content=content, kind=said.kind, pointer=pointer)

    content = desk.draft().content
    found = question_at(content, pointer) if can_be_edited(content) else None
    label = found.label.get(desk.language, "") if found else ""
    shown: dict[str, Any] = {"heading": label or pointer, "kind": word_for(KINDS, found.kind) if found else ""}
    if found:
        shown |= {"document": found.document, "computed": computed_in_words(content, pointer)}
        shown |= {"pointer": pointer, "changes_kind": found.kind in CHANGEABLE}
    return edit(desk, make, "field", then=_here(desk, "desk-fields"), here="fields", **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def section(desk: Desk) -> HttpResponse:
    """Change a section's name and when it shows."""
    place = desk.request.GET.get("bagian", "")

    def make(data: Any, content: Mapping[str, Any]) -> PartForm:
        if place not in [each.place for each in sections_of(content)]:
            raise Gone(place)
        return SectionForm(data, content=content, place=place)

    return edit(desk, make, "part", then=_here(desk, "desk-fields"), here="fields", heading=_("Section"))


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def documents(desk: Desk) -> HttpResponse:
    """Show the documents that are asked for; a POST moves or removes one."""
    said, then = desk.request.POST, _here(desk, "desk-documents")
    id, action = said.get("id", ""), said.get("action", "")
    if action == "remove":
        return act(desk, lambda content: drop_document(content, id), then=then)
    if action in _STEPS:
        return act(desk, lambda content: shift_document(content, id, _STEPS[action]), then=then)
    content = desk.draft().content
    listed = content.get("requirements", []) if can_be_edited(content) else []
    return desk.page(
        "documents", here="documents", documents=[_document(each, content, desk.language) for each in listed]
    )


def _document(document: Mapping[str, Any], content: Mapping[str, Any], language: str) -> dict[str, Any]:
    condition = watched_by(document.get("when"))
    files = {line.label.get(language): question_at(content, line.pointer) for line in lines_of(content, "file")}
    return {
        "field": next((name for name, said in files.items() if said and said.document == document["id"]), ""),
        "document": document,
        "title": document.get("title", {}).get(language) or document["id"],
        "paper": DOCUMENT_TYPES.get(document.get("document_type", ""), {}).get(language, ""),
        "shown": in_words(condition, content) if condition else "",
        "own": "when" in document and condition is None,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def document(desk: Desk) -> HttpResponse:
    """Add a document, or change the one that the address names."""
    id = desk.request.GET.get("id", "")

    def make(data: Any, content: Mapping[str, Any]) -> PartForm:
        if id and id not in [each["id"] for each in content.get("requirements", [])]:
            raise Gone(id)
        return DocumentForm(data, content=content, id=id)

    heading = _("Document") if id else _("New document")
    return edit(desk, make, "part", then=_here(desk, "desk-documents"), here="documents", heading=heading)
