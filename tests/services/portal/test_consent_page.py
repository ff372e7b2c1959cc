"""The consent page: who asks, for what, in the reader's words."""

from typing import Any
from urllib.parse import unquote, urlencode

import pytest
from django.test import Client

from accounts.models import User
from accounts.operations import register_relying_party
from tests.services.applications.factory import resident
from tests.services.portal.pages import browser_of, heading_of, language_of, links_of, text_of

pytestmark = pytest.mark.django_db
ASKED = {
    "response_type": "code",
    "client_id": "antrean",
    "redirect_uri": "https://antre.example/callback",
    "scope": "openid applications",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
    "state": "s",
}


@pytest.fixture
def browser() -> Client:
    register_relying_party(
        client_id="antrean",
        name="Antrean <RSUD>",
        scopes=("openid", "profile", "applications"),
        redirect_uris=("https://antre.example/callback",),
        post_logout_redirect_uris=("https://antre.example/out",),
        first_party=False,
    )
    return browser_of(resident())


def ask(browser: Client, language: str = "id", **changes: str) -> Any:
    query = urlencode(ASKED | changes)
    return browser.get(f"/o/authorize/?{query}", headers={"Accept-Language": language})


def answer(browser: Client, **decision: str) -> Any:
    form = ASKED | {"csrfmiddlewaretoken": "checked elsewhere"}
    return browser.post(f"/o/authorize/?{urlencode(ASKED)}", form | decision)


def test_it_names_who_asks_and_lists_only_what_is_asked(browser: Client) -> None:
    page = ask(browser)
    words = text_of(page)

    assert heading_of(page) == "Izinkan Antrean &lt;RSUD&gt;?"
    assert "Mengajukan dan melihat permohonan layanan atas nama Anda" in words
    assert "Membaca nama" not in words
    assert "Anda masuk sebagai Siti." in words


def test_it_speaks_the_readers_language(browser: Client) -> None:
    page = ask(browser, "en")

    assert language_of(page) == "en"
    assert "Apply for services and see your applications on your behalf" in text_of(page)
    assert "Deny" in text_of(page)


def test_who_is_somebody_else_signs_out_and_comes_back_to_the_question(browser: Client) -> None:
    page = ask(browser)
    (leave,) = [link for link in links_of(page) if link.startswith("/accounts/logout/?next=")]

    left = browser.post("/accounts/logout/", {"next": unquote(leave.split("next=")[1])})

    assert left["Location"] == page.wsgi_request.get_full_path()
    assert browser.get(left["Location"])["Location"].startswith("/accounts/login/?next=/o/authorize/")


def test_allowing_gives_a_code_and_denying_gives_none(browser: Client) -> None:
    allowed, denied = answer(browser, allow="Authorize"), answer(browser)

    assert allowed["Location"].startswith("https://antre.example/callback?code=")
    assert "error=access_denied" in denied["Location"]
    assert "code=" not in denied["Location"]


def test_a_request_that_cannot_be_answered_is_a_page_not_a_redirect(browser: Client) -> None:
    page = ask(browser, client_id="nobody")

    assert page.status_code == 400
    assert heading_of(page) == "Tidak berhasil"
    assert "invalid_request" in text_of(page)


def test_a_site_that_asks_to_sign_out_is_named(browser: Client) -> None:
    page = browser.get("/o/logout/?client_id=antrean", headers={"Accept-Language": "en"})

    assert heading_of(page) == "Sign out"
    assert "Antrean &lt;RSUD&gt; asks to sign you out" in text_of(page)
    assert User.objects.count() == 1
