"""What an identity that a city can trust must withstand, asked over HTTP alone, of any project that has these paths.

A check returns what was answered; beside it stands what is right.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import urlsplit

import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from tests.accounts.flow import PASSWORD, REDIRECT, authorize, code_in, exchange, get_me, told

EMAIL, PHONE = "siti@balikpapan.example", "+6281234567890"
SECRET = "s" * 64
TOTP_PAGE = "/accounts/2fa/totp/activate/"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


class World(Protocol):
    """A project with the two libraries: how people and clients come into it, which no standard says."""

    def person(self, *, email: str, phone: str, password: str | None = PASSWORD) -> Any: ...
    def app(self) -> None:
        """Register the public client "app"."""

    def machine(self, client_id: str, secret: str) -> None:
        """Register a confidential client that speaks for itself."""

    def close(self, person: Any) -> None:
        """Close a person's account."""


Check = Callable[[World], Any]
CHECKS: Final[dict[Check, Any]] = {}
_C = TypeVar("_C", bound=Check)


def _right(answer: Any) -> Callable[[_C], _C]:
    def keep(check: _C) -> _C:
        CHECKS[check] = answer
        return check

    return keep


def _browser(world: World) -> Client:
    """Return a browser in which a person signed in with their password, in front of the app's client."""
    world.app()
    browser = Client(raise_request_exception=False)
    browser.force_login(world.person(email=EMAIL, phone=PHONE))
    return browser


def _end_of(browser: Client, answer: HttpResponse) -> str:
    """Follow redirects; return `code` or the error that the client is told, else the page's status."""
    for _hop in range(8):
        if answer.status_code not in (302, 303):
            return f"page {answer.status_code}"
        where = answer["Location"]
        if where.startswith(REDIRECT):
            return "code" if "code" in told(answer) else told(answer)["error"]
        answer = browser.get(where)  # type: ignore[assignment]
    raise AssertionError("it goes round in circles")


def _asked(browser: Client, **changes: str | None) -> str:
    return _end_of(browser, authorize(browser, **changes))


def _tokens(browser: Client) -> dict[str, Any]:
    return exchange(told(authorize(browser))["code"]).json()  # type: ignore[attr-defined,no-any-return]


def _refresh(token: str) -> HttpResponse:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "app"}
    return Client(raise_request_exception=False).post("/o/token/", form)  # type: ignore[return-value]


# --- 1. ID tokens at the API


@_right([200, 401])
def an_id_token_does_not_open_the_api(world: World) -> list[int]:
    tokens = _tokens(_browser(world))
    return [get_me(tokens[name]).status_code for name in ("access_token", "id_token")]


# --- 2. Step-up


@_right("page 200")
def max_age_asks_again_for_the_proof(world: World) -> str:
    browser = _browser(world)
    with time_machine.travel(datetime.now().astimezone() + timedelta(minutes=30), tick=True):  # noqa: TID251
        return _asked(browser, max_age="60")


@_right("page 200")
def prompt_login_asks_again_for_the_proof(world: World) -> str:
    return _asked(_browser(world), prompt="login")


@_right("code")
def prompt_none_is_answered_for_who_is_signed_in(world: World) -> str:
    return _asked(_browser(world), prompt="none")


@_right("page 200")
def an_essential_acr_asks_for_more_proof(world: World) -> str:
    claims = '{"id_token": {"acr": {"essential": true, "value": "verified"}}}'
    return _asked(_browser(world), claims=claims, prompt=None)


@_right("request_not_supported")
def a_request_object_is_not_passed_over(world: World) -> str:
    return _asked(_browser(world), request="e30.e30.")


