"""The person's rights over their data: who may ask, who looked, a copy of all, erasure."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import RelyingParty
from accounts.privacy import purposes
from accounts.privacy.api.export import archive_response
from accounts.privacy.models import Export, Impersonation
from accounts.privacy.operations.connections import disconnect, withdraw_consent
from accounts.privacy.operations.deletion import ask_for_deletion, cancel_deletion
from accounts.privacy.operations.export import ask_for_export
from accounts.privacy.operations.impersonations import end_impersonation
from accounts.privacy.queries.access import access_line, accesses_of
from accounts.privacy.queries.connections import connection_line, connections_of
from accounts.privacy.queries.consents import receipts_of
from accounts.privacy.queries.deletion import deletion_body, latest_deletion
from accounts.privacy.queries.export import export_body, export_to_download, latest_export
from accounts.privacy.queries.impersonations import impersonation_line, lasting
from accounts.provider.models import Consent
from services.pages.manners import page_language, person_id, proof_first, told_as_page
from services.pages.words import word_for
from services.portal.words import READERS, READINGS
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import Missing


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


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def access_log(request: HttpRequest) -> HttpResponse:
    """Show who read the person's data, latest first; a POST has support stop seeing the account."""
    if request.method == "POST":
        try:
            end_impersonation(id=UUID(request.POST.get("end", "")), person_id=person_id(request), now=timezone.now())
        except (Impersonation.DoesNotExist, ValueError):
            raise Missing from None
        messages.success(request, _("Ended. Support no longer sees your account."))
        return HttpResponseRedirect(reverse("account-access-log"))
    asked = read_page(request, [datetime, UUID])
    rows = accesses_of(person_id(request), limit=asked.limit + 1, after=asked.after, before=asked.before)
    shown = page_of(request, asked, rows, key=lambda row: (row[2], row[0]), line=access_line)
    for line in shown["results"]:
        line["what"] = word_for(READINGS, line["what"])
        if line["reader"]:
            line["reader"]["role"] = word_for(READERS, line["reader"]["role"])
    now = timezone.now()
    watching = [impersonation_line(each, now=now) for each in lasting(person_id(request), now=now)]
    return render(request, "portal/account/access_log.html", {"page": shown, "watching": watching})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def uses(request: HttpRequest) -> HttpResponse:
    """Show what the person agreed to, and for what the city uses data on other grounds; a POST withdraws a receipt."""
    if request.method == "POST":
        try:
            consent_id = UUID(request.POST.get("consent", ""))
            withdraw_consent(person_id=person_id(request), consent_id=consent_id, now=timezone.now())
        except (Consent.DoesNotExist, ValueError):
            raise Missing from None
        messages.success(request, _("Withdrawn. The site's access ended at once, and it is being told."))
        return HttpResponseRedirect(reverse("account-consents"))
    language = page_language()
    told = [purposes.explain(each, language) for each in purposes.purposes()]
    standing, withdrawn = receipts_of(person_id(request))
    shown = {"purposes": told, "receipts": standing, "withdrawn": withdrawn}
    return render(request, "portal/account/consents.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """Show how far the copy of the person's data is; a POST asks for one."""
    if request.method == "POST":
        if way := proof_first(request, back_to=request.path):
            return way
        ask_for_export(person_id=person_id(request), now=timezone.now())
        return HttpResponseRedirect(request.path)
    latest = latest_export(person_id(request))
    export = export_body(latest, page_language()) if latest else None
    return render(request, "portal/account/export.html", {"export": export})


@require_safe
@never_cache
@login_required
@told_as_page
def export_file(request: HttpRequest, id: UUID) -> HttpResponseBase:
    """Hand out the copy."""
    if way := proof_first(request, back_to=request.path):
        return way
    try:
        return archive_response(export_to_download(id, person_id=person_id(request), now=timezone.now()))
    except Export.DoesNotExist:
        raise Missing from None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
@told_as_page
def deletion(request: HttpRequest) -> HttpResponse:
    """Show what erasing the account deletes and keeps; a POST asks for it, or keeps the account after all."""
    if request.method == "POST":
        if "keep" in request.POST:
            cancel_deletion(person_id=person_id(request), now=timezone.now())
        elif way := proof_first(request, back_to=request.path):
            return way
        else:
            ask_for_deletion(person_id=person_id(request), now=timezone.now())
        return HttpResponseRedirect(request.path)
    body = deletion_body(latest_deletion(person_id(request)), page_language())
    return render(request, "portal/account/deletion.html", {"deletion": body})
