"""mozilla-django-oidc, in an agency's site as its guide sets it up, against the running system."""

import httpx
import pytest

from tests.agency_site.process import AgencySite
from tests.journeys.people import csrf_of
from tests.journeys.stack import Stack
from tests.judges.clients import Browser

pytestmark = pytest.mark.xdist_group("stack")


def test_signs_in_refreshes_reads_userinfo_revokes_and_signs_out(stack: Stack) -> None:
    with AgencySite(stack, "Disdukcapil") as site:
        browser = Browser(stack.base_url)

        letters = browser.visit(site.url)
        renewed = _post(browser, site, "/perbarui/")
        revoked = _post(browser, site, "/cabut/")
        refused = _post(browser, site, "/perbarui/")
        left = _post(browser, site, "/oidc/logout/")
        back = browser.browse(left.headers["location"])

        assert "Siti Aminah" in letters.text  # the name comes from userinfo
        assert renewed.status_code == 302
        assert revoked.status_code == 200
        assert refused.status_code == 500  # the library raises: invalid_grant
        assert back == f"{site.url}/keluar/selesai/"
        assert browser.http.get(f"{site.url}/sesi/").status_code == 401
        assert browser.http.get(f"{stack.base_url}/akun/").status_code == 302


def _post(browser: Browser, site: AgencySite, path: str) -> httpx.Response:
    page = browser.http.get(f"{site.url}/")
    return browser.http.post(site.url + path, data={"csrfmiddlewaretoken": csrf_of(page.text)})
