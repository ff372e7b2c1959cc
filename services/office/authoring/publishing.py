"""Publishing a draft: what the check found, what it changes, when, and what residents' drafts do."""

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from services.applications.queries.lists import drafts_of_service
from services.catalogue.models import AgencyRule, DraftsPolicy, ModuleOffer, Publication
from services.catalogue.operations import drafts, publishing
from services.catalogue.operations.drift import resolve
from services.catalogue.operations.publishing import Wish
from services.catalogue.queries.authoring import Checked, checked, open_publication
from services.definitions.changes import CHANGE_CLASSES
from services.office.authoring.changes import changes_in_words
from services.office.authoring.desk import Desk, NoDraft, on_desk
from services.office.authoring.overview import MomentField
from services.office.authoring.trials import trial_of, try_on_applications
from services.office.authoring.words import CLASSES
from superapp.http.problems import Missing, Problem, localized

_WHENS: Final = [("now", gettext_lazy("Now")), ("later", gettext_lazy("On a date"))]


class PublishForm(forms.Form):
    """How to publish. For a first version there are no drafts to say anything of."""

    when = forms.ChoiceField(label=gettext_lazy("When"), choices=_WHENS, initial="now", widget=forms.RadioSelect)
    effective_from = MomentField(
        label=gettext_lazy("Date and time"), required=False, help_text=gettext_lazy("WITA; for “On a date”.")
    )
    change_class = forms.ChoiceField(
        label=gettext_lazy("How much it changes"),
        help_text=gettext_lazy("As the system worked it out. You can only make it stricter."),
    )
    drafts_policy = forms.ChoiceField(
        label=gettext_lazy("What applications do that residents have begun and not handed in"),
        choices=DraftsPolicy.choices, widget=forms.RadioSelect,
    )  # fmt: skip
    cut_off_at = MomentField(
        label=gettext_lazy("Applications under earlier versions can be handed in until"), required=False,
        help_text=gettext_lazy("WITA; without an end when left empty."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Reason"), help_text=gettext_lazy("Kept in the service's history."), required=False,
        max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    accept_differences = forms.BooleanField(
        label=gettext_lazy("Publish it also where golden cases differ or it was not tried on applications"),
        help_text=gettext_lazy("Give the reason; both are kept in the service's history."), required=False,
    )  # fmt: skip

    def __init__(self, data: Any, found_class: str | None) -> None:
        super().__init__(data, initial={"change_class": found_class})
        if found_class is None:
            for name in ("change_class", "drafts_policy", "cut_off_at"):
                del self.fields[name]
            return
        offered = CHANGE_CLASSES[[*CHANGE_CLASSES].index(found_class) :]  # type: ignore[arg-type]  # one of them
        field = self.fields["change_class"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(each, CLASSES[each]) for each in offered]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("when") == "later" and not said.get("effective_from") and "effective_from" not in self.errors:
            self.add_error("effective_from", ValidationError(_("Say when.")))
        return said

    def wish(self) -> Wish:
        """Return how the admin wants to publish."""
        said = self.cleaned_data
        return Wish(
            effective_from=said["effective_from"] if said["when"] == "later" else None,
            change_class=said.get("change_class"),
            drafts_policy=said.get("drafts_policy"),
            cut_off_at=said.get("cut_off_at"),
            reason=said["reason"],
            accept_differences=said["accept_differences"],
        )

    def refuse(self, problem: Problem, language: str) -> None:
        """Say beside its field what the operation refused, above the form what has no field."""
        for error in problem.errors:
            name = error.pointer.split("/")[1]
            self.add_error(name if name in self.fields else None, ValidationError(localized(error.detail, language)))
        if not problem.errors:
            self.add_error(None, ValidationError(localized(problem.detail, language)))


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def publish(desk: Desk) -> HttpResponse:
    """Show what publishing the draft would do; a POST publishes it, or has it seen against the version that stands."""
    draft, current = desk.draft(), desk.service.current
    found = checked(draft.content, current)
    form = PublishForm(desk.request.POST if desk.request.method == "POST" else None, found.change_class)
    outdated = current is not None and draft.base_id != current.pk
    if desk.request.POST.get("action") == "seen" and current:
        return _seen(desk, current.number)
    if desk.request.POST.get("action") == "replay" and found.definition:
        return try_on_applications(desk, "draft")
    if desk.request.method == "POST" and desk.request.POST.get("revision") != str(draft.revision):
        name = desk.name_of(draft.author)
        form.add_error(
            None, ValidationError(_("Saved meanwhile by %(name)s. Look at what changes now.") % {"name": name})
        )
    elif desk.request.method == "POST" and form.is_valid() and (made := _wished(desk, form, draft.revision)):
        return _told(desk, made)
    return desk.page("publish", form=form, here="publish", found=found, outdated=outdated, **_shown(desk, found))


def _shown(desk: Desk, found: Checked) -> dict[str, Any]:
    rule = AgencyRule.objects.filter(agency_id=desk.service.agency_id, four_eyes=True).exists()
    return {
        "changes": changes_in_words(found.changes, desk.language),
        "residents_drafts": drafts_of_service(desk.service.pk, desk.service.agency_id),
        "four_eyes": rule,
        "waits": open_publication(desk.service) is not None,
        "trial": trial_of(desk, found),
        "class_word": CLASSES[found.change_class] if found.change_class else "",
    }


def _wished(desk: Desk, form: PublishForm, revision: int) -> Publication | None:
    try:
        return publishing.publish_draft(service=desk.service, if_match=f'"{revision}"', wish=form.wish(), **desk.does)
    except Missing:
        raise NoDraft from None
    except Problem as problem:
        form.refuse(problem, desk.language)
        return None


def _told(desk: Desk, made: Publication) -> HttpResponse:
    said = {
        Publication.State.PUBLISHED: _("Published. Residents see it now."),
        Publication.State.SCHEDULED: _("Planned. It is published by itself on its date."),
    }
    messages.success(desk.request, said.get(Publication.State(made.state), _("It waits for a second admin.")))
    return HttpResponseRedirect(reverse("desk-service", args=[desk.service.slug]))


def _seen(desk: Desk, number: int) -> HttpResponse:
    """Let the draft replace the version that came after it was begun: the admin has compared them."""
    draft = desk.draft()
    drafts.save_draft(
        service=desk.service, if_match=f'"{desk.request.POST.get("revision", "")}"', content=draft.content, whole=True,
        base=number, **desk.does,
    )  # fmt: skip
    messages.success(desk.request, _("The draft will replace version %(number)s.") % {"number": number})
    return HttpResponseRedirect(reverse("desk-publish", args=[desk.service.slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def roll_back(desk: Desk, number: int) -> HttpResponse:
    """Show what publishing an earlier version again would change; a POST does it."""
    current, source = desk.service.current, desk.service.versions.filter(number=number).first()
    if current is None or source is None or source.pk == current.pk:
        raise Missing
    found = checked(source.content, current)

    def again(wish: Wish) -> Publication:
        return publishing.roll_back(service=desk.service, number=number, wish=wish, **desk.does)

    return _choose(desk, found, again, "roll_back", source=str(number), number=number)


def _choose(desk: Desk, found: Checked, do: Any, template: str, *, source: str, **shown: Any) -> HttpResponse:
    """Show a form of how to publish what was found; a POST does it, or has it tried."""
    if desk.request.POST.get("action") == "replay" and found.definition:
        return try_on_applications(desk, source)
    form = PublishForm(desk.request.POST if desk.request.method == "POST" else None, found.change_class)
    if desk.request.method == "POST" and form.is_valid():
        try:
            return _told(desk, do(form.wish()))
        except Problem as problem:
            form.refuse(problem, desk.language)
    return desk.page(template, form=form, here="history", found=found, **_shown(desk, found), **shown)


@require_http_methods(["GET", "HEAD", "POST"])
@on_desk
def drift(desk: Desk) -> HttpResponse:
    """Show what the agency's module brings beside what stands; a POST takes it, keeps ours, or begins a draft."""
    service, decision = desk.service, desk.request.POST.get("decision", "")
    offer: ModuleOffer | None = getattr(service, "offer", None)
    if offer is None or service.current is None:
        raise Missing
    found = checked(offer.content, service.current)
    if decision in ("keep", "merge"):
        return _decided(desk, decision)

    def take(wish: Wish) -> Publication:
        made = resolve(
            service=service, decision="take", sha256=desk.request.POST.get("sha256", ""), wish=wish, **desk.does
        )
        assert made is not None  # noqa: S101 - `take` makes one
        return made

    return _choose(desk, found, take, "drift", source="module", offer=offer)


def _decided(desk: Desk, decision: Any) -> HttpResponse:
    sha256 = desk.request.POST.get("sha256", "")
    resolve(service=desk.service, decision=decision, sha256=sha256, wish=Wish(), **desk.does)
    page = "desk-fields" if decision == "merge" else "desk-service"
    said = _("A draft was begun. Take over what you want.") if decision == "merge" else _("Ours stays.")
    messages.success(desk.request, said)
    return HttpResponseRedirect(reverse(page, args=[desk.service.slug]))
