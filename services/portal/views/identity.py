"""Proving who one is: by the population registry, at a counter, or in a dispute about a NIK."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.models import Assurance, User
from accounts.proofing.models import Dispute
from accounts.proofing.operations import counters, disputes, raising
from accounts.proofing.queries import disputes_of, identity_of
from services.pages.identity import IdentityForm
from services.pages.manners import told_as_page
from superapp.http.problems import Missing


class WordsForm(forms.Form):
    """What a party of a dispute says."""

    text = forms.CharField(label=_("In your words"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


@sensitive_post_parameters("nik", "kk")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def identity(request: HttpRequest) -> HttpResponse:
    """Show how surely the city knows the person; take what they send; bring them back to where they were."""
    person = _person(request)
    action = request.POST.get("action")
    form = IdentityForm(request.POST if action == "prove" else None)
    words = WordsForm(request.POST if action in ("dispute", "answer") else None)
    if request.method == "POST":
        answer = _done(request, person, form, words)
        if answer is not None:
            return answer
    elif _next(request) and _covers(person, request.GET.get("need", "")):
        return redirect(_next(request))
    return _page(request, person, form, words)


def _done(request: HttpRequest, person: User, form: IdentityForm, words: WordsForm) -> HttpResponse | None:
    """Do what the form asks for; None when it must be shown again."""
    now, action = timezone.now(), request.POST.get("action")
    if action == "code":
        code, until = counters.make_code(person_id=person.pk, now=now)
        return _page(request, person, form, words, code=code, code_until=until, drawing=_drawn(code))
    if not (form if action == "prove" else words).is_valid():
        return None
    if action == "prove":
        check = raising.submit_identity(person_id=person.pk, now=now, **form.cleaned_data)
        raising.ask_soon(check_id=check.pk, now=timezone.now())
    elif action == "dispute":
        disputes.open_dispute(person_id=person.pk, statement=words.cleaned_data["text"], now=now)
    elif action == "answer":
        _answer(request, person, words.cleaned_data["text"])
    return _back(request, person, proved=action == "prove")


def _answer(request: HttpRequest, person: User, text: str) -> None:
    try:
        id = UUID(request.POST.get("dispute", ""))
        disputes.answer_dispute(dispute_id=id, person_id=person.pk, answer=text, now=timezone.now())
    except (ValueError, Dispute.DoesNotExist):
        raise Missing from None


def _back(request: HttpRequest, person: User, *, proved: bool) -> HttpResponse:
    """Send the person where they were once they are known well enough, else to this page."""
    person.refresh_from_db(fields=["assurance"])
    if proved and _covers(person, Assurance.VERIFIED):
        messages.success(request, gettext("Your identity is verified."))
        if _next(request) and _covers(person, request.GET.get("need") or Assurance.VERIFIED):
            return redirect(_next(request))
    query = urlencode({name: request.GET[name] for name in ("need", "next") if name in request.GET})
    return redirect(reverse("identity") + (f"?{query}" if query else ""))


def _page(request: HttpRequest, person: User, form: IdentityForm, words: WordsForm, **more: Any) -> HttpResponse:
    shown = {
        "identity": identity_of(person.pk, timezone.now()),
        "level": Assurance(person.assurance).label,
        "form": form,
        "words": words if request.POST.get("action") == "dispute" else WordsForm(),
        "disputes": [each | {"form": _answer_form(request, each["id"])} for each in disputes_of(person.pk)],
        "need": request.GET.get("need", ""),
    }
    return render(request, "portal/account/identity.html", shown | more)


def _answer_form(request: HttpRequest, dispute_id: UUID) -> WordsForm:
    """Return the form for one dispute's answer: as it was sent, where it was, with what is wrong."""
    sent = request.POST.get("dispute") == str(dispute_id)
    return WordsForm(request.POST if sent else None, auto_id=f"answer-{dispute_id}-%s")


def _covers(person: User, need: str) -> bool:
    return need in Assurance.values and Assurance(person.assurance).covers(need)


def _next(request: HttpRequest) -> str:
    """Return where the person was: an address of this site, else nothing."""
    wanted = request.GET.get("next", "")
    local = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if local else ""


def _person(request: HttpRequest) -> User:
    assert request.user.is_authenticated  # noqa: S101 - `login_required` came before
    return request.user


def _drawn(code: str) -> str:
    import segno  # few pages draw

    return str(segno.make(code, error="m", micro=False).svg_data_uri(scale=5, border=2))