@_right(False)
def a_day_old_sign_in_by_code_adds_no_second_factor(world: World) -> bool:
    """Return whether the page that adds an authenticator app opens without another proof."""
    world.person(email=EMAIL, phone=PHONE, password=None)
    browser = Client()
    browser.post("/accounts/login/code/", {"email": EMAIL})
    entered = browser.post("/accounts/login/code/confirm/", {"code": code_in(mail.outbox[-1])})
    assert entered.status_code == 302, entered.content
    with time_machine.travel(datetime.now().astimezone() + timedelta(hours=25), tick=True):  # noqa: TID251
        page = browser.get(TOTP_PAGE)
        return page.status_code == 200 and urlsplit(page.request["PATH_INFO"]).path == TOTP_PAGE


# --- 3. Lock-out


@_right([True, True])
def guesses_at_others_numbers_lock_nobody_out(world: World) -> list[bool]:
    """Return whether a person signs in with the right password before and after five guesses at five other numbers."""
    world.person(email=EMAIL, phone=PHONE)
    before = _signs_in()
    for number in range(5):
        other, address = f"+62811111111{number}", f"203.0.113.{number}"
        Client(REMOTE_ADDR=address).post("/accounts/login/", {"login": other, "password": "wrong"})
    return [before, _signs_in()]


def _signs_in() -> bool:
    browser = Client(REMOTE_ADDR="198.51.100.1")
    browser.post("/accounts/login/", {"login": PHONE, "password": PASSWORD})
    return "_auth_user_id" in browser.session


# --- 4. Device flow


@_right([404, "unsupported_grant_type"])
def the_device_flow_is_not_offered(world: World) -> list[Any]:
    world.app()
    client = Client(raise_request_exception=False)
    begun = client.post("/o/device-authorization/", {"client_id": "app", "scope": "openid"})
    asked = client.post("/o/token/", {"grant_type": DEVICE, "client_id": "app", "device_code": "d"})
    told = asked.json()["error"] if asked["Content-Type"].startswith("application/json") else asked.status_code
    return [begun.status_code, told]


# --- 5. Client secrets


@_right(True)
def a_clients_secret_costs_little_to_check(world: World) -> bool:
    """Return whether a token for a program takes less than 50 ms of CPU, at best of five."""
    world.machine("machine", SECRET)
    form = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET, "scope": "account"}
    spent = []
    for _time in range(5):
        begun = time.thread_time()
        assert Client().post("/o/token/", form).status_code == 200
        spent.append(time.thread_time() - begun)
    return min(spent) < 0.05


# --- And what was found beside them


@_right([401, 400])
def a_deactivated_persons_tokens_are_dead(world: World) -> list[int]:
    world.app()
    browser, person = Client(), world.person(email=EMAIL, phone=PHONE)
    browser.force_login(person)
    tokens = _tokens(browser)
    world.close(person)
    return [get_me(tokens["access_token"]).status_code, _refresh(tokens["refresh_token"]).status_code]


@_right(401)
def a_code_used_twice_ends_what_it_gave(world: World) -> int:
    code = told(authorize(_browser(world)))["code"]
    tokens = exchange(code).json()  # type: ignore[attr-defined]
    assert exchange(code).status_code == 400
    return get_me(tokens["access_token"]).status_code


@_right([200, 200])
def a_refresh_whose_answer_was_lost_is_answered_again(world: World) -> list[int]:
    token = _tokens(_browser(world))["refresh_token"]
    first = _refresh(token).json()  # type: ignore[attr-defined]
    return [_refresh(token).status_code, get_me(first["access_token"]).status_code]


@_right([True, False])
def a_client_learns_nothing_of_anothers_token(world: World) -> list[bool]:
    world.machine("machine", SECRET)
    world.machine("other", SECRET)
    form = {"grant_type": "client_credentials", "client_id": "machine", "client_secret": SECRET, "scope": "account"}
    token = Client().post("/o/token/", form).json()["access_token"]
    return [_introspects(client_id, token) for client_id in ("machine", "other")]


def _introspects(client_id: str, token: str) -> bool:
    form = {"token": token, "client_id": client_id, "client_secret": SECRET}
    return bool(Client().post("/o/introspect/", form).json()["active"])
