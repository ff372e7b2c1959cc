"""Signing up, by e-mail or by phone."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User
from tests.accounts.flow import PASSWORD, code_in, sms


def sign_up(browser: Client, **form: str) -> Any:
    return browser.post("/accounts/signup/", {"full_name": "Budi Santoso"} | form)


def signed_in(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


def test_by_e_mail_with_the_code_sent_there() -> None:
    browser = Client()

    answer = sign_up(browser, email="Budi@Balikpapan.example")

    assert answer.status_code == 302
    assert answer["Location"] == "/accounts/confirm-email/"
    assert signed_in(browser) is None
    assert [message.to for message in mail.outbox] == [["budi@balikpapan.example"]]

    browser.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])})

    user = User.objects.get()
    assert signed_in(browser) == str(user.pk)
    assert (user.full_name, user.email, user.phone) == ("Budi Santoso", "budi@balikpapan.example", None)
    assert EmailAddress.objects.get().verified
    assert not user.has_usable_password()


def test_by_phone_with_the_code_sent_there(tmp_path: Path) -> None:
    browser = Client()

    answer = sign_up(browser, phone="0812-3456-7890", password1=PASSWORD)

    assert answer["Location"] == "/accounts/phone/verify/"
    assert signed_in(browser) is None
    [message] = sms(tmp_path)
    assert message.startswith("STAND-IN: this message was not sent.\nTo: +6281234567890\n")
    assert "Kode Anda" in message

    browser.post("/accounts/phone/verify/", {"code": code_in(message.split("\n\n")[1])})

    user = User.objects.get()
    assert signed_in(browser) == str(user.pk)
    assert (user.email, user.phone) == (None, "+6281234567890")
    assert user.phone_verified_at is not None
    assert user.check_password(PASSWORD)
    assert mail.outbox == []


def test_with_both_both_are_proved(tmp_path: Path) -> None:
    browser = Client()

    sign_up(browser, phone="081234567890", email="budi@balikpapan.example")
    answer = browser.post("/accounts/phone/verify/", {"code": code_in(sms(tmp_path)[0].split("\n\n")[1])})

    assert answer["Location"] == "/accounts/confirm-email/"
    assert signed_in(browser) is None
    browser.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])})
    assert signed_in(browser) == str(User.objects.get().pk)


def test_a_wrong_code_lets_nobody_in() -> None:
    browser = Client()
    sign_up(browser, email="budi@balikpapan.example")

    for _try in range(3):
        browser.post("/accounts/confirm-email/", {"code": "000000"})
    right = browser.post("/accounts/confirm-email/", {"code": code_in(mail.outbox[0])})

    assert right.status_code == 302
    assert signed_in(browser) is None
    assert not EmailAddress.objects.get().verified


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "email"),
        ({"email": "no address"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "0812\0"}, "phone"),
        ({"email": "budi@balikpapan.example", "password1": "short"}, "password1"),
        ({"email": "budi@balikpapan.example", "full_name": ""}, "full_name"),
        ({"email": "budi@balikpapan.example", "full_name": "Budi\nSantoso"}, "full_name"),
        ({"email": "budi@balikpapan.example", "full_name": "\u202eidub"}, "full_name"),
    ],
)
def test_a_wrong_form_names_the_field(form: dict[str, str], field: str) -> None:
    answer = sign_up(Client(), **form)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not User.objects.exists()


@pytest.mark.parametrize("form", [{"email": "SITI@balikpapan.example"}, {"phone": "081234567890"}])
def test_an_address_already_registered_is_not_disclosed(person: User, tmp_path: Path, form: dict[str, str]) -> None:
    fresh = {"email": "new@balikpapan.example"} if "email" in form else {"phone": "081234567891"}

    known, unknown = sign_up(Client(), **form), sign_up(Client(), **fresh)

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert User.objects.filter(full_name="Budi Santoso").count() == 1
    if "phone" in form:
        assert "sudah terdaftar" in sms(tmp_path)[0]
    else:
        assert mail.outbox[0].to == ["siti@balikpapan.example"]


def test_who_claimed_an_address_without_proving_it_does_not_keep_it(tmp_path: Path) -> None:
    sign_up(Client(), phone="081234567890", password1="kata sandi penyerang")

    owner = Client()
    cache.clear()
    sign_up(owner, phone="081234567890")
    owner.post("/accounts/phone/verify/", {"code": code_in(sms(tmp_path)[-1].split("\n\n")[1])})

    user = User.objects.get()
    assert signed_in(owner) == str(user.pk)
    assert not user.has_usable_password()


@pytest.mark.parametrize("form", [{"email": "budi@balikpapan.example"}, {"phone": "081234567890"}])
def test_a_second_sign_up_while_the_code_is_fresh_leaves_the_first_alone(tmp_path: Path, form: dict[str, str]) -> None:
    first, second = Client(), Client()
    sign_up(first, **form)

    answer = sign_up(second, **form)

    assert answer.status_code == 429
    user = User.objects.get()
    message = mail.outbox[0] if "email" in form else sms(tmp_path)[0].split("\n\n")[1]
    path = "/accounts/confirm-email/" if "email" in form else "/accounts/phone/verify/"
    first.post(path, {"code": code_in(message)})
    assert signed_in(first) == str(user.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("form", [{"email": "budi@balikpapan.example"}, {"phone": "081234567890"}])
def test_a_sign_up_sent_many_times_at_once_is_done_once(form: dict[str, str]) -> None:
    def run(_number: int) -> int:
        try:
            return int(sign_up(Client(), **form).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(run, range(6)))

    assert set(answers) <= {302, 429}
    assert answers[0] == 302
    assert User.objects.count() == 1


def test_the_language_of_the_page_becomes_the_persons() -> None:
    browser = Client(headers={"accept-language": "en"})

    sign_up(browser, email="budi@balikpapan.example")

    assert User.objects.get().language == "en"
