"""Family and mandates: for whom I act, who acts for me."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.mandates import operations, queries
from accounts.mandates.models import Ending, Mandate, State
from accounts.names import validate_name
from accounts.phones import to_e164
from services.pages.manners import page_language, person_id, told_as_page
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing, Problem, localized

# Of a mandate that was proposed and accepted, and nothing else.
BEGUN: Final = 2


class ChildForm(forms.Form):
    nik = forms.CharField(
        label=gettext_lazy("NIK of the child"),
        max_length=16,
        validators=[RegexValidator(r"\A[0-9]{16}\Z", gettext_lazy("A NIK has 16 digits."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    full_name = forms.CharField(
        label=gettext_lazy("Full name of the child"), max_length=150, validators=[validate_name]
    )
    birth_date = forms.DateField(
        label=gettext_lazy("Date of birth"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    guardian = forms.TypedChoiceField(
        label=gettext_lazy("What you are to the child"),
        choices=[
            ("no", gettext_lazy("Mother or father")),
            ("yes", gettext_lazy("Guardian: I bring the court's decision")),
        ],
        coerce=lambda choice: choice == "yes",
        required=False,
    )


class CompanyForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the company"), max_length=150, validators=[validate_name])
    nib = forms.CharField(
        label=gettext_lazy("Business identification number (NIB)"),
        max_length=13,
        validators=[RegexValidator(r"\A[0-9]{13}\Z", gettext_lazy("A NIB has 13 digits."))],
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )


class GiveForm(forms.Form):
    agent = forms.CharField(
        label=gettext_lazy("E-mail address or phone number of who is to act for you"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expires_on = forms.DateField(
        label=gettext_lazy("Last day"),
        help_text=gettext_lazy("At most a year from today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_agent(self) -> str:
        text = str(self.cleaned_data["agent"]).strip()
        if "@" not in text:
            return to_e164(text)
        validate_email(text)
        return text.lower()


class RenewForm(forms.Form):
    expires_on = forms.DateField(
        label=gettext_lazy("New last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def _add_child(me: UUID, data: dict[str, Any], now: datetime) -> None:
    operations.add_child(parent_id=me, now=now, **data)


def _add_company(me: UUID, data: dict[str, Any], now: datetime) -> None:
    operations.add_company(director_id=me, npwp="", now=now, **data)


def _give(me: UUID, data: dict[str, Any], now: datetime) -> None:
    operations.give(principal_id=me, address=data["agent"], services=(), expires_on=data["expires_on"], now=now)


_FORMS: Final[dict[str, tuple[type[forms.Form], Callable[[UUID, dict[str, Any], datetime], None]]]] = {
    "child": (ChildForm, _add_child),
    "give": (GiveForm, _give),
    "company": (CompanyForm, _add_company),
}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def mandates(request: HttpRequest) -> HttpResponse:
    """Show for whom the person acts and who acts for them; a POST asks for a mandate, accepts or ends one."""
    action = request.POST.get("action", "")
    made = {name: form(prefix=name) for name, (form, _do) in _FORMS.items()}
    renewal = _renewal(request.POST.get("mandate", ""), request.POST if action == "renew" else None)
    if request.method == "POST" and action in ("accept", "end", "renew") and _answered(request, action, renewal):
        return HttpResponseRedirect(reverse("account-mandates"))
    if request.method == "POST" and action in _FORMS:
        if action == "give":
            raise_if_reauthentication_required(request, app="mandates")
        made[action] = _FORMS[action][0](request.POST, prefix=action)
        if _done(request, made[action], _FORMS[action][1]):
            messages.success(request, _("Noted. You see below what it waits for."))
            return HttpResponseRedirect(reverse("account-mandates"))
    asked, me, now = read_page(request, [datetime, UUID]), person_id(request), timezone.now()
    rows = queries.page_for(me, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(
        request,
        asked,
        rows,
        key=lambda row: (row.created_at, row.id),
        line=lambda row: (
            _line(row, me, now)
            | {"form": renewal if renewal.is_bound and request.POST["mandate"] == str(row.id) else _renewal(row.id)}
        ),
    )
    return render(request, "portal/account/mandates.html", {"page": page, "forms": made, "action": action})


def _done(request: HttpRequest, form: forms.Form, do: Callable[[UUID, dict[str, Any], datetime], None]) -> bool:
    """Do what a form asks. Return False where it is wrong; then the form says what."""
    if not form.is_valid():
        return False
    try:
        do(person_id(request), form.cleaned_data, timezone.now())
    except Problem as problem:
        for error in problem.errors:
            field = error.pointer.removeprefix("/")
            text = localized(error.detail, page_language())
            form.add_error(field if field in form.fields else None, ValidationError(text))
        if not problem.errors:
            form.add_error(None, ValidationError(localized(problem.detail, page_language())))
        return False
    return True


def _renewal(mandate_id: object, sent: QueryDict | None = None) -> RenewForm:
    """Return the form by which one mandate of the page goes on."""
    return RenewForm(sent, auto_id=f"renew-{mandate_id}-%s")


def _answered(request: HttpRequest, action: str, renewal: RenewForm) -> bool:
    """Accept, end or renew the mandate that a form names. Return False where its new last day is wrong."""
    me, now = person_id(request), timezone.now()
    if action == "renew" and not renewal.is_valid():
        return False
    try:
        mandate_id = UUID(request.POST.get("mandate", ""))
        if action == "end":
            operations.end(mandate_id=mandate_id, person_id=me, now=now)
            messages.success(request, _("Ended. Nothing can be done by this mandate any more."))
        elif action == "renew":
            operations.ask_renewal(mandate_id=mandate_id, person_id=me, now=now, **renewal.cleaned_data)
            messages.success(request, _("Noted. You see below what it waits for."))
        else:
            mandate = operations.accept(mandate_id=mandate_id, agent_id=me, now=now)
            begun = _("You can now act for them, in the app.")
            messages.success(request, begun if mandate.version == BEGUN else _("The mandate goes on."))
    except (Mandate.DoesNotExist, ValueError):
        raise Missing from None
    except Problem as problem:
        if problem.code == "reauthentication_required":
            raise_if_reauthentication_required(request, app="mandates")
        told = [localized(error.detail, page_language()) for error in problem.errors]
        if told and action == "renew":
            renewal.add_error("expires_on", ValidationError(list(told)))
            return False
        messages.error(request, told[0] if told else localized(problem.detail, page_language()))
    return True


def _line(mandate: Mandate, me: UUID, now: datetime) -> dict[str, Any]:
    line = queries.line_of(mandate, me, now=now)
    return line | {"in_words": _in_words(mandate, line)}


def _in_words(mandate: Mandate, line: dict[str, Any]) -> dict[str, str]:
    """Return kind, state and what it waits for, as people say it; one that ran out unseen has ended."""
    state = State(line["state"]).label
    return {
        "kind": str(mandate.get_kind_display()),
        "state": str(Ending(line["ending"]).label if line["ending"] else state),
        "awaiting": str(mandate.get_awaiting_display()) if mandate.awaiting and not line["ending"] else "",
        "evidence": str(mandate.get_evidence_display()) if mandate.evidence else "",
    }
