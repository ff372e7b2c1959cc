"""One service: how it stands, what waits, and what can be done with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.queries import names_of
from services.applications.queries.lists import drafts_of_service
from services.catalogue.api.office.base import drift_of, state_of
from services.catalogue.models import Publication
from services.catalogue.operations import drafts, ending, waiting
from services.catalogue.queries.authoring import checked, open_publication
from services.office.authoring.changes import changes_in_words
from services.office.authoring.desk import Desk, on_desk
from services.office.authoring.words import CLASSES, STATES
from services.pages.manners import person_id
from services.pages.words import word_for
from superapp.http.problems import Problem, localized


class MomentField(forms.DateTimeField):
    """A moment by the city's clock."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class WhyForm(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("Kept in the service's history."), max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class EndForm(WhyForm):
    """Until when drafts may still be handed in."""

    cut_off_at = MomentField(
        label=gettext_lazy("Drafts can be handed in until"), required=False,
        help_text=gettext_lazy("WITA; without an end when left empty."),
    )  # fmt: skip


def _retire(desk: Desk, form: Any) -> None:
    ending.retire(service=desk.service, **form.cleaned_data, **desk.does)


def _cut_off(desk: Desk, form: Any) -> None:
    said = form.cleaned_data
    ending.set_cut_off(service=desk.service, at=said["cut_off_at"], reason=said["reason"], **desk.does)


def _reopen(desk: Desk, form: Any) -> None:
    ending.reopen(service=desk.service, **form.cleaned_data, **desk.does)


def _refuse(desk: Desk, form: Any) -> None:
    waiting.refuse(service=desk.service, **form.cleaned_data, **desk.does)


def _approve(desk: Desk, _form: Any) -> None:
    waiting.approve(service=desk.service, reason=desk.request.POST.get("reason", "")[:1000], **desk.does)


def _take_back(desk: Desk, _form: Any) -> None:
    waiting.take_back(service=desk.service, reason=desk.request.POST.get("reason", "")[:1000], **desk.does)


def _begin(desk: Desk, _form: Any) -> None:
    drafts.begin_draft(service=desk.service, number=None, **desk.does)


def _discard(desk: Desk, _form: Any) -> None:
    drafts.discard_draft(service=desk.service, if_match=f'"{desk.request.POST.get("revision", "")}"', **desk.does)


# What is done, the form that it needs, and what is said then.
_ACTIONS: Final[dict[str, tuple[Callable[[Desk, Any], None], type[forms.Form], Any]]] = {
    "begin": (_begin, forms.Form, gettext_lazy("A draft was begun from the version that stands.")),
    "discard": (_discard, forms.Form, gettext_lazy("The draft was thrown away.")),
    "approve": (_approve, forms.Form, gettext_lazy("Approved.")),
    "refuse": (_refuse, WhyForm, gettext_lazy("Refused. What was written is a draft again.")),
    "take_back": (_take_back, forms.Form, gettext_lazy("Taken back. What was written is a draft again.")),
    "retire": (_retire, EndForm, gettext_lazy("Retired. It takes no new applications; what was handed in goes on.")),
    "cut_off": (_cut_off, EndForm, gettext_lazy("The end for drafts was set. Residents are told.")),
    "reopen": (_reopen, WhyForm, gettext_lazy("Open again.")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def service(desk: Desk) -> HttpResponse:
    """Show the service; a POST does what its `action` names."""
    action = desk.request.POST.get("action", "")
    built = {name: form(auto_id=f"id_{name}_%s") for name, (_do, form, _said) in _ACTIONS.items()}
    if action in _ACTIONS:
        do, form_class, said = _ACTIONS[action]
        built[action] = form = form_class(desk.request.POST, auto_id=f"id_{action}_%s")
        if form.is_valid() and _done(desk, form, do):
            messages.success(desk.request, str(said))
            return HttpResponseRedirect(_after(desk, action))
    return desk.page("service", **_shown(desk), forms=built, asked=action)


def _after(desk: Desk, action: str) -> str:
    if action == "discard" and desk.service.current_id is None:
        return reverse("desk-services")
    return reverse("desk-fields" if action == "begin" else "desk-service", args=[desk.service.slug])


def _done(desk: Desk, form: forms.Form, do: Callable[[Desk, Any], None]) -> bool:
    """Do it; where it is refused, say so on the form, or above the page where it has none."""
    try:
        do(desk, form)
    except Problem as problem:
        told = [localized(each.detail, desk.language) for each in problem.errors] or [
            localized(problem.detail, desk.language)
        ]
        for text in told:
            messages.error(desk.request, text)
        return False
    return True


def _shown(desk: Desk) -> dict[str, Any]:
    service = desk.service
    publication = open_publication(service)
    return {
        "state": state_of(service),
        "state_word": word_for(STATES, state_of(service)),
        "drift": drift_of(service),
        "publication": _waiting(desk, publication) if publication else None,
        "residents_drafts": drafts_of_service(service.pk, service.agency_id),
        "life": getattr(service.current, "life", None),
        "here": "service",
    }


def _waiting(desk: Desk, publication: Publication) -> dict[str, Any]:
    """Return what waits: who asked for it, what it changes, and whether this person may approve it."""
    names = names_of({publication.requested_by, *publication.editors})
    found = checked(publication.content, desk.service.current)
    me = person_id(desk.request)
    at: datetime | None = publication.effective_from
    return {
        "awaits": publication.state == Publication.State.AWAITING,
        "at": at,
        "by": names.get(publication.requested_by, ""),
        "requested_at": publication.requested_at,
        "reason": publication.reason,
        "mine": me in (publication.requested_by, *publication.editors),
        "class": word_for(CLASSES, publication.chosen_class) if publication.chosen_class else "",
        "policy": publication.get_drafts_policy_display() if desk.service.current else "",
        "changes": changes_in_words(found.changes, desk.language),
    }
