"""`manage.py seed_demo`."""

from collections import Counter
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import LazySettings
from django.contrib.auth.hashers import check_password
from django.core.management import CommandError, call_command

from accounts.mandates.models import Mandate
from accounts.models import RelyingParty, User
from services.agencies.models import Agency, Membership
from superapp.launch.code import KEY


@pytest.fixture
def agencies() -> None:
    for code in ("DISDUKCAPIL", "DPMPTSP"):
        Agency.objects.create(code=code, name=code, kind="dinas", confidence="seen")


def test_it_makes_residents_staff_and_clients_once(agencies: None) -> None:
    call_command("seed_demo", stdout=StringIO())
    out = StringIO()
    call_command("seed_demo", stdout=out)

    assert dict(Counter(User.objects.values_list("kind", flat=True))) == {"person": 16, "dependant": 1}
    family = Mandate.objects.filter(agent__email="warga@demo.balikpapan.example", state="active")
    assert sorted(family.values_list("principal__full_name", "evidence")) == [
        ("Nadia Fauziah", "registry"),
        ("Sumarni", "consent"),
    ]
    assert RelyingParty.objects.count() == 2
    assert sorted(Membership.objects.values_list("agency__code", "role")) == sorted(
        [
            *((agency, role) for agency in ("DISDUKCAPIL", "DPMPTSP") for role in ("admin", "approver", "officer")),
            *((agency, "approver") for agency in ("DISDUKCAPIL", "DPMPTSP")),  # one each decides, another an appeal
            ("DISDUKCAPIL", "head"),
        ]
    )
    resident = User.objects.get(email="warga@demo.balikpapan.example")
    assert (resident.assurance, resident.phone) == ("verified", "+6281200000001")
    assert check_password("Balikpapan-2026", resident.password)
    assert "warga@demo.balikpapan.example" in out.getvalue()
    apps = Authenticator.objects.filter(type="totp")
    platform = User.objects.get(is_staff=True)
    assert platform.email == "platform@demo.balikpapan.example"
    assert {app.user_id for app in apps} == {platform.pk, *Membership.objects.values_list("user_id", flat=True)}
    assert decrypt(apps[0].data["secret"]) == KEY
    assert "make code" in out.getvalue()


def test_without_agencies_it_says_what_is_missing() -> None:
    errors = StringIO()

    call_command("seed_demo", stdout=StringIO(), stderr=errors)

    assert not Membership.objects.exists()
    assert "run load_city, then this again" in errors.getvalue()


def test_it_refuses_to_give_known_passwords_in_production(settings: LazySettings) -> None:
    settings.LOCAL = settings.TESTING = False

    with pytest.raises(CommandError, match="--yes-demo"):
        call_command("seed_demo", stdout=StringIO())

    assert not User.objects.exists()


def test_printing_registers_nobody() -> None:
    call_command("seed_demo", "--print", stdout=StringIO())

    assert not User.objects.exists()
