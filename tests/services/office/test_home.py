"""`/kantor/`: what each who works at an agency may do there."""

from collections.abc import Callable

import pytest
from django.test import Client

from services.agencies.models import Role
from tests.accounts.proofing.conftest import Caller, someone
from tests.services.connectors.conftest import member
from tests.services.office.test_clients_pages import browser_of
from tests.services.portal.pages import heading_of, links_of, text_of

__all__ = ["member", "someone"]

pytestmark = pytest.mark.django_db
HOME = "/kantor/"


def test_an_admin_finds_what_an_admin_does(member: Callable[..., Caller]) -> None:
    found = browser_of(member("DINKES").user, "pwd", "mfa").get(HOME, headers={"Accept-Language": "en"})

    assert heading_of(found) == "Office"
    assert "Dinas DINKES (OPD admin)" in text_of(found)
    assert {"/kantor/layanan/", "/kantor/aturan/", "/kantor/klien/"} <= links_of(found)
    assert "/kantor/identitas/" not in links_of(found)


def test_an_officer_is_offered_nothing_that_would_be_refused(member: Callable[..., Caller]) -> None:
    office = browser_of(member("DINKES", Role.OFFICER).user, "pwd", "mfa")

    found = office.get(HOME)

    assert found.status_code == 200
    assert {office.get(each).status_code for each in links_of(found) if each.startswith("/kantor/")} == {200}


def test_the_header_leads_there_who_works_there_alone(
    member: Callable[..., Caller], someone: Callable[[str], Caller]
) -> None:
    staff, resident = member("DINKES", Role.OFFICER), someone("Siti")

    assert HOME in links_of(browser_of(staff.user, "pwd", "mfa").get("/"))
    assert HOME not in links_of(browser_of(resident.user, "pwd", "mfa").get("/"))


def test_to_others_there_is_no_office(someone: Callable[[str], Caller]) -> None:
    assert browser_of(someone("Siti").user, "pwd", "mfa").get(HOME).status_code == 404
    assert Client().get(HOME).headers["Location"].startswith("/accounts/login/")


def test_it_asks_for_the_second_factor(member: Callable[..., Caller]) -> None:
    assert browser_of(member("DINKES").user, "pwd").get(HOME).status_code == 302
