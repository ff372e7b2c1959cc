"""For officers at the counter: opening an account again, freeing a number that now is another person's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.proofing.models import CounterProofing, Recovery
from accounts.proofing.operations import recoveries as operations
from accounts.proofing.operations.reading import read_recovery
from accounts.proofing.queries import Officer, waiting_recoveries
from services.office.views.counter import ReasonForm, account_in_words, for_identity_officers
from services.pages.identity import number_of_16_digits
from services.pages.manners import on_form
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing


class RecoveryForm(forms.Form):
    """Who stands at the counter, and what they lost."""

    kind = forms.ChoiceField(label=gettext_lazy("What is asked"), choices=Recovery.Kind.choices)
    contact = forms.CharField(
        label=gettext_lazy("Phone number or e-mail address"),
        help_text=gettext_lazy("A code goes there now; the person before you reads it out."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    nik = forms.CharField(
        label="NIK",
        help_text=gettext_lazy("From the document, to open an account again."),
        required=False,
        validators=[number_of_16_digits],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "maxlength": 16}),
    )
    document = forms.ChoiceField(
        label=gettext_lazy("Document on the counter"), choices=CounterProofing.Document.choices
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("The person of the account reads it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("kind") == Recovery.Kind.REOPEN and not said.get("nik") and "nik" not in self.errors:
            self.add_error("nik", ValidationError(_("16 digits, without spaces.")))
        return said


class CodeForm(forms.Form):
    """What the person at the counter reads out."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=12)


@require_safe
@for_identity_officers
def recoveries(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Show what waits for a second officer; it names nobody."""
    asked = read_page(request, [datetime, UUID])
    rows = waiting_recoveries(timezone.now(), limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda row: (row.started_at, row.pk), line=lambda row: row)
    return render(request, "office/recoveries.html", {"page": page, "officer": officer, "here": "recoveries"})


@sensitive_post_parameters("nik")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
@for_identity_officers
def start_recovery(request: HttpRequest, officer: Officer) -> HttpResponse:
    """Begin as the first officer; a code goes to the contact."""
    form = RecoveryForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        begun = on_form(
            form, lambda: operations.start_recovery(officer=officer, now=timezone.now(), **form.cleaned_data)
        )
        if begun:
            return HttpResponseRedirect(reverse("office-recovery-page", args=[begun.pk]))
    return render(request, "office/recovery_form.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@for_identity_officers
def recovery(request: HttpRequest, officer: Officer, id: UUID) -> HttpResponse:
    """Show one; a POST enters the code, confirms it as the second officer, or rejects it with a reason."""
    action = request.POST.get("action", "")
    code = CodeForm(request.POST if action == "code" else None)
    reason = ReasonForm(request.POST if action == "reject" else None)
    try:
        if request.method == "POST" and _done(request, officer, id, code, reason):
            return HttpResponseRedirect(request.path)
        shown = read_recovery(recovery_id=id, officer=officer, now=timezone.now())
    except Recovery.DoesNotExist:
        raise Missing from None
    shown |= {
        "document": CounterProofing.Document(shown["document"]).label,
        "account": account_in_words(shown["account"]),
        "what": Recovery.Kind(shown["kind"]).label,
    }
    return render(request, "office/recovery.html", {"recovery": shown, "code": code, "form": reason})


def _done(request: HttpRequest, officer: Officer, id: UUID, code: CodeForm, reason: ReasonForm) -> bool:
    now = timezone.now()
    if request.POST.get("action") == "confirm":
        operations.confirm_recovery(recovery_id=id, officer=officer, now=now)
        messages.success(request, _("Done. Everybody concerned is told."))
        return True
    if code.is_valid():
        entered = on_form(
            code, lambda: operations.enter_code(recovery_id=id, officer=officer, now=now, **code.cleaned_data)
        )
        return entered is not None
    if reason.is_valid():
        operations.reject_recovery(recovery_id=id, officer=officer, now=now, **reason.cleaned_data)
        messages.success(request, _("Rejected. Nothing changed."))
        return True
    return False
