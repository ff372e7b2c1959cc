"""One guesser among many honest residents behind a carrier's address: the guesser is slowed, the residents get in."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from tests.accounts.flow import PASSWORD, code_in
from tests.accounts.sign_in.test_lockout import later, sign_in, signed_in
from tests.accounts.sign_in.test_mfa import AUTHENTICATE, code_of, with_app

CARRIER = "203.0.113.77"
RESIDENTS = 12


class Neighbour(Client):
    """A browser behind the carrier's address."""

    def __init__(self) -> None:
        super().__init__(REMOTE_ADDR=CARRIER)


@pytest.fixture
def residents() -> list[User]:
    return [
        register_person(full_name=f"Warga {n}", email=f"warga{n}@contoh.example", password=PASSWORD, now=timezone.now())
        for n in range(RESIDENTS)
    ]


@pytest.fixture
def known(residents: list[User]) -> list[tuple[User, Client]]:
    """Each resident with the browser in which they signed in before."""
    browsers: list[tuple[User, Client]] = []
    for person in residents:
        browser = Neighbour()
        assert sign_in(browser, str(person.email)).status_code == 302
        browser.post("/accounts/logout/")
        browsers.append((person, browser))
    return browsers


def spray(times: int) -> list[int]:
    """Try one password at many accounts, as fast as it goes; return what was answered."""
    return [sign_in(Neighbour(), f"nobody{n}@contoh.example", "sandi123456").status_code for n in range(times)]


def ask_for_code(browser: Client, email: str) -> Any:
    return browser.post("/accounts/login/code/", {"email": email})


def test_residents_go_on_signing_in_while_a_neighbour_sprays(known: list[tuple[User, Client]]) -> None:
    answers = spray(150)
    assert answers.count(200) == 21
    assert set(answers[21:]) == {429}

    for person, browser in known:
        assert sign_in(browser, str(person.email)).status_code == 302
        assert signed_in(browser) == str(person.pk)


def test_in_a_new_browser_they_are_told_of_a_code_and_get_in_by_it(residents: list[User]) -> None:
    spray(150)

    for person in residents:
        browser = Neighbour()
        refused = sign_in(browser, str(person.email))
        assert refused.status_code == 429
        assert "/accounts/login/code/" in refused.content.decode()
        ask_for_code(browser, str(person.email))
        browser.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[-1])})
        assert signed_in(browser) == str(person.pk)


def test_a_right_guess_of_the_sprayer_opens_nothing(residents: list[User]) -> None:
    spray(40)

    thief = Neighbour()
    answer = sign_in(thief, str(residents[0].email))

    assert answer.status_code == 429
    assert signed_in(thief) is None


def test_a_neighbour_who_has_codes_sent_takes_none_from_known_browsers(known: list[tuple[User, Client]]) -> None:
    answers = [ask_for_code(Neighbour(), f"nobody{n}@contoh.example").status_code for n in range(70)]
    assert (answers.count(302), answers.count(429)) == (60, 10)

    for person, browser in known:
        assert ask_for_code(browser, str(person.email)).status_code == 302
        browser.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[-1])})
        assert signed_in(browser) == str(person.pk)
    newcomer = Neighbour()
    assert ask_for_code(newcomer, str(known[0][0].email)).status_code == 429
    with later(61):
        assert ask_for_code(newcomer, str(known[0][0].email)).status_code == 302


def test_a_neighbour_guessing_their_own_second_factor_stops_no_other(residents: list[User]) -> None:
    """The library counts at the address what it refuses for the account."""
    for person in residents[:2]:
        with_app(person)
    guesser = Neighbour()
    sign_in(guesser, str(residents[0].email))
    for _try in range(70):
        guesser.post(AUTHENTICATE, {"code": "000000"})
    _browser, secret = with_app(residents[2])
    honest = Neighbour()
    sign_in(honest, str(residents[2].email))

    assert honest.post(AUTHENTICATE, {"code": code_of(secret, 1)}).status_code == 302


def test_what_is_no_passkey_stops_nobodys(residents: list[User]) -> None:
    for _try in range(70):
        Neighbour().post("/accounts/2fa/webauthn/login/", {"credential": "{}"})

    assert Neighbour().post("/accounts/2fa/webauthn/login/", {"credential": "{}"}).status_code == 302
