"""Guessing passwords is slowed per account and per address; who is guessed at still gets in, and nobody is told who is
registered.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from allauth.account.models import EmailAddress
from django.conf import LazySettings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.phones import to_e164
from accounts.sign_in.browsers import COOKIE
from tests.accounts.flow import PASSWORD, code_in, sms

EMAIL, PHONE = "siti@balikpapan.example", "081234567890"


def sign_in(browser: Client, login: str = EMAIL, password: str = PASSWORD, **more: Any) -> Any:
    return browser.post("/accounts/login/", {"login": login, "password": password}, **more)


def signed_in(browser: Client) -> str | None:
    return browser.session.get("_auth_user_id")


def lock(login: str = EMAIL, **more: Any) -> None:
    for _try in range(5):
        assert sign_in(Client(), login, "wrong", **more).status_code == 200


def spray(accounts: int, **more: Any) -> None:
    """Try one password at many accounts, none of which there is, slowly enough for the cap per address."""
    for number in range(accounts):
        sign_in(Client(), f"nobody{number}@balikpapan.example", "sandi123456", **more)


@contextmanager
def later(seconds: float) -> Iterator[None]:
    then = time.time() + seconds
    with patch("time.time", return_value=then):
        yield


@pytest.fixture
def other() -> User:
    return register_person(full_name="Budi", phone="+6281111111111", password=PASSWORD, now=timezone.now())


@pytest.fixture
def known(person: User) -> Client:
    """A browser in which the person signed in before, and signed out."""
    browser = Client()
    sign_in(browser)
    browser.post("/accounts/logout/")
    assert signed_in(browser) is None
    return browser


# --- Per account


@pytest.mark.parametrize("guessed", [EMAIL, PHONE, "SITI@Balikpapan.example"])
@pytest.mark.parametrize("login", [EMAIL, "+6281234567890"])
def test_five_bad_tries_lock_the_account_by_all_its_addresses_and_no_other(
    person: User, other: User, guessed: str, login: str
) -> None:
    lock(guessed)

    answer = sign_in(Client(), login)
    sign_in(elsewhere := Client(), "081111111111")

    assert answer.status_code == 429
    assert signed_in(elsewhere) == str(other.pk)


def test_the_page_says_when_to_try_again_and_it_is_so(person: User) -> None:
    lock()
    answer = sign_in(Client())

    wait = int(answer["Retry-After"])
    assert 290 < wait <= 300
    assert "5 menit" in answer.content.decode()
    with later(wait - 10):
        assert sign_in(Client()).status_code == 429
    with later(wait + 1):
        assert sign_in(Client()).status_code == 302


def test_a_locked_try_is_not_counted(person: User) -> None:
    lock()
    with later(200):
        sign_in(Client(), password="wrong")

    with later(301):
        assert sign_in(Client()).status_code == 302


def test_signing_in_now_and_then_hides_no_guesses(person: User) -> None:
    for _try in range(4):
        sign_in(Client(), password="wrong")
    sign_in(Client())
    sign_in(Client(), password="wrong")

    assert sign_in(Client()).status_code == 429


def test_a_hundred_failures_a_day_are_the_most(person: User) -> None:
    for turn in range(20):
        with later(turn * 301):
            lock()

    with later(20 * 301):
        answer = sign_in(Client())

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 70_000


def test_who_set_a_new_password_by_a_code_is_let_in(person: User) -> None:
    lock()
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": EMAIL})
    browser.post("/accounts/password/reset/confirm/", {"code": code_in(mail.outbox[0])})
    new = {"password1": "sandi baru 2026 kota", "password2": "sandi baru 2026 kota"}
    browser.post("/accounts/password/reset/complete/", new)

    assert sign_in(Client(), password="sandi baru 2026 kota").status_code == 302


def test_a_locked_account_opens_by_a_code(person: User) -> None:
    lock()
    browser = Client()
    browser.post("/accounts/login/code/", {"email": EMAIL})
    browser.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[0])})

    assert signed_in(browser) == str(person.pk)


# --- Known browsers


def test_a_known_browser_passes_the_lock_that_others_caused(person: User, known: Client) -> None:
    lock()

    assert sign_in(Client()).status_code == 429
    assert sign_in(known).status_code == 302


def test_a_known_browser_has_its_own_tries(person: User, known: Client) -> None:
    for _try in range(5):
        sign_in(known, password="wrong")

    assert sign_in(known).status_code == 429
    assert sign_in(Client()).status_code == 302


def test_a_browser_is_known_to_those_alone_who_signed_in_in_it(person: User, other: User, known: Client) -> None:
    lock("081111111111")

    assert sign_in(known, "081111111111").status_code == 429


def test_a_family_shares_a_browser(person: User, other: User, known: Client) -> None:
    sign_in(known, "081111111111")
    known.post("/accounts/logout/")
    lock()
    lock("081111111111")

    assert sign_in(known).status_code == 302
    known.post("/accounts/logout/")
    assert sign_in(known, "081111111111").status_code == 302


@pytest.mark.parametrize("change", ["forged", "half a year", "password"])
def test_a_cookie_that_is_forged_old_or_of_an_earlier_password_is_a_strangers(
    person: User, known: Client, change: str
) -> None:
    lock()
    if change == "forged":
        known.cookies[COOKIE] = known.cookies[COOKIE].value[:-1] + "x"
    if change == "password":
        person.set_password(PASSWORD)
        person.save()

    if change == "half a year":
        with later(181 * 86400):
            lock()
            assert sign_in(known).status_code == 429
    else:
        assert sign_in(known).status_code == 429


def test_the_browser_that_changes_the_password_stays_known(person: User, known: Client) -> None:
    sign_in(known)
    new = "sandi baru 2026 kota"
    known.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    known.post("/accounts/logout/")
    lock()

    assert sign_in(known, password=new).status_code == 302


@pytest.mark.parametrize("https", [True, False])
def test_the_cookie_is_for_the_sign_in_pages_alone_and_names_nobody(
    person: User, settings: LazySettings, https: bool
) -> None:
    settings.HTTPS = https
    cookie = sign_in(Client()).cookies[COOKIE]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/accounts/")
    assert bool(cookie["secure"]) is https
    assert cookie["max-age"] == 180 * 86400
    assert str(person.pk) not in cookie.value


# --- Per address


def test_one_address_failing_at_many_accounts_is_slowed_but_for_known_browsers(person: User, known: Client) -> None:
    spray(21)

    locked = sign_in(Client())
    assert locked.status_code == 429
    assert 500 < int(locked["Retry-After"]) <= 600
    assert sign_in(known).status_code == 302
    assert sign_in(Client(), REMOTE_ADDR="203.0.113.9").status_code == 302
    with later(601):
        assert sign_in(Client()).status_code == 302


def test_a_carriers_address_has_room(person: User) -> None:
    spray(20)
    for _try in range(3):
        sign_in(Client(), "nobody1@balikpapan.example", "wrong")  # again at the same account

    assert sign_in(Client()).status_code == 302


def test_signing_in_well_is_no_spraying(person: User) -> None:
    for number in range(25):
        phone = f"+62812000000{number:02}"
        register_person(full_name="Warga", phone=phone, password=PASSWORD, now=timezone.now())
        assert sign_in(Client(), phone).status_code == 302

    assert sign_in(Client()).status_code == 302


def test_without_proxies_a_forwarded_address_is_not_believed(person: User, settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    for number in range(21):
        spray_one(number, forwarded=f"198.51.100.{number}")

    assert sign_in(Client(), headers={"x-forwarded-for": "198.51.100.99"}).status_code == 429


def test_behind_a_proxy_only_what_it_added_is_believed(person: User, settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(21):
        spray_one(number, forwarded=f"198.51.100.{number}, 203.0.113.5")

    assert sign_in(Client(), headers={"x-forwarded-for": "198.51.100.99, 203.0.113.5"}).status_code == 429
    assert sign_in(Client(), headers={"x-forwarded-for": "203.0.113.5, 203.0.113.6"}).status_code == 302


def spray_one(number: int, forwarded: str) -> None:
    sign_in(Client(), f"nobody{number}@balikpapan.example", "wrong", headers={"x-forwarded-for": forwarded})


def test_one_line_has_many_addresses_of_ipv6(person: User) -> None:
    for number in range(21):
        sign_in(Client(), f"nobody{number}@balikpapan.example", "wrong", REMOTE_ADDR=f"2001:db8:1:2::{number + 1:x}")

    assert sign_in(Client(), REMOTE_ADDR="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(Client(), REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


# --- Nobody is told who is registered


PAGES: dict[str, tuple[str, Callable[[str], dict[str, str]]]] = {
    "login": ("/accounts/login/", lambda address: {"login": address, "password": "wrong"}),
    "code": ("/accounts/login/code/", lambda address: {"phone" if address[0] == "0" else "email": address}),
    "reset": ("/accounts/password/reset/", lambda address: {"email": address}),
    "signup": (
        "/accounts/signup/",
        lambda address: {
            "full_name": "Siapa Saja",
            "phone" if address[0] == "0" else "email": address,
            "password1": "kata sandi 2026 panjang",
        },
    ),
}


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("here", "nobodys"), [(EMAIL, "ayah@balikpapan.example"), (PHONE, "081234567899")])
def test_known_and_unknown_addresses_are_answered_alike(person: User, page: str, here: str, nobodys: str) -> None:
    path, form = PAGES[page]

    told = []
    for address in (here, nobodys):
        browser = Client()
        answer: Any = browser.post(path, form(address))
        shown = browser.get(answer["Location"]) if answer.status_code == 302 else answer
        told.append((answer.status_code, answer.get("Location"), shape(shown, address)))

    assert told[0] == told[1]


def messages_to(folder: Path, address: str) -> int:
    """Return how many messages went to an e-mail address or a number."""
    number = to_e164(address) if address[0] == "0" else address
    return len([each for each in mail.outbox if address in each.to]) + len([s for s in sms(folder) if number in s])


@pytest.mark.parametrize(
    ("page", "here", "nobodys"),
    [(page, EMAIL, "ayah@balikpapan.example") for page in ("code", "reset", "signup")]
    + [(page, PHONE, "081234567899") for page in ("code", "signup")],
)
def test_each_gets_one_message_whether_registered_or_not(
    person: User, tmp_path: Path, page: str, here: str, nobodys: str
) -> None:
    """What it says is for who reads it; that it is sent takes the same time, and costs who asks the same."""
    path, form = PAGES[page]

    for address in (here, nobodys):
        Client().post(path, form(address))

    assert (messages_to(tmp_path, here), messages_to(tmp_path, nobodys)) == (1, 1)


CHANGES = {
    "phone": ("/accounts/phone/change/", "phone", "081111111111", "081234567899"),
    "email": ("/accounts/email/", "email", "budi@balikpapan.example", "ayah@balikpapan.example"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_who_changes_an_address_does_not_learn_whether_another_has_it(
    person: User, other: User, tmp_path: Path, kind: str
) -> None:
    path, field, theirs, nobodys = CHANGES[kind]
    EmailAddress.objects.create(user=other, email="budi@balikpapan.example", verified=True, primary=True)
    User.objects.filter(pk=other.pk).update(email="budi@balikpapan.example")

    told = []
    for address in (theirs, nobodys):
        browser = Client()
        sign_in(browser)
        answer: Any = browser.post(path, {field: address, "action_add": ""})
        shown = browser.get(answer["Location"]) if answer.status_code == 302 else answer
        wrong: Any = browser.post(answer["Location"], {"code": "000000"})
        pages = (shape(shown, address), shape(wrong, address))
        told.append((answer.status_code, answer["Location"], wrong.status_code, pages))
        browser.post("/accounts/logout/")

    assert told[0] == told[1]
    assert (messages_to(tmp_path, theirs), messages_to(tmp_path, nobodys)) == (1, 1)


def shape(page: Any, address: str) -> str:
    """Return the page's text but for the address itself and what is random."""
    text: str = page.content.decode()
    for own in (address, f"{address[:4]}-{address[4:8]}-{address[8:]}"):
        text = text.replace(own, "ADDRESS")
    token = page.context["csrf_token"]
    return text.replace(str(token), "TOKEN")


