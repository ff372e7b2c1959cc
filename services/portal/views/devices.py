"""Where the person is signed in, and when they signed in before."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.privacy.operations.sign_ins import disown, sign_out, sign_out_others
from accounts.privacy.queries.sign_ins import history_line, history_of, sessions_of
from accounts.sign_in.models import SignIn
from accounts.sign_in.queries import current_id
from services.pages.manners import person_id, told_as_page
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def devices(request: HttpRequest) -> HttpResponse:
    """Show where the person is signed in; a POST names one to sign out, or none for all others."""
    here, now = current_id(request), timezone.now()
    if request.method == "POST":
        if "others" in request.POST:
            sign_out_others(person_id=person_id(request), but=here, now=now)
        else:
            _mine(lambda id: sign_out(person_id=person_id(request), sign_in_id=id, now=now), request)
        messages.success(request, _("Signed out."))
        return HttpResponseRedirect(reverse("account-devices"))
    found = sessions_of(person_id(request), current=here, now=now)
    return render(request, "portal/account/devices.html", {"sessions": found})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def history(request: HttpRequest) -> HttpResponse:
    """Show the person's sign-ins; a POST names one that was not theirs."""
    here, now, me = current_id(request), timezone.now(), person_id(request)
    if request.method == "POST":
        _mine(lambda id: disown(person_id=me, sign_in_id=id, but=here, now=now), request)
        update_session_auth_hash(request, User.objects.get(pk=me))  # this browser stays signed in
        messages.success(request, _("Your account is secured: all other devices are signed out. Set a new password."))
        return HttpResponseRedirect(reverse("account_set_password"))
    asked = read_page(request, [datetime, UUID])
    rows = history_of(me, limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda each: (each.began_at, each.pk), line=history_line)
    return render(request, "portal/account/history.html", {"page": page, "here": str(here)})


def _mine(act: Callable[[UUID], None], request: HttpRequest) -> None:
    """Do it to the sign-in that the form names.

    :raises Missing: when it is not theirs.
    """
    try:
        act(UUID(request.POST.get("id", "")))
    except (ValueError, SignIn.DoesNotExist):
        raise Missing from None
