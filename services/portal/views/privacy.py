"""The person's rights over their data: who may ask, who looked, a copy of all, erasure."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import RelyingParty
from accounts.privacy import purposes
from accounts.privacy.operations.connections import disconnect
from accounts.privacy.queries.access import access_line, accesses_of
from accounts.privacy.queries.connections import connection_line, connections_of
from services.portal.views.pages import page_language, told_as_page
from services.portal.words import READERS, READINGS, word_for
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing


def person_id(request: HttpRequest) -> UUID:
    """Return who is signed in; `login_required` came before."""
    assert request.user.is_authenticated  # noqa: S101
    return request.user.id


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def connections(request: HttpRequest) -> HttpResponse:
    """Show the apps and sites that may act or ask for the person; a POST names one to disconnect."""
    if request.method == "POST":
        try:
            client_id = request.POST.get("client_id", "")
            disconnect(person_id=person_id(request), client_id=client_id, now=timezone.now())
        except RelyingParty.DoesNotExist:
            raise Missing from None
        messages.success(request, _("Disconnected. It can no longer read or do anything for you."))
        return HttpResponseRedirect(reverse("account-connections"))
    language = page_language()
    told = {each.code: purposes.explain(each, language) for each in purposes.purposes()}
    lines = [connection_line(row, language) for row in connections_of(person_id(request))]
    shown = [line | {"purposes": [told[code] for code in line["purposes"]]} for line in lines]
    return render(request, "portal/account/connections.html", {"connections": shown})


@require_safe
@never_cache
@login_required
@told_as_page
def access_log(request: HttpRequest) -> HttpResponse:
    """Show who read the person's data, latest first."""
    asked = read_page(request, [datetime, UUID])
    rows = accesses_of(person_id(request), limit=asked.limit + 1, after=asked.after, before=asked.before)
    page = page_of(request, asked, rows, key=lambda row: (row[2], row[0]), line=access_line)
    for line in page["results"]:
        line["what"] = word_for(READINGS, line["what"])
        if line["reader"]:
            line["reader"]["role"] = word_for(READERS, line["reader"]["role"])
    return render(request, "portal/account/access_log.html", {"page": page})


@require_safe
@never_cache
@login_required
def uses(request: HttpRequest) -> HttpResponse:
    """Show for what the city uses data, and on which ground of the law."""
    language = page_language()
    told = [purposes.explain(each, language) for each in purposes.purposes()]
    return render(request, "portal/account/consents.html", {"purposes": told})