@pytest.mark.parametrize("login", [EMAIL, PHONE, "nobody@balikpapan.example", "081234567899", "without-password"])
def test_a_password_is_hashed_whether_or_not_there_is_one(person: User, settings: LazySettings, login: str) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]
    person.set_password(PASSWORD)
    person.save()
    if login == "without-password":
        User.objects.update(password="!nothing")
        login = EMAIL
    Counted.hashed = 0

    sign_in(Client(), login, "wrong")

    assert Counted.hashed == 1


class Counted(MD5PasswordHasher):
    """Counts how often a password is hashed."""

    hashed = 0

    def encode(self, password: str, salt: str) -> str:
        """Return the hash."""
        Counted.hashed += 1
        return super().encode(password, salt)


def test_a_number_takes_as_many_queries_either_way(person: User) -> None:
    sign_in(Client(), "081234567898", "wrong")  # the address's own counters are there

    counts = []
    for login in (PHONE, "081234567899"):
        with CaptureQueriesContext(connection) as queries:
            sign_in(Client(), login, "wrong")
        counts.append(len(before_the_answer([each["sql"] for each in queries.captured_queries])))

    assert counts[0] == counts[1]


def before_the_answer(queries: list[str]) -> list[str]:
    """Leave out how a failed try is written into the history, once the answer is closed: a savepoint, the person..."""
    written = [number for number, sql in enumerate(queries) if '"accounts_user"' in sql and "FOR NO KEY UPDATE" in sql]
    return queries[: written[0] - 1] if written else queries


def test_an_account_that_is_nobodys_is_locked_alike(person: User) -> None:
    lock("nobody@balikpapan.example")

    answer = sign_in(Client(), "nobody@balikpapan.example")

    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 290


def test_too_many_codes_are_refused_with_the_time(person: User, tmp_path: Any) -> None:
    answers = [Client().post("/accounts/login/code/", {"phone": PHONE}) for _time in range(4)]

    assert [each.status_code for each in answers] == [302, 302, 302, 429]
    assert 50 < int(answers[-1]["Retry-After"]) <= 60
    assert len(sms(tmp_path)) == 3
