"""For officers who prove identities: residents at the counter, proved by two of them, and disputes about a NIK."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Assurance, User
from accounts.permissions import OFFICE
from accounts.proofing.models import CounterProofing, Dispute, Proof
from accounts.proofing.operations import counters, disputes
from accounts.proofing.operations.reading import read_counter, read_dispute
from accounts.proofing.queries import Officer, officer_of, waiting_counters, waiting_disputes
from accounts.proofing.registry import Asked
from accounts.sign_in.staff import way_to_second_factor
from services.office.words import AGREEMENTS, FIELDS_OF_REGISTRY
from services.pages.identity import IdentityForm
from services.pages.manners import on_form, told_as_page
from services.pages.words import word_for
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing


class CounterForm(IdentityForm):
    """What the first officer reads from the documents on the counter."""

    code = forms.CharField(
        label=gettext_lazy("Code that the resident shows"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "inputmode": "text"}),
    )
    document = forms.ChoiceField(
        label=gettext_lazy("Document on the counter"), choices=CounterProofing.Document.choices
    )
    field_order = ("code", "document", "nik", "kk", "full_name", "birth_date")


class ReasonForm(forms.Form):
    """Why an officer says no."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The resident reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(ReasonForm):
    """Whose a NIK is, and why."""

    winner = forms.ChoiceField(
        label=gettext_lazy("Whose NIK is it?"),
        choices=[
            ("claimant", gettext_lazy("Of who claims it: it moves to their account")),
            ("holder", gettext_lazy("Of who holds it: nothing moves")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("winner", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = gettext_lazy("Both sides read it.")


def for_identity_officers(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view: it is given who acts, an officer who proves identities, after their second factor.

    To others there is no such page.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = cast(User, request.user)
        officer = officer_of(person.pk, person.full_name)
        if officer is None:
            raise Missing
        if way := way_to_second_factor(request, (OFFICE,)):
            return HttpResponseRedirect(way)
        return view(request, officer, *args, **kwargs)

    return never_cache(login_required(told_as_page(wrapped)))


@require_safe
@for_identity_officers
def proofings(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Show who waits for a second officer; it names no resident."""
    asked = read_page(request, [datetime, UUID])
    rows = waiting_counters(timezone.now(), limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda row: (row.started_at, row.pk), line=lambda row: row)
    return render(request, "office/proofings.html", {"page": page, "officer": officer, "here": "proofings"})


@sensitive_post_parameters("nik", "kk")
@sensitive_variables("form", "said")
@require_http_methods(["GET", "HEAD", "POST"])
@for_identity_officers
def start_proofing(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Begin to prove a resident as the first officer."""
    form = CounterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        code, document = said.pop("code"), said.pop("document")
        begun = on_form(
            form,
            lambda: counters.start_counter(
                officer=officer, code=code, document=document, asked=Asked(**said), now=timezone.now()
            ),
        )
        if begun:
            messages.success(request, _("Begun. A second officer confirms it within 24 hours."))
            return HttpResponseRedirect(reverse("office-counter-proofing", args=[begun.pk]))
    return render(request, "office/proofing_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_identity_officers
def proofing(request: HttpRequest, officer: Officer, id: UUID) -> HttpResponse:
    """Show one proofing; a POST confirms it, as the second officer, or rejects it with a reason."""
    form = ReasonForm(request.POST if request.POST.get("action") == "reject" else None)
    try:
        if request.method == "POST" and _proofing_ended(request, officer, id, form):
            return HttpResponseRedirect(request.path)
        shown = read_counter(proofing_id=id, officer=officer, now=timezone.now())
    except CounterProofing.DoesNotExist:
        raise Missing from None
    shown["document"] = CounterProofing.Document(shown["document"]).label
    return render(request, "office/proofing.html", {"proofing": shown, "form": form})


def _proofing_ended(request: HttpRequest, officer: Officer, id: UUID, form: ReasonForm) -> bool:
    now = timezone.now()
    if request.POST.get("action") == "confirm":
        counters.confirm_counter(proofing_id=id, officer=officer, now=now)
        messages.success(request, _("Confirmed. The resident is proved in person."))
        return True
    if form.is_valid():
        counters.reject_counter(proofing_id=id, officer=officer, now=now, **form.cleaned_data)
        messages.success(request, _("Rejected. The resident reads the reason."))
        return True
    return False


@require_safe
@for_identity_officers
def open_disputes(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Show the disputes that wait for a decision; it names nobody."""
    asked = read_page(request, [datetime, UUID])
    rows = waiting_disputes(limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda row: (row.opened_at, row.pk), line=lambda row: row)
    shown = {"page": page, "officer": officer, "here": "disputes", "now": timezone.now()}
    return render(request, "office/disputes.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@for_identity_officers
def dispute(request: HttpRequest, officer: Officer, id: UUID) -> HttpResponse:
    """Show one dispute with its two sides; a POST decides it."""
    form = DecisionForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            disputes.decide_dispute(dispute_id=id, officer=officer, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Decided. Both sides are told."))
            return HttpResponseRedirect(request.path)
        shown = read_dispute(dispute_id=id, officer=officer, now=timezone.now())
    except Dispute.DoesNotExist:
        raise Missing from None
    shown["registry"] = [
        (word_for(FIELDS_OF_REGISTRY, name), value, word_for(AGREEMENTS, value))
        for name, value in shown["registry"].items()
    ]
    sides = [
        (_("Who claims it"), shown["claimant"], account_in_words(shown["claimant_account"]), shown["statement"]),
        (_("Who holds it"), shown["holder"], account_in_words(shown["holder_account"]), shown["answer"]),
    ]
    return render(request, "office/dispute.html", {"dispute": shown, "sides": sides, "form": form})


def account_in_words(account: dict[str, Any]) -> dict[str, Any]:
    """Return an account of `accounts.proofing.operations.reading` with its level and proof in the reader's words."""
    how = Proof.How(account["how"]).label if account["how"] else ""
    return account | {"level": Assurance(account["assurance"]).label, "how": how}
