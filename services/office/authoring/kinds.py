"""A page that changes what kind of answer a field takes, and says before what that means for who answered it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from services.definitions.changes import strictest
from services.definitions.changes.forms import form_changes
from services.definitions.editing import CHANGEABLE, Gone, alter_kind, can_be_edited, question_at, watching
from services.definitions.fields import fields_of_form
from services.definitions.flow import workflow_content
from services.office.authoring.desk import Content, Desk, on_desk
from services.office.authoring.editing import edit
from services.office.authoring.forms.base import PartForm
from services.office.authoring.words import CLASSES, KINDS
from services.pages.manners import page_language
from services.pages.words import word_for


class KindForm(PartForm):
    """Another kind for the field at `pointer`. `published` is the form that residents answer now, None for none."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of the answer"), widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, content: Mapping[str, Any], pointer: str, published: Mapping[str, Any] | None
    ) -> None:
        self.pointer, self.published = pointer, published
        super().__init__(data, content=content)

    def read(self, content: Mapping[str, Any]) -> dict[str, Any]:
        said = question_at(content, self.pointer)
        if said is None or said.kind not in CHANGEABLE:
            raise Gone(self.pointer)
        return {"kind": said.kind}

    def prepare(self) -> None:
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(kind, self._word(kind)) for kind in CHANGEABLE]

    def _word(self, kind: str) -> str:
        word = word_for(KINDS, kind)
        if kind == self.initial["kind"]:
            return _("%(kind)s, as it is now") % {"kind": word}
        changed = self._class(kind)
        return f"{word}: {word_for(CLASSES, changed).lower()}" if changed else word

    def _class(self, kind: str) -> str:
        """Return the class of the change against what is published, "" where nobody can have answered it yet."""
        made = alter_kind(self.content, self.pointer, kind)["form"]
        id = next(each.id for each in fields_of_form(made["schema"]) if each.path == self.pointer)
        if self.published is None or id not in {each.id for each in fields_of_form(self.published["schema"])}:
            return ""
        return strictest(each.change_class for each in form_changes(self.published, made) if each.field == id)

    def apply(self, content: Mapping[str, Any]) -> Content:
        return alter_kind(content, self.pointer, self.cleaned_data["kind"])


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def kind(desk: Desk) -> HttpResponse:
    """Change a field's kind; while a condition, a check, the fee or a guard looks at its answer, only say which."""
    pointer = desk.request.GET.get("isian", "")
    content = desk.draft().content
    looking = watching(content, pointer) if can_be_edited(content) else []
    found = question_at(content, pointer) if can_be_edited(content) else None
    name = (found.label.get(desk.language) if found else "") or pointer
    heading = _("Kind of: %(field)s") % {"field": name}
    if looking:
        lines = [_place(part, at, desk, content) for part, at in looking]
        return desk.page("kind", here="fields", heading=heading, looking=lines)
    published = desk.service.current.content["form"] if desk.service.current else None
    return edit(
        desk, lambda data, content: KindForm(data, content=content, pointer=pointer, published=published), "kind",
        then=f"{reverse('desk-field', args=[desk.service.slug])}?isian={pointer}", here="fields", heading=heading,
        published=published is not None,
    )  # fmt: skip


def _place(part: str, at: str, desk: Desk, content: Mapping[str, Any]) -> dict[str, str]:
    """Return what looks at the field: in words, and where it is changed."""
    slug = [desk.service.slug]
    if part == "field":
        said = question_at(content, at)
        name = (said.label.get(page_language()) if said else "") or at
        return {"text": name, "address": f"{reverse('desk-field', args=slug)}?isian={at}"}
    if part == "document":
        titles = {each.get("id"): each.get("title", {}) for each in content.get("requirements", [])}
        return {
            "text": titles[at].get(page_language()) or at,
            "address": f"{reverse('desk-document', args=slug)}?id={at}",
        }
    if part == "check":
        said_ = content["form"]["checks"][int(at)].get("message", {})
        return {"text": said_.get(page_language()) or _("Check"), "address": reverse("desk-checks", args=slug)}
    if part == "fee":
        return {"text": _("Fee"), "address": reverse("desk-fee", args=slug)}
    if part == "action":
        labels = {each["action"]: each["label"] for each in workflow_content(content["workflow"])["transitions"]}
        return {"text": labels[at].get(page_language()) or at, "address": reverse("desk-procedure", args=slug)}
    return {"text": at or _("Section"), "address": reverse("desk-fields", args=slug)}
