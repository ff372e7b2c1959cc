"""The person's own account: one page from which each errand is found."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import staff_roles
from accounts.sign_in.queries import means_of

# Address name, icon, title, what for; in the order of the page.
ERRANDS = (
    ("identity", "card", _("Your identity"), _("Prove who you are, for services that ask for it.")),
    ("account_email", "mail", _("E-mail addresses"), _("Where letters about your applications go.")),
    ("account_change_phone", "phone", _("Phone number"), _("The number that you sign in with.")),
    ("account_change_password", "lock", _("Password"), _("Choose a new one; every device is signed out.")),
    ("account-security", "shield", _("Sign-in and security"), _("Passkeys, authenticator app, recovery codes.")),
    ("account-devices", "phone", _("My devices"), _("Where you are signed in; sign out from here.")),
    ("account-history", "clock", _("Sign-in history"), _("Say so if a sign-in was not you.")),
    ("account-mandates", "child", _("Family and mandates"), _("For whom you act, and who acts for you.")),
    ("account-connections", "card", _("Connected apps and sites"), _("See what each may do; disconnect it.")),
    ("account-access-log", "search", _("Who looked at my data"), _("Every reading by officers, apps and sites.")),
    ("account-consents", "shield", _("Consents and uses of my data"), _("Why the city uses it, and how to stop that.")),
    ("account-requests", "file", _("Requests on my data"), _("Access, correction, or that a use stops.")),
    ("account-deletion", "cross", _("Erase my account"), _("What is erased, what the law keeps, and how to ask.")),
    ("account-export", "download", _("Download my data"), _("Everything that the city holds of you, in one file.")),
)

OFFICE_ERRAND = ("office", "building", _("Office"), _("What you do for your agency."))


@require_safe
@never_cache
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show who the person is to the city, and what they can do about it."""
    person = cast(User, request.user)
    errands = [*ERRANDS, OFFICE_ERRAND] if staff_roles(person.pk) else ERRANDS
    return render(request, "portal/account/home.html", {"errands": errands})


@require_safe
@never_cache
@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Show by what the person signs in, how well that is protected, and what they can add."""
    user = cast(User, request.user)
    return render(request, "portal/account/security.html", {"means": means_of(user)})
