"""Proving again who one is: who has no password is asked, too, and nothing changes before."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.core import mail
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.sign_in.models import SignIn
from tests.accounts.flow import PASSWORD, code_in, sms

BY_CODE = "/accounts/reauthenticate/code/"
GUARDED = (
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/webauthn/add/",
    "/accounts/password/set/",
)
_LATER = 3600


@pytest.fixture
def resident() -> User:
    """Somebody who signs in with codes only."""
    return register_person(
        full_name="Budi", email="budi@balikpapan.example", phone="+6281298765432", password=None, now=timezone.now()
    )


@pytest.fixture
def phone(resident: User, tmp_path: Path) -> Client:
    """A browser in which that person signed in by a code, just now."""
    client = Client()
    client.post("/accounts/login/code/", {"phone": "081298765432"})
    answer = client.post("/accounts/login/code/confirm/", {"code": code_in(sms(tmp_path)[-1])})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    return client


def an_hour_later(client: Client) -> None:
    """Move what the browser proved an hour back, and let the limits on messages pass."""
    session = client.session
    session["account_authentication_methods"] = [
        record | {"at": record["at"] - _LATER} for record in session["account_authentication_methods"]
    ]
    session.save()
    SignIn.objects.update(proved_at=timezone.now() - timedelta(seconds=_LATER))
    from django.core.cache import cache

    cache.clear()


def asked(answer: Any) -> str:
    assert answer.status_code == 302, answer.content[:300]
    return str(answer["Location"]).split("?")[0]


@pytest.mark.parametrize("path", GUARDED)
def test_who_just_signed_in_by_code_is_let_through(phone: Client, path: str) -> None:
    assert phone.get(path).status_code == 200


@pytest.mark.parametrize("path", GUARDED)
def test_who_signed_in_by_code_long_ago_is_asked_for_a_code(phone: Client, path: str) -> None:
    an_hour_later(phone)

    assert asked(phone.get(path)) == BY_CODE


def test_a_code_to_the_phone_lets_through_and_renews_the_sign_in(phone: Client, tmp_path: Path) -> None:
    an_hour_later(phone)
    there = phone.get("/accounts/2fa/totp/activate/")["Location"]

    shown = phone.get(there)
    assert "0812-9876-5432" in shown.content.decode()
    sent = phone.post(there, {"to": "phone"})
    assert sent.status_code == 302
    answer = phone.post(sent["Location"], {"code": code_in(sms(tmp_path)[-1]), "next": "/accounts/2fa/totp/activate/"})

    assert answer["Location"] == "/accounts/2fa/totp/activate/"
    assert phone.get("/accounts/2fa/totp/activate/").status_code == 200
    sign_in = SignIn.objects.get()
    assert timezone.now() - sign_in.proved_at < timedelta(seconds=30)
    assert sign_in.methods == ["otp", "sms"]
    assert "_auth_user_id" in phone.session


def test_a_code_to_the_mail_does_as_well(phone: Client, resident: User) -> None:
    an_hour_later(phone)

    phone.post(BY_CODE, {"to": "email"})
    letter = mail.outbox[-1]
    answer = phone.post(f"{BY_CODE}?next=/accounts/password/set/", {"code": code_in(letter)})

    assert letter.to == ["budi@balikpapan.example"]
    assert answer["Location"] == "/accounts/password/set/"


def test_a_suspended_form_goes_through_after_the_code(phone: Client, resident: User, tmp_path: Path) -> None:
    an_hour_later(phone)
    form = {"password1": "kunci-yang-baru-77", "password2": "kunci-yang-baru-77"}

    there = phone.post("/accounts/password/set/", form)
    resident.refresh_from_db()
    assert not resident.has_usable_password()
    phone.post(there["Location"], {"to": "phone"})
    phone.post(there["Location"], {"code": code_in(sms(tmp_path)[-1])})

    resident.refresh_from_db()
    assert resident.check_password("kunci-yang-baru-77")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/accounts/phone/change/", {"phone": "081211112222", "action_add": ""}),
        ("/accounts/email/", {"email": "other@balikpapan.example", "action_add": ""}),
        ("/accounts/password/set/", {"password1": "kunci-yang-baru-77", "password2": "kunci-yang-baru-77"}),
    ],
)
def test_without_the_code_nothing_changes(phone: Client, resident: User, path: str, form: dict[str, str]) -> None:
    an_hour_later(phone)

    assert asked(phone.post(path, form)) == BY_CODE

    resident.refresh_from_db()
    assert resident.phone == "+6281298765432"
    assert not resident.has_usable_password()
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["budi@balikpapan.example"]


def test_a_wrong_code_is_told_at_its_field_and_three_end_it(phone: Client, tmp_path: Path) -> None:
    an_hour_later(phone)
    phone.post(BY_CODE, {"to": "phone"})
    right = code_in(sms(tmp_path)[-1])
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    first = phone.post(BY_CODE, {"code": wrong}).content.decode()
    for _ in range(2):
        phone.post(BY_CODE, {"code": wrong})
    late = phone.post(BY_CODE, {"code": right})

    assert 'aria-invalid="true"' in first
    assert "tidak benar" in first
    assert late.status_code == 200
    assert asked(phone.get("/accounts/2fa/totp/activate/")) == BY_CODE


def test_a_code_serves_once_and_not_for_ever(phone: Client, tmp_path: Path) -> None:
    an_hour_later(phone)
    phone.post(BY_CODE, {"to": "phone"})
    code = code_in(sms(tmp_path)[-1])

    with patch("accounts.sign_in.reauthentication.time") as clock:
        clock.time.return_value = time.time() + 601
        assert phone.post(BY_CODE, {"code": code}).status_code == 200
    assert phone.post(BY_CODE, {"code": code}).status_code == 302
    an_hour_later(phone)
    assert phone.post(BY_CODE, {"code": code}).status_code == 200


def test_a_code_of_another_browser_is_worth_nothing(phone: Client, resident: User, tmp_path: Path) -> None:
    thief = Client()
    thief.force_login(resident)
    phone.post(BY_CODE, {"to": "phone"})

    assert thief.post(BY_CODE, {"code": code_in(sms(tmp_path)[-1])}).status_code == 200

    assert asked(thief.get("/accounts/2fa/totp/activate/")) == BY_CODE


def test_messages_are_few(phone: Client, tmp_path: Path) -> None:
    an_hour_later(phone)
    before = len(sms(tmp_path))

    answers = [phone.post(BY_CODE, {"to": "phone"}).status_code for _ in range(5)]

    assert answers[-1] == 429
    assert len(sms(tmp_path)) - before == 3


def test_a_stranger_is_sent_to_sign_in() -> None:
    assert asked(Client().get(BY_CODE)) == "/accounts/login/"


def test_who_has_a_password_may_use_it_or_a_code(person: User, browser: Client) -> None:
    there = browser.get("/accounts/2fa/totp/activate/")

    assert asked(there) == "/accounts/reauthenticate/"
    assert BY_CODE in browser.get(there["Location"]).content.decode()
    answer = browser.post(there["Location"], {"password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/totp/activate/"


def test_the_window_can_be_shorter(phone: Client, settings: LazySettings) -> None:
    from accounts.sign_in.reauthentication import page, recently_proved

    request = RequestFactory().get("/")
    request.session = phone.session
    request.user = User.objects.get()

    assert recently_proved(request)
    assert not recently_proved(request, seconds=0)
    assert page(request.user, then="/o/authorize/?a=b") == f"{BY_CODE}?next=%2Fo%2Fauthorize%2F%3Fa%3Db"
