"""My agency's services, and beginning a new one."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from services.agencies.models import Agency
from services.catalogue.api.office.base import line_of
from services.catalogue.models import Service
from services.catalogue.operations.drafts import create_service
from services.catalogue.queries.authoring import page_of_services, service_of
from services.definitions.editing import STARTERS, starter
from services.office.authoring.forms.base import words_field
from services.office.authoring.words import STARTERS as STARTER_WORDS
from services.office.authoring.words import STATES
from services.office.people import for_admins
from services.pages.manners import page_language, person_id
from services.pages.words import word_for
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Problem, localized

_COPY: Final = "copy:"
_MOST_COPIES: Final = 100
# Addresses of these pages that no service may have.
_TAKEN: Final = frozenset({"baru", "impor"})


class NewServiceForm(forms.Form):
    """What a new service is called, and what it is begun from."""

    title_id = words_field(gettext_lazy("Title in Indonesian"), max_length=200)
    title_en = words_field(gettext_lazy("Title in English"), max_length=200)
    slug = forms.CharField(
        label=gettext_lazy("Name in addresses"), required=False, max_length=80,
        help_text=gettext_lazy("Small letters, digits and hyphens; it stays for ever. Made from the title when empty."),
    )  # fmt: skip
    agency = forms.ChoiceField(label=gettext_lazy("Agency"))
    source = forms.ChoiceField(label=gettext_lazy("Begin from"), widget=forms.RadioSelect, initial="letter")

    def __init__(self, data: Any, agencies: list[Agency]) -> None:
        super().__init__(data)
        self.agencies = {each.code: each for each in agencies}
        agency, source = self.fields["agency"], self.fields["source"]
        assert isinstance(agency, forms.ChoiceField)  # noqa: S101 - declared above
        assert isinstance(source, forms.ChoiceField)  # noqa: S101
        agency.choices = [(each.code, each.name) for each in agencies]
        if len(agencies) == 1:
            agency.widget, agency.initial = forms.HiddenInput(), agencies[0].code
        copies = [_copy(each) for each in page_of_services(self.ids, limit=_MOST_COPIES) if each.current]
        source.choices = [*((name, STARTER_WORDS[name]) for name in STARTERS), *copies]

    @property
    def ids(self) -> list[Any]:
        """Return the ids of the admin's agencies."""
        return [each.pk for each in self.agencies.values()]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        said["slug"] = said.get("slug") or slugify(said.get("title_id", ""))[:80].strip("-")
        if said["slug"] in _TAKEN:
            self.add_error("slug", ValidationError(_("Choose another name.")))
        return said

    def content(self) -> dict[str, Any]:
        """Return the content that the service is begun with."""
        said = self.cleaned_data
        title = {"id": said["title_id"], "en": said["title_en"]}
        if said["source"].startswith(_COPY):
            copied = service_of(said["source"].removeprefix(_COPY), self.ids).current
            assert copied is not None  # noqa: S101 - only published ones are offered
            return {**copied.content, "service": said["slug"], "title": title}
        return starter(said["source"], slug=said["slug"], title=title)


def _copy(service: Service) -> tuple[str, str]:
    title = line_of(service, page_language())["title"]
    return f"{_COPY}{service.slug}", _("A copy of %(title)s") % {"title": title}


@require_safe
@for_admins
def services(request: HttpRequest, agencies: list[Agency]) -> HttpResponse:
    """Show the services of the admin's agencies, and how each stands."""
    asked, ids = read_page(request, [str]), [each.pk for each in agencies]
    rows = page_of_services(ids, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda row: [row.slug], line=lambda row: _line(row))
    return render(request, "office/services/list.html", {"page": page, "several": len(agencies) > 1})


def _line(service: Service) -> dict[str, Any]:
    line = line_of(service, page_language())
    return line | {"state_word": word_for(STATES, line["state"]), "waiting": getattr(service, "open_publications", [])}


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def new(request: HttpRequest, agencies: list[Agency]) -> HttpResponse:
    """Begin a new service."""
    form = NewServiceForm(request.POST if request.method == "POST" else None, agencies)
    if request.method == "POST" and form.is_valid() and _begun(request, form):
        messages.success(request, _("Begun. Residents do not see it before it is published."))
        return HttpResponseRedirect(reverse("desk-service", args=[form.cleaned_data["slug"]]))
    return render(request, "office/services/new.html", {"form": form})


def _begun(request: HttpRequest, form: NewServiceForm) -> bool:
    said = form.cleaned_data
    agency = form.agencies[said["agency"]]
    try:
        create_service(
            agency=agency, slug=said["slug"], content=form.content(), actor_id=person_id(request), now=timezone.now()
        )
    except Problem as problem:
        if not problem.errors:
            raise
        form.add_error("slug", ValidationError([localized(each.detail, page_language()) for each in problem.errors]))
        return False
    return True
