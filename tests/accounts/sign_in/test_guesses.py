"""Three guesses at a code that was sent, also when many come at the same moment."""

from collections.abc import Callable
from functools import partial

import pytest
from django.core import mail
from django.test import Client

from accounts.models import User
from accounts.sign_in import guesses
from tests.accounts.flow import code_in
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


def same_browser(browser: Client) -> Client:
    other = Client()
    other.cookies = browser.cookies
    return other


def guess_at_once(browser: Client, url: str, right: str) -> None:
    """Post as many wrong codes at the same moment as there are threads."""

    def guess(number: int) -> None:
        same_browser(browser).post(url, {"code": f"{(int(right) + 1 + number) % 1_000_000:06d}"})

    at_once(*(partial(guess, number) for number in range(AT_ONCE)))


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What was let through to be compared, counted where each guess asks."""
    let: list[bool] = []
    real: Callable[..., bool] = guesses.take_guess

    def counted(*args: object) -> bool:
        let.append(real(*args))
        return let[-1]

    monkeypatch.setattr(guesses, "take_guess", counted)
    monkeypatch.setattr("accounts.sign_in.reauthentication.take_guess", counted)
    return let


@pytest.mark.parametrize("begin", ["/accounts/login/code/", "/accounts/password/reset/"])
def test_a_code_that_opens_an_account(person: User, compared: list[bool], begin: str) -> None:
    browser = Client()
    url = browser.post(begin, {"email": person.email})["Location"]

    guess_at_once(browser, url, code_in(mail.outbox[-1]))

    assert sum(compared) == 3


def test_a_code_that_confirms_a_step(browser: Client, compared: list[bool]) -> None:
    url = "/accounts/reauthenticate/code/"
    browser.post(url, {"to": "email"})

    guess_at_once(browser, url, code_in(mail.outbox[-1]))

    assert sum(compared) == 3


def test_a_new_code_has_three_guesses_of_its_own(browser: Client, compared: list[bool]) -> None:
    url = "/accounts/reauthenticate/code/"
    for _time in range(2):
        browser.post(url, {"to": "email"})
        wrong = f"{(int(code_in(mail.outbox[-1])) + 1) % 1_000_000:06d}"
        for _guess in range(2):
            assert same_browser(browser).post(url, {"code": wrong}).status_code == 200

    assert compared == [True] * 4
