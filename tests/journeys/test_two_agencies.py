"""Two browsers, two agencies: one sign-in opens both sites, signing out of all closes both."""

import re
import time
from collections.abc import Callable

import pytest

from tests.agency_site.process import AgencySite
from tests.journeys.people import csrf_of
from tests.journeys.stack import Stack
from tests.judges.clients import Browser

pytestmark = pytest.mark.xdist_group("stack")


def test_one_sign_in_enters_both_agencies_and_one_sign_out_leaves_both(stack: Stack) -> None:
    with (
        AgencySite(stack, "Disdukcapil") as population,
        AgencySite(stack, "DPMPTSP", agency_code="DPMPTSP") as permits,
    ):
        siti = Browser(stack.base_url)
        budi = Browser(stack.base_url, "warga2@demo.balikpapan.example")

        entered = [siti.visit(site.url) for site in (population, permits)]
        assert [page.status_code for page in entered] == [200, 200]
        assert all("Siti Aminah" in page.text for page in entered)
        assert siti.passwords == 1
        assert "Budi Santoso" in budi.visit(population.url).text

        permits.stop()
        sign_out(siti)

        eventually(lambda: not signed_in(siti, population))
        permits.start()
        eventually(lambda: not signed_in(siti, permits))
        assert signed_in(budi, population)


def test_who_withdraws_their_consent_is_signed_out_there_and_nowhere_else(stack: Stack) -> None:
    with (
        AgencySite(stack, "Disdukcapil") as population,
        AgencySite(stack, "DPMPTSP", agency_code="DPMPTSP") as permits,
    ):
        siti = Browser(stack.base_url)
        entered = [siti.visit(site.url) for site in (population, permits)]
        assert [page.status_code for page in entered] == [200, 200]
        mine = siti.http.get(f"{stack.base_url}/akun/persetujuan/").text
        assert mine.index(permits.client["client_id"]) > 0

        permits.stop()
        withdraw(siti, permits)
        permits.start()

        eventually(lambda: not signed_in(siti, permits))
        assert signed_in(siti, population)
        assert siti.http.get(f"{stack.base_url}/akun/").status_code == 200
        asked = siti.http.get(siti.http.get(f"{permits.url}/oidc/authenticate/").headers["location"])
        assert asked.status_code == 200, "it has to ask anew"


def withdraw(browser: Browser, site: AgencySite) -> None:
    address = f"{browser.base_url}/akun/persetujuan/"
    page = browser.http.get(address).text
    card = page[page.index(site.client["client_id"]) :]
    consent = re.search(r'name="consent" value="([^"]+)"', card)
    assert consent
    form = {"csrfmiddlewaretoken": csrf_of(page), "consent": consent[1]}
    assert browser.http.post(address, data=form, headers={"Referer": address}).status_code == 302


def sign_out(browser: Browser) -> None:
    page = browser.http.get(f"{browser.base_url}/accounts/logout/")
    form = {"csrfmiddlewaretoken": csrf_of(page.text)}
    answer = browser.http.post(
        f"{browser.base_url}/accounts/logout/", data=form, headers={"Referer": f"{browser.base_url}/accounts/logout/"}
    )
    assert answer.status_code == 302


def signed_in(browser: Browser, site: AgencySite) -> bool:
    return browser.http.get(f"{site.url}/sesi/").status_code == 200


def eventually(question: Callable[[], bool], *, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if question():
            return
        time.sleep(0.3)
    raise AssertionError("it did not happen in time")
