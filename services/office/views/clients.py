"""For an agency's admins: the clients with which its sites sign residents in, from registering to opening."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
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
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import ClientAuthentication
from accounts.provider.manners import ISSUER
from accounts.queries import names_of
from accounts.scopes import describe
from services.agencies.models import Agency
from services.connectors import queries
from services.connectors.models import Change, Registration, SelfTest
from services.connectors.operations import registering, testers, testing
from services.connectors.self_test import CHECKS
from services.office.people import for_admins
from services.office.words import SELF_TEST_CHECKS
from services.pages.manners import on_form, page_language, person_id, proof_first
from services.pages.words import word_for
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing, Problem, localized

_OVERLAP: Final = timedelta(hours=24)
_HISTORY: Final = 20
_METHODS: Final = {method: ClientAuthentication(method).label for method in registering.METHODS}
_Asked = dict[str, Any]


class LinesField(forms.CharField):
    """Addresses, one a line."""

    widget = forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "autocapitalize": "none"})

    def to_python(self, value: Any) -> Any:
        return str(value or "").split()

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class KeysField(forms.CharField):
    """A JWK Set, or nothing."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "none"})

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ValidationError(_("This is not JSON.")) from None

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, indent=1) if isinstance(value, dict) else value


def _address(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "spellcheck": "false", "autocapitalize": "none"}),
    )  # fmt: skip


class ClientForm(forms.Form):
    """What an admin says of a site."""

    name = forms.CharField(
        label=gettext_lazy("Name of the site"), help_text=gettext_lazy("Residents read it."), max_length=100
    )
    contact_email = forms.EmailField(label=gettext_lazy("E-mail address of who runs it"), max_length=254)
    login_uri = _address(gettext_lazy("Page where a sign-in begins"))
    session_uri = _address(
        gettext_lazy("Page for who is signed in"),
        gettext_lazy("It answers 200 to who is signed in there, and something else to everybody else."),
    )
    redirect_uris = LinesField(
        label=gettext_lazy("Redirect addresses"), help_text=gettext_lazy("Full addresses, one a line."), max_length=5000
    )
    post_logout_redirect_uris = LinesField(
        label=gettext_lazy("Addresses after signing out"), required=False, max_length=5000
    )
    backchannel_logout_uri = _address(
        gettext_lazy("Address for sign-outs (back channel)"),
        gettext_lazy("We call it when a resident signs out. The self-test needs it."),
        required=False,
    )
    auth_method = forms.ChoiceField(
        label=gettext_lazy("How the site proves itself"), choices=list(_METHODS.items()), initial="client_secret"
    )
    jwks_uri = _address(gettext_lazy("Address of its public keys"), required=False)
    jwks = KeysField(label=gettext_lazy("Or the public keys themselves (JWK Set)"), required=False, max_length=20_000)


class TesterForm(forms.Form):
    """Who may try a site out."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address of their city account"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )


class PurposeForm(forms.Form):
    """For what a site wants one scope; all empty when it does not."""

    id = forms.CharField(label=gettext_lazy("For what, in Indonesian"), required=False, max_length=300)
    en = forms.CharField(label=gettext_lazy("For what, in English"), required=False, max_length=300)
    basis = forms.CharField(label=gettext_lazy("Legal basis: law and article"), required=False, max_length=200)

    def clean(self) -> _Asked:
        said: _Asked = super().clean() or {}
        if any(said.get(name) for name in self.fields):
            for name in self.fields:
                if not said.get(name) and name not in self.errors:
                    self.add_error(name, ValidationError(_("Needed, as you ask for this.")))
        return said


class _Forms:
    """The form of a client with those of its purposes, filled from a request or from what stands."""

    def __init__(self, request: HttpRequest, standing: _Asked | None = None) -> None:
        sent = request.POST if request.method == "POST" else None
        told = {
            each["scope"]: each["purpose"] | {"basis": each["basis"]} for each in (standing or {}).get("purposes", ())
        }
        self.client = ClientForm(sent, initial=standing)
        self.purposes = {
            scope: PurposeForm(sent, prefix=scope, initial=told.get(scope)) for scope in registering.SCOPES
        }

    @property
    def asked(self) -> list[tuple[str, str, PurposeForm]]:
        """Return scope, what it opens and its form."""
        return [(scope, describe(scope, page_language()), form) for scope, form in self.purposes.items()]

    def save(self, do: Callable[[_Asked], Registration]) -> Registration | None:
        """Do what the forms ask. Return None where one is wrong; then it says what."""
        if not all([self.client.is_valid(), *(form.is_valid() for form in self.purposes.values())]):
            return None
        purposes = [
            {"scope": scope, "purpose": {"id": said["id"], "en": said["en"]}, "basis": said["basis"]}
            for scope, form in self.purposes.items()
            if (said := form.cleaned_data)["basis"]
        ]
        try:
            return do(self.client.cleaned_data | {"purposes": purposes})
        except Problem as problem:
            if not problem.errors:
                raise
            for error in problem.errors:
                field = error.pointer.split("/")[1]
                text = ValidationError(localized(error.detail, page_language()))
                self.client.add_error(field if field in self.client.fields else None, text)
            return None


@require_safe
@for_admins
def clients(request: HttpRequest, agencies: list[Agency]) -> HttpResponse:
    """Show the clients of the admin's agencies."""
    asked, ids = read_page(request, [datetime, UUID]), [each.pk for each in agencies]
    rows = queries.page_of_registrations(ids, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda row: (row.registered_at, row.pk), line=lambda row: row)
    return render(request, "office/clients.html", {"page": page, "agencies": agencies})


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def register(request: HttpRequest, agencies: list[Agency]) -> HttpResponse:
    """Register a client of the admin's agency; who is admin of several says of which."""
    made = _Forms(request)
    agency = next((each for each in agencies if each.code == request.POST.get("agency")), agencies[0])
    if request.method == "POST":
        done = made.save(
            lambda values: registering.register_client(
                agency=agency, actor_id=person_id(request), values=values, now=timezone.now()
            )
        )
        if done:
            messages.success(request, _("Registered. Get its secret, set the site up, then try it out."))
            return HttpResponseRedirect(reverse("office-client", args=[done.pk]))
    return render(request, "office/client_form.html", {"made": made, "agencies": agencies, "agency": agency})


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def change(request: HttpRequest, agencies: list[Agency], id: UUID) -> HttpResponse:
    """Change what stands of a client."""
    registration = _found(id, agencies)
    made = _Forms(request, queries.described(registration))
    if request.method == "POST":
        done = made.save(
            lambda values: registering.change_client(
                registration=registration, actor_id=person_id(request), values=values, now=timezone.now()
            )
        )
        if done:
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("office-client", args=[id]))
    return render(request, "office/client_form.html", {"made": made, "registration": registration})


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def client(request: HttpRequest, agencies: list[Agency], id: UUID) -> HttpResponse:
    """Show one client and how its self-test went; a POST gives a secret, tries it out, opens or closes it."""
    registration, secret = _found(id, agencies), ""
    action = request.POST.get("action", "")
    tester = TesterForm(request.POST if action == "add_tester" else None)
    if action == "secret":
        if way := proof_first(request, back_to=request.path):
            return way
        secret = registering.give_secret(
            registration=registration, actor_id=person_id(request), overlap=_OVERLAP, now=timezone.now()
        )
    elif action == "remove_tester" or (action == "add_tester" and tester.is_valid()):
        if _change_testers(request, registration, tester):
            return HttpResponseRedirect(f"{request.path}#testers")
    elif action in _ACTIONS:
        do, said = _ACTIONS[action]
        do(registration=registration, actor_id=person_id(request), now=timezone.now())
        messages.success(request, str(said))
        return HttpResponseRedirect(request.path)
    shown = _shown(registration, timezone.now()) | {"secret": secret, "tester": tester}
    return render(request, "office/client.html", shown)


