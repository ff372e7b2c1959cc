"""Admins of two agencies, and what one of them registers."""

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.operations import register_person
from services.agencies.models import Agency, Membership, Role
from tests.accounts.proofing.conftest import Caller

SITE: dict[str, Any] = {
    "name": "Antrean",
    "contact_email": "ti@dinkes.balikpapan.example",
    "purposes": [
        {
            "scope": "profile",
            "purpose": {"id": "Mencetak nama pada nomor antrean", "en": "Print the name on the ticket"},
            "basis": "Perda 2/2021 pasal 12",
        }
    ],
    "redirect_uris": ["https://antre.example/callback"],
    "backchannel_logout_uri": "https://antre.example/logout",
    "login_uri": "https://antre.example/masuk/",
    "session_uri": "https://antre.example/saya/",
}


@pytest.fixture
def member() -> Callable[..., Caller]:
    """Make a person with a role at an agency, with a second factor or without."""

    def make(code: str, role: str = Role.ADMIN, *, factor: bool = True) -> Caller:
        agency, _made = Agency.objects.get_or_create(code=code, defaults={"name": f"Dinas {code}", "kind": "dinas"})
        number = Membership.objects.count()
        user = register_person(
            full_name=f"Admin {code} {number}", email=f"{code}.{number}@balikpapan.example".lower(), now=timezone.now()
        )
        Membership.objects.create(user=user, agency=agency, role=role)
        if factor:
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
        caller = Caller(user)
        caller.methods = {"pwd", "mfa"} if factor else {"pwd"}
        return caller

    return make


@pytest.fixture
def admin(member: Callable[..., Caller]) -> Caller:
    return member("DINKES")


@pytest.fixture
def client_id(admin: Caller) -> str:
    """The id of a client that the admin registered."""
    made = admin.post("office/clients/", SITE)
    assert made.status_code == 201, made.content
    return str(made.json()["id"])
