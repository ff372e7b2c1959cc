"""Whoever works for the city needs a second factor: to sign in, and to be given the scope that opens the office."""

from collections.abc import Collection

from django.http import HttpRequest
from django.urls import reverse

from accounts.permissions import OFFICE
from accounts.queries import works_for_the_city
from accounts.sign_in import reauthentication
from accounts.sign_in.queries import current, has_second_factor

__all__ = ["second_factor_shown", "way_to_second_factor"]


def second_factor_shown(request: HttpRequest) -> bool:
    """Return whether this browser's sign-in has a second factor, or a passkey that knew its holder."""
    sign_in = current(request)
    return sign_in is not None and "mfa" in sign_in.methods


def way_to_second_factor(request: HttpRequest, scopes: Collection[str]) -> str | None:
    """Return where the city's staff show or set up the second factor that these scopes need, and come back.

    None for who has shown it, for other scopes, and for who is no staff: they are refused.
    """
    if OFFICE not in scopes or second_factor_shown(request):
        return None
    user = request.user
    if not user.is_authenticated or not works_for_the_city(user.pk):
        return None
    if has_second_factor(user.pk):
        return reauthentication.page(user, then=request.get_full_path())
    return reverse("mfa_activate_totp")