def _change_testers(request: HttpRequest, registration: Registration, form: TesterForm) -> bool:
    """Add the tester of a sound form, or remove the one whom a button names. Return False where the form is wrong."""
    does: dict[str, Any] = {"registration": registration, "actor_id": person_id(request), "now": timezone.now()}
    if not form.is_bound:
        try:
            testers.remove_tester(person_id=UUID(request.POST.get("person", "")), **does)
        except ValueError:
            raise Missing from None
        messages.success(request, _("No tester any more."))
        return True
    added = on_form(form, lambda: testers.add_tester(email=form.cleaned_data["email"], **does))
    if added:
        messages.success(request, _("%(name)s can try the site out.") % {"name": added.full_name or added.email})
    return added is not None


_ACTIONS: Final[dict[str, tuple[Callable[..., Any], Any]]] = {
    "test": (testing.start_self_test, gettext_lazy("The self-test has begun.")),
    "open": (testing.open_to_residents, gettext_lazy("Every resident can sign in there now.")),
    "close": (registering.close_client, gettext_lazy("Closed. Nobody signs in there any more.")),
}


def _found(id: UUID, agencies: list[Agency]) -> Registration:
    try:
        return queries.registration_of(id, [each.pk for each in agencies])
    except Registration.DoesNotExist:
        raise Missing from None


def _shown(registration: Registration, now: datetime) -> _Asked:
    test = queries.latest_self_test(registration.pk)
    party = registration.client
    return {
        "registration": registration,
        "party": party,
        "issuer": ISSUER,
        "stands": queries.described(registration),
        "method": _METHODS[party.token_endpoint_auth_method],
        "has_secret": party.token_endpoint_auth_method != ClientAuthentication.PRIVATE_KEY,
        "test": test,
        "test_state": queries.state_of(test, now) if test else "",
        "checks": _in_words(test) if test else [],
        "ready": queries.is_ready(registration, test),
        "testers": queries.testers_of(registration),
        "history": _history(registration),
    }  # fmt: skip


def _history(registration: Registration) -> list[_Asked]:
    """Return what was done to a client, latest first: `fields` that changed, or `whom` as a tester."""
    found = queries.history_of(registration, limit=_HISTORY)
    testers = {each.pk: UUID(said["to"] or said["from"]) for each in found if (said := each.values.get("tester"))}
    names = names_of({*(each.actor_id for each in found), *testers.values()})
    return [
        {
            "what": Change.What(each.what).label,
            "by": names.get(each.actor_id, ""),
            "at": each.at,
            "whom": names.get(testers[each.pk], "") if each.pk in testers else "",
            "fields": "" if each.what == Change.What.REGISTERED or each.pk in testers else ", ".join(each.values),
        }
        for each in found
    ]


def _in_words(test: SelfTest) -> list[_Asked]:
    """Return every check of a self-test in the reader's words; `passed` is None for one that is still to come."""
    language = page_language()
    done = {each["id"]: each | {"why": localized(each["why"] or "", language)} for each in test.checks}
    return [{"words": word_for(SELF_TEST_CHECKS, name), "passed": None} | done.get(name, {}) for name in CHECKS]
