"""The office's front page: what this person may do here."""

from typing import cast
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import OFFICE
from accounts.proofing.queries import officer_of
from accounts.sign_in.staff import way_to_second_factor
from services.agencies.models import Role
from services.agencies.queries import named_memberships_of
from services.pages.manners import told_as_page
from superapp.http.problems import Missing

# Address name, icon, title, what for; in the order of the page.
Errand = tuple[str, str, Promise, Promise]
_ADMIN: tuple[Errand, ...] = (
    ("desk-services", "file", _("Our services"), _("Write, try out, publish and retire them, without code.")),
    ("desk-rules", "shield", _("How we publish"), _("By one admin, or by two.")),
    ("office-clients", "building", _("Our agency's sites"), _("Where residents sign in with their city account.")),
)
_WORK: tuple[Errand, ...] = (
    ("work-queue", "file", _("Applications"), _("What waits at your agency: read, ask, decide.")),
    ("work-visits", "clock", _("Appointments"), _("Who comes to the counters today, and whom you visit.")),
)
_COUNTER: tuple[Errand, ...] = (
    ("office-counter", "card", _("At the counter"), _("Prove residents in person; decide disputes about a NIK.")),
)


@require_safe
@never_cache
@login_required
@told_as_page
def home(request: HttpRequest) -> HttpResponse:
    """Show where the person works and what they may do; 404 for who works nowhere in the city."""
    person = cast(User, request.user)
    posts = named_memberships_of(person.pk)
    if not posts:
        raise Missing
    if way := way_to_second_factor(request, (OFFICE,)):
        return HttpResponseRedirect(way)
    told = [{"agency": post["agency"]["name"], "roles": [Role(role).label for role in post["roles"]]} for post in posts]
    errands = _errands(person.pk, person.full_name, {role for post in posts for role in post["roles"]})
    return render(request, "office/home.html", {"posts": told, "errands": errands})


def _errands(person_id: UUID, name: str, roles: set[str]) -> list[Errand]:
    errands: list[Errand] = [*_WORK]
    if Role.ADMIN in roles:
        errands += _ADMIN
    if officer_of(person_id, name):
        errands += _COUNTER
    return errands
