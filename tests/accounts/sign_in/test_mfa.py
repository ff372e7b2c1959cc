"""Authenticator apps, recovery codes and passkeys: set up, asked for, kept sealed."""

import json
import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.sign_in.models import SignIn
from tests.accounts.flow import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
LOGIN = "/accounts/login/"
ACTIVATE = "/accounts/2fa/totp/activate/"
AUTHENTICATE = "/accounts/2fa/authenticate/"


def code_of(secret: str, steps: int = 0) -> str:
    """Return what an authenticator app shows now, or so many half minutes later."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps)))


def signed_in(person: User) -> Client:
    client = Client()
    assert client.post(LOGIN, {"login": person.email, "password": PASSWORD}).status_code == 302
    return client


def with_app(person: User) -> tuple[Client, str]:
    """Return a browser in which the person set up an authenticator app, and its key."""
    client = signed_in(person)
    page = client.get(ACTIVATE).content.decode()
    (secret,) = re.findall(r'<code class="key" translate="no">([A-Z2-7]{32})</code>', page)
    answer = client.post(ACTIVATE, {"code": code_of(secret)})
    assert answer.status_code == 302, answer.content
    return client, secret


def test_an_app_is_set_up_by_picture_or_key_and_told_by_mail(person: User) -> None:
    client = signed_in(person)

    page = client.get(ACTIVATE).content.decode()
    assert 'src="data:image/svg+xml;base64,' in page
    client, _secret = with_app(person)

    assert mail.outbox[-1].subject == "Aplikasi autentikator ditambahkan"
    # Setting it up showed that the person holds it: the page of recovery codes does not ask again.
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert len(re.findall(r"<li><code>\d{8}</code></li>", codes)) == 10
    assert "mfa" in SignIn.objects.get(ended_at=None, pk=client.session["sign_in"]).methods


def test_neither_its_key_nor_the_recovery_codes_stand_in_the_database(person: User) -> None:
    _client, secret = with_app(person)

    kept = {each.type: json.dumps(each.data) for each in Authenticator.objects.all()}

    assert secret not in kept["totp"]
    assert '"s1.k1.' in kept["totp"]
    assert '"s1.k1.' in kept["recovery_codes"]


def test_after_the_password_the_app_is_asked_and_without_it_nobody_is_signed_in(person: User) -> None:
    _client, secret = with_app(person)
    client = Client()

    first = client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert first["Location"] == AUTHENTICATE
    assert "kunci sandi" not in client.get(AUTHENTICATE).content.decode()  # there is none
    assert client.get("/akun/").status_code == 302
    wrong = client.post(AUTHENTICATE, {"code": "000000"})
    assert 'aria-invalid="true"' in wrong.content.decode()
    assert "_auth_user_id" not in client.session
    right = client.post(AUTHENTICATE, {"code": code_of(secret, 1)})

    assert right.status_code == 302
    assert SignIn.objects.get(pk=client.session["sign_in"]).methods == ["mfa", "otp", "pwd"]


def test_a_code_serves_once(person: User) -> None:
    _client, secret = with_app(person)
    code = code_of(secret, 1)
    one, other = Client(), Client()
    for client in (one, other):
        client.post(LOGIN, {"login": person.email, "password": PASSWORD})

    assert one.post(AUTHENTICATE, {"code": code}).status_code == 302
    assert other.post(AUTHENTICATE, {"code": code}).status_code == 200


def test_guessing_is_stopped(person: User) -> None:
    _client, secret = with_app(person)
    client = Client()
    client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    for _ in range(5):
        client.post(AUTHENTICATE, {"code": "000000"})

    assert client.post(AUTHENTICATE, {"code": code_of(secret, 1)}).status_code == 200

    assert "_auth_user_id" not in client.session


def test_a_recovery_code_lets_in_once(person: User) -> None:
    browser, _secret = with_app(person)
    page = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r"<li><code>(\d{8})</code></li>", page)[0]

    for expected in (302, 200):
        client = Client()
        client.post(LOGIN, {"login": person.email, "password": PASSWORD})
        assert client.post(AUTHENTICATE, {"code": code}).status_code == expected

    assert "Sisa 9" in browser.get("/akun/keamanan/").content.decode()


def test_a_password_does_not_go_round_the_app(person: User) -> None:
    """Who has the password and an open browser can still not take the second factor away."""
    with_app(person)
    thief = Client()
    thief.force_login(person)

    there = thief.get("/accounts/2fa/totp/deactivate/")
    assert there["Location"].startswith("/accounts/2fa/reauthenticate/")
    around = [thief.post("/accounts/reauthenticate/", {"password": PASSWORD})]
    around.append(thief.post("/accounts/reauthenticate/code/", {"to": "email"}))

    assert [answer["Location"] for answer in around] == ["/accounts/2fa/reauthenticate/"] * 2
    assert thief.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.filter(type="totp").exists()


def test_the_page_of_security_tells_what_there_is(person: User) -> None:
    client = signed_in(person)
    before = client.get("/akun/keamanan/").content.decode()
    client, _secret = with_app(person)

    after = client.get("/akun/keamanan/").content.decode()

    assert "Pasang aplikasi autentikator" in before
    assert "Hapus aplikasi autentikator" in after
    assert "Sisa 10" in after
    assert client.get("/accounts/2fa/").headers["Location"] == "/akun/keamanan/"


@pytest.mark.parametrize("path", [ACTIVATE, "/accounts/2fa/webauthn/add/", "/akun/keamanan/"])
def test_the_pages_are_told_in_english_too(person: User, path: str) -> None:
    client = signed_in(person)

    pages: list[Any] = [client.get(path, headers={"Accept-Language": language}) for language in ("id", "en")]

    titles = [re.findall(r"<h1>(.*?)</h1>", page.content.decode())[0] for page in pages]
    assert titles[0] != titles[1]


_NO_PASSKEYS = (
    *("", "{}", "[]", "null", '"x"', '{"response": 3}', '{"response": {"userHandle": 3}}'),
    '{"id": "AA", "response": {"userHandle": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA"}}',
)


@pytest.mark.parametrize("wrong", _NO_PASSKEYS)
def test_what_is_no_passkey_is_refused_politely(wrong: str) -> None:
    client = Client()
    client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})

    answer = client.post("/accounts/2fa/webauthn/login/", {"credential": wrong})

    assert answer.status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    ("base", "opened_at", "told"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000"),
        ("http://127.0.0.1:8000", "http://localhost:8000", None),
        ("https://layanan.balikpapan.example", "https://layanan.balikpapan.example", None),
        ("https://layanan.balikpapan.example", "https://www.layanan.balikpapan.example", None),
        ("https://layanan.balikpapan.example", "https://other.example", "https://layanan.balikpapan.example"),
        ("http://10.1.2.3", "http://10.1.2.3", "http://localhost"),
    ],
)
@pytest.mark.parametrize("path", ["/akun/keamanan/", "/accounts/2fa/webauthn/add/", LOGIN])
def test_where_a_browser_gives_no_passkeys_the_pages_say_where_it_does(
    person: User, settings: LazySettings, base: str, opened_at: str, told: str | None, path: str
) -> None:
    settings.ALLOWED_HOSTS, settings.BASE_URL = ["*"], base
    scheme, _, host = opened_at.partition("://")
    client = Client() if path == LOGIN else signed_in(person)

    page = client.get(path, HTTP_HOST=host, secure=scheme == "https").content.decode()

    assert ("tidak dapat dipakai di alamat ini" in page) is (told is not None)
    assert told is None or f'href="{told}{path}"' in page
    assert (" data-passkey>" in page or 'href="/accounts/2fa/webauthn/add/"' in page) is (told is None)
