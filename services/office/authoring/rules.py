"""How an agency publishes: by one admin, or by two."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.queries import names_of
from services.agencies.models import Agency
from services.catalogue.models import AgencyRule
from services.catalogue.operations.rules import set_four_eyes
from services.office.people import for_admins
from services.pages.manners import page_language, person_id
from superapp.http.problems import Missing, Problem, localized


@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
def rules(request: HttpRequest, agencies: list[Agency]) -> HttpResponse:
    """Show how the admin's agencies publish; a POST asks for two admins, or for one."""
    if request.method == "POST":
        agency = next((each for each in agencies if each.code == request.POST.get("agency")), None)
        if agency is None or request.POST.get("four_eyes") not in ("on", "off"):
            raise Missing
        try:
            on = request.POST["four_eyes"] == "on"
            set_four_eyes(agency=agency, on=on, actor_id=person_id(request), now=timezone.now())
            messages.success(request, _("Saved."))
        except Problem as problem:
            messages.error(request, localized(problem.detail, page_language()))
        return HttpResponseRedirect(request.path)
    found = {each.agency_id: each for each in AgencyRule.objects.filter(agency__in=agencies)}
    names = names_of({each.off_asked_by for each in found.values() if each.off_asked_by})
    told = [
        {
            "agency": each,
            "four_eyes": bool((rule := found.get(each.pk)) and rule.four_eyes),
            "asked_by": names.get(rule.off_asked_by, "") if rule and rule.four_eyes and rule.off_asked_by else "",
            "by_me": bool(rule and rule.off_asked_by == person_id(request)),
        }
        for each in agencies
    ]
    return render(request, "office/services/rules.html", {"rules": told})
