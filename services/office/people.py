"""Who may open a page of the office."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from accounts.permissions import OFFICE
from accounts.sign_in.staff import way_to_second_factor
from services.agencies.queries import agencies_administered_by
from services.pages.manners import person_id, told_as_page
from superapp.http.problems import Missing


def for_admins(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view: it is given the agencies where the person is admin, and comes after their second factor.

    To others there is no such page.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        agencies = agencies_administered_by(person_id(request))
        if not agencies:
            raise Missing
        if way := way_to_second_factor(request, (OFFICE,)):
            return HttpResponseRedirect(way)
        return view(request, agencies, *args, **kwargs)

    return never_cache(login_required(told_as_page(wrapped)))
