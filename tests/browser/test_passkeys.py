"""Passkeys in Chromium, with a virtual authenticator in place of the fingerprint: made, used alone and as the second
factor, removed; and what the relying parties are told of it.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, CDPSession, expect

from superapp.launch.code import totp_code
from tests.browser.conftest import PHONE, Visitor, before_a_screen
from tests.browser.scene import NEWEST_OFFICER, PASSKEY_OFFICER, PASSKEY_RESIDENT, RESIDENT, Scene
from tests.browser.test_look import CONSENT_PAGE, LOOK
from tests.journeys.people import APP_REDIRECT, OFFICE_SCOPES, RESIDENT_SCOPES
from tests.journeys.test_spine import PASSWORD

VERIFIER = "a" * 20 + "Verifier-of-fifty-characters-or-more"
CHALLENGE = "cZFG68lVnn0WWMSECB0VlGjRT9Infz9JIkI7lwo6sAQ"
PLATFORM = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def device(scene: Scene, chromium: Browser) -> Iterator[tuple[Visitor, CDPSession]]:
    """Somebody with a phone that has a fingerprint reader; passkeys are for names, so the site is opened by one."""
    context = chromium.new_context(viewport=PHONE, locale="id-ID")
    visitor = before_a_screen(context, scene.base_url.replace("127.0.0.1", "localhost"))
    cdp = context.new_cdp_session(visitor.page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM})
    yield visitor, cdp
    context.close()


def press(visitor: Visitor, words: str) -> None:
    visitor.page.get_by_role("button", name=words, exact=True).click()


def by_password(visitor: Visitor, email: str) -> None:
    visitor.go("/accounts/login/")
    visitor.page.locator("#id_login").fill(email)
    visitor.page.locator("#id_password").fill(PASSWORD)
    visitor.page.locator("main form button[type=submit]").first.click()


def by_passkey(visitor: Visitor) -> None:
    visitor.go("/accounts/login/")
    press(visitor, "Masuk dengan kunci sandi (passkey)")


def sign_out(visitor: Visitor) -> None:
    visitor.go("/accounts/logout/")
    visitor.page.locator("main form button").click()
    expect(visitor.page.locator("header")).to_contain_text("Masuk")


def add_passkey(visitor: Visitor, name: str) -> None:
    visitor.go("/akun/keamanan/")
    visitor.page.get_by_role("link", name="Tambah kunci sandi").click()
    expect(visitor.page.locator("#passkey-trouble")).to_be_hidden()
    assert visitor.page.evaluate(LOOK) == []
    visitor.page.locator("#id_name").fill(name)
    press(visitor, "Tambah kunci sandi")
    visitor.page.wait_for_url(re.compile("/recovery-codes/|/akun/keamanan/"))


def is_in(visitor: Visitor) -> None:
    visitor.page.wait_for_url(f"{visitor.base_url}/")
    expect(visitor.page.locator("details.menu")).to_be_visible()


def amr_of(visitor: Visitor, scope: str = RESIDENT_SCOPES) -> set[str]:
    """Return what an ID token says of the sign-in in this browser."""
    query = {
        "client_id": "balikpapan-app",
        "redirect_uri": APP_REDIRECT,
        "response_type": "code",
        "scope": scope,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    url = f"{visitor.base_url}/o/authorize/?{urlencode(query)}"
    answer = visitor.page.context.request.get(url, max_redirects=0)
    told = parse_qs(urlsplit(answer.headers["location"]).query)
    form = {
        "grant_type": "authorization_code",
        "client_id": "balikpapan-app",
        "redirect_uri": APP_REDIRECT,
        "code": told["code"][0],
        "code_verifier": VERIFIER,
    }
    tokens: dict[str, Any] = httpx.post(f"{visitor.base_url}/o/token/", data=form).json()
    payload = tokens["id_token"].split(".")[1]
    return set(json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["amr"])


def test_a_passkey_from_its_making_to_its_removal(device: tuple[Visitor, CDPSession]) -> None:
    visitor, _cdp = device
    by_password(visitor, PASSKEY_RESIDENT)
    is_in(visitor)
    add_passkey(visitor, "Ponsel saya")
    visitor.go("/akun/keamanan/")
    expect(visitor.page.locator("ul.lines strong")).to_have_text(["Ponsel saya"])
    assert visitor.page.evaluate(LOOK) == []

    sign_out(visitor)
    by_passkey(visitor)
    is_in(visitor)
    assert amr_of(visitor) == {"hwk", "mfa", "user"}

    sign_out(visitor)
    by_password(visitor, PASSKEY_RESIDENT)
    visitor.page.wait_for_url(re.compile("/accounts/2fa/authenticate/"))
    expect(visitor.page.locator("p.under")).to_contain_text("Pakai kunci sandi Anda")
    assert visitor.page.evaluate(LOOK) == []
    press(visitor, "Pakai kunci sandi (passkey)")
    is_in(visitor)
    assert amr_of(visitor) == {"hwk", "mfa", "pwd"}

    visitor.go("/akun/keamanan/")
    visitor.page.get_by_role("link", name="Hapus Ponsel saya").click()
    assert visitor.page.evaluate(LOOK) == []
    press(visitor, "Hapus")
    visitor.page.wait_for_url(re.compile("/akun/keamanan/"))
    expect(visitor.page.locator("ul.lines strong")).to_have_count(0)
    assert visitor.complaints == []

    sign_out(visitor)
    by_passkey(visitor)
    expect(visitor.page.get_by_role("status")).to_contain_text("Kunci sandi ini bukan milik akun di sini")
    assert visitor.page.evaluate(LOOK) == []
    by_password(visitor, PASSKEY_RESIDENT)
    is_in(visitor)
    assert amr_of(visitor) == {"pwd"}


def test_a_client_gets_its_person_back_signed_in_by_passkey(device: tuple[Visitor, CDPSession]) -> None:
    visitor, _cdp = device
    by_password(visitor, PASSKEY_RESIDENT)
    is_in(visitor)
    add_passkey(visitor, "Sekali pakai")
    sign_out(visitor)

    visitor.go(CONSENT_PAGE)
    press(visitor, "Masuk dengan kunci sandi (passkey)")

    expect(visitor.page.locator("h1")).to_contain_text("Sistem Antrean RSUD")
    visitor.go("/akun/keamanan/")
    visitor.page.get_by_role("link", name="Hapus Sekali pakai").click()
    press(visitor, "Hapus")
    visitor.page.wait_for_url(re.compile("/akun/keamanan/"))


def test_who_does_not_show_who_they_are_is_told_and_may_try_again(device: tuple[Visitor, CDPSession]) -> None:
    visitor, cdp = device
    by_password(visitor, RESIDENT)
    is_in(visitor)
    visitor.go("/accounts/2fa/webauthn/add/")
    cdp.send("WebAuthn.disable")
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": PLATFORM | {"isUserVerified": False}})

    press(visitor, "Tambah kunci sandi")

    expect(visitor.page.locator("#passkey-trouble")).to_be_visible()
    expect(visitor.page.locator("#passkey-trouble")).to_be_focused()


def test_an_officers_passkey_is_the_second_factor(device: tuple[Visitor, CDPSession]) -> None:
    visitor, _cdp = device
    by_password(visitor, PASSKEY_OFFICER)
    visitor.page.wait_for_url(re.compile("/accounts/2fa/authenticate/"))
    visitor.page.locator("#id_code").fill(totp_code())
    visitor.page.locator("main form button[type=submit]").first.click()
    is_in(visitor)
    add_passkey(visitor, "Kunci kantor")
    visitor.go("/akun/keamanan/")
    visitor.page.get_by_role("link", name="Hapus aplikasi autentikator").click()
    press(visitor, "Hapus")
    visitor.page.wait_for_url(re.compile("/akun/keamanan/"))

    sign_out(visitor)
    by_passkey(visitor)
    is_in(visitor)
    assert amr_of(visitor, OFFICE_SCOPES) == {"hwk", "mfa", "user"}

    visitor.go("/akun/keamanan/")
    visitor.page.get_by_role("link", name="Hapus Kunci kantor").click()
    press(visitor, "Hapus")
    expect(visitor.page.get_by_role("alert")).to_contain_text("wajib memakai pengaman kedua")
    assert visitor.complaints == []


def test_a_new_officers_first_second_factor_may_be_a_passkey(device: tuple[Visitor, CDPSession]) -> None:
    visitor, _cdp = device
    by_password(visitor, NEWEST_OFFICER)
    visitor.page.wait_for_url(re.compile("/accounts/second-factor/"))
    visitor.page.get_by_role("link", name=re.compile("Pakai kunci sandi saja")).click()
    expect(visitor.page.locator("#passkey-trouble")).to_be_hidden()
    assert visitor.page.evaluate(LOOK) == []
    press(visitor, "Pasang dan masuk")
    is_in(visitor)
    assert amr_of(visitor, OFFICE_SCOPES) == {"hwk", "mfa", "pwd"}

    sign_out(visitor)
    by_passkey(visitor)
    is_in(visitor)
    assert amr_of(visitor, OFFICE_SCOPES) == {"hwk", "mfa", "user"}
    assert visitor.complaints == []
