"""Whoever works for an agency needs a second factor: to sign in, and to be given the scope that opens the office."""

from collections.abc import Collection
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from accounts.queries import staff_roles
from accounts.sign_in import reauthentication
from accounts.sign_in.queries import current, has_second_factor

__all__ = ["OFFICE", "is_staff", "second_factor_shown", "way_to_second_factor"]

OFFICE = "office"


def is_staff(person_id: UUID) -> bool:
    """Return whether the person holds a role at an agency, as `STAFF_ROLES_OF` (a layer above) says."""
    return bool(staff_roles(person_id))


def second_factor_shown(request: HttpRequest) -> bool:
    """Return whether this browser's sign-in has a second factor, or a passkey that knew its holder."""
    sign_in = current(request)
    return sign_in is not None and "mfa" in sign_in.methods


def way_to_second_factor(request: HttpRequest, scopes: Collection[str]) -> str | None:
    """Return where somebody of an agency shows or sets up the second factor that these scopes need, and comes back.

    None for who has shown it, for other scopes, and for who works at no agency: they are refused.
    """
    if OFFICE not in scopes or second_factor_shown(request):
        return None
    user = request.user
    if not user.is_authenticated or not is_staff(user.pk):
        return None
    if has_second_factor(user.pk):
        return reauthentication.page(user, then=request.get_full_path())
    return reverse("mfa_activate_totp")
