"""The whole definition as text, for who writes it: faults by line, nothing lost when another was faster."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from services.catalogue.queries.authoring import checked
from services.definitions import DefinitionError, Fault
from services.definitions.faults import placed
from services.definitions.reading import read_yaml_text
from services.definitions.telling import told
from services.definitions.writing import write_yaml
from services.office.authoring.desk import Content, Desk, on_desk
from superapp.http.problems import Problem, localized

_MOST_LETTERS = 300_000


class WholeForm(forms.Form):
    """The definition in YAML."""

    text = forms.CharField(
        label=gettext_lazy("Definition (YAML)"), max_length=_MOST_LETTERS, strip=False,
        widget=forms.Textarea(
            attrs={"rows": 30, "spellcheck": "false", "autocapitalize": "none", "autocomplete": "off", "wrap": "off"}
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def whole(desk: Desk) -> HttpResponse:
    """Show the draft as text; a POST saves it, sound or not, as long as it can be read."""
    draft = desk.draft()
    if desk.request.method != "POST":
        text = write_yaml(draft.content)
        return _page(desk, WholeForm(initial={"text": text}), _faults(text))
    form = WholeForm(desk.request.POST)
    if not form.is_valid():
        return _page(desk, form, [])
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    try:
        content, _lines = read_yaml_text(text)
    except DefinitionError as error:
        form.add_error("text", ValidationError(_("It cannot be read, so nothing was saved. Below stands why.")))
        return _page(desk, form, error.faults)
    if _saved(desk, form, content):
        messages.success(desk.request, _("Saved."))
        return HttpResponseRedirect(reverse("desk-whole", args=[desk.service.slug]))
    stands = write_yaml(desk.draft().content) if desk.saved_by else ""
    return _page(desk, form, _faults(text), saved_by=desk.saved_by, standing=stands)


def _saved(desk: Desk, form: WholeForm, content: Content) -> bool:
    try:
        return desk.save(lambda _standing: content)
    except Problem as problem:
        if not problem.errors:
            raise
        form.add_error("text", ValidationError([localized(each.detail, desk.language) for each in problem.errors]))
        return False


def _faults(text: str) -> list[Fault]:
    """Return what keeps a text from being published, each fault with its line."""
    try:
        content, lines = read_yaml_text(text)
    except DefinitionError as error:
        return error.faults
    return placed(checked(content, None).faults, "", lines)


def _page(desk: Desk, form: WholeForm, faults: list[Fault], **shown: Any) -> HttpResponse:
    by_line = [{"line": each.line, "pointer": each.pointer, "told": told(each.message, each.hint, desk.language)}
               for each in faults]  # fmt: skip
    return desk.page("whole", form=form, here="whole", by_line=by_line, **shown)
