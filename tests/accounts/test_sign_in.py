"""Signing in, by password or code; and being locked out alone."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from tests.accounts.flow import PASSWORD, code_in, get_me, sms


def sign_in(browser: Client, login: str, password: str = PASSWORD) -> Any:
    return browser.post("/accounts/login/", {"login": login, "password": password})


def signed_in(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


@contextmanager
def freeze(seconds: float, begun: float = time.time()) -> Iterator[None]:
    """Let the limits' clock stand at so many seconds after the tests began."""
    with patch("allauth.core.internal.ratelimit.time.time", return_value=begun + seconds):
        yield


@pytest.fixture
def phone_only() -> User:
    return register_person(full_name="Budi", phone="+6281111111111", password=PASSWORD, now=timezone.now())


@pytest.mark.parametrize(
    "login", ["siti@balikpapan.example", "SITI@Balikpapan.example", "081234567890", "+62 812-3456-7890"]
)
def test_a_password_signs_in_by_either_address(person: User, login: str) -> None:
    browser = Client()

    answer = sign_in(browser, login)

    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert signed_in(browser) == str(person.pk)


def test_who_has_no_e_mail_signs_in_by_phone(phone_only: User) -> None:
    browser = Client()

    sign_in(browser, "081111111111")

    assert signed_in(browser) == str(phone_only.pk)
    assert phone_only.email is None


@pytest.mark.parametrize("login", ["siti@balikpapan.example", "081234567890", "nobody@balikpapan.example", "nonsense"])
def test_a_wrong_password_lets_nobody_in(person: User, login: str) -> None:
    browser = Client()

    answer = sign_in(browser, login, "wrong")

    assert answer.status_code == 200
    assert signed_in(browser) is None


def test_after_signing_in_the_browser_returns_to_the_client(person: User) -> None:
    answer = Client().post("/accounts/login/?next=/o/authorize/%3Fx", {"login": person.email, "password": PASSWORD})

    assert answer["Location"] == "/o/authorize/?x"


def test_the_browser_is_never_sent_elsewhere(person: User) -> None:
    answer = Client().post("/accounts/login/?next=https://evil.example/", {"login": person.email, "password": PASSWORD})

    assert answer["Location"] == "/"


def test_a_code_by_e_mail_signs_in(person: User) -> None:
    browser = Client()

    answer = browser.post("/accounts/login/code/", {"email": "siti@balikpapan.example"})
    browser.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})

    assert answer["Location"] == "/accounts/login/code/confirm/"
    assert signed_in(browser) == str(person.pk)


def test_a_code_by_phone_signs_in(phone_only: User, tmp_path: Path) -> None:
    browser = Client()

    browser.post("/accounts/login/code/", {"phone": "0811 1111 1111"})
    browser.post("/accounts/login/code/confirm/", {"code": code_in(sms(tmp_path)[0].split("\n\n")[1])})

    assert signed_in(browser) == str(phone_only.pk)


def test_asking_for_a_code_does_not_disclose_who_is_registered(person: User, tmp_path: Path) -> None:
    known = Client().post("/accounts/login/code/", {"phone": "081234567890"})
    unknown = Client().post("/accounts/login/code/", {"phone": "081234567891"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert "Kode Anda" in sms(tmp_path)[0]
    assert "belum terdaftar" in sms(tmp_path)[1]


def test_messages_are_in_the_persons_language(person: User, tmp_path: Path) -> None:
    User.objects.update(language="en")

    Client(headers={"accept-language": "id"}).post("/accounts/login/code/", {"phone": "081234567890"})

    assert "Your code" in sms(tmp_path)[0]


def test_a_person_no_longer_active_is_not_signed_in(person: User) -> None:
    User.objects.update(is_active=False)
    browser = Client()

    answer = sign_in(browser, "siti@balikpapan.example")

    assert answer["Location"] == "/accounts/inactive/"
    assert signed_in(browser) is None


def test_an_unproved_phone_is_nobodys_sign_in(person: User) -> None:
    User.objects.update(phone_verified_at=None)
    browser = Client()

    sign_in(browser, "081234567890")

    assert signed_in(browser) is None


def test_a_forgotten_password_is_set_anew_with_a_code(person: User) -> None:
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": "siti@balikpapan.example"})
    browser.post("/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[0])})

    browser.post("/accounts/password/reset/complete/", {"password1": "sandi baru 2026", "password2": "sandi baru 2026"})

    person.refresh_from_db()
    assert person.check_password("sandi baru 2026")


@pytest.mark.parametrize("path", ["reset", "change"])
def test_a_new_password_ends_all_tokens_and_other_sessions(
    person: User, browser: Client, tokens: Callable[..., dict[str, Any]], path: str
) -> None:
    given = tokens()
    elsewhere = Client()
    sign_in(elsewhere, "siti@balikpapan.example")
    new = {"password1": "sandi baru 2026", "password2": "sandi baru 2026"}

    if path == "reset":
        stranger = Client()
        stranger.post("/accounts/password/reset/", {"email": "siti@balikpapan.example"})
        stranger.post("/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[0])})
        stranger.post("/accounts/password/reset/complete/", new)
    else:
        sign_in(here := Client(), "siti@balikpapan.example")
        here.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})

    person.refresh_from_db()
    assert person.check_password("sandi baru 2026")
    assert get_me(given["access_token"]).status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"], "client_id": "app"}
    assert Client().post("/o/token/", form).json()["error"] == "invalid_grant"
    assert elsewhere.get("/accounts/email/")["Location"].startswith("/accounts/login/")


def test_a_person_no_longer_active_is_not_signed_in_by_a_code(person: User) -> None:
    User.objects.update(is_active=False)
    browser = Client()

    browser.post("/accounts/login/code/", {"email": "siti@balikpapan.example"})
    for message in mail.outbox:
        if re.search(r"\b\d{6}\b", str(message.body)):
            browser.post("/accounts/login/code/confirm/", {"code": code_in(message)})

    assert signed_in(browser) is None


def test_codes_for_one_address_are_few_an_hour(person: User) -> None:
    for minute in range(0, 600, 30):
        with freeze(minute):
            Client().post("/accounts/login/code/", {"email": "siti@balikpapan.example"})

    assert len(mail.outbox) == 10


def test_an_unproved_phone_gets_no_code_for_the_account_that_claims_it(person: User, tmp_path: Path) -> None:
    User.objects.update(phone_verified_at=None)

    Client().post("/accounts/login/code/", {"phone": "081234567890"})

    [message] = sms(tmp_path)
    assert "belum terdaftar" in message
