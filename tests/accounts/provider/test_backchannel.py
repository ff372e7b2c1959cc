"""Clients hear that a person signed out (OpenID Back-Channel Logout 1.0), each by itself."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from jwcrypto.jwk import JWKSet  # type: ignore[import-untyped]
from jwcrypto.jwt import JWT  # type: ignore[import-untyped]

from accounts.models import RelyingParty, User
from accounts.operations import register_relying_party
from accounts.provider.keys import verify
from accounts.provider.models import Authorization
from accounts.sign_in.models import Ending, SignIn
from accounts.sign_in.operations import end
from services.events.models import Delivery
from services.events.operations import drain
from tests.accounts.flow import authorize, exchange, told

EVENT = "http://schemas.openid.net/event/backchannel-logout"


class Site:
    """An agency's server on this machine that keeps what it is sent, and answers as the test says."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 204
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if site.status < 300:
                    site.heard.append(parse_qs(body)["logout_token"][0])
                self.send_response(site.status)
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/out"


@pytest.fixture
def sites(settings: LazySettings) -> Iterator[list[Site]]:
    settings.LOCAL = True
    both = [Site(), Site()]
    yield both
    for site in both:
        site.server.shutdown()
        site.server.server_close()


@pytest.fixture
def entered(browser: Client, sites: list[Site]) -> list[dict[str, Any]]:
    """Enter both agencies with one sign-in; return the tokens of each."""
    given = []
    for number, site in enumerate(sites):
        name, back = f"site{number}", f"https://site{number}.example/cb"
        register_relying_party(
            client_id=name,
            name=name,
            scopes=["openid"],
            redirect_uris=[back],
            client_secret="s" * 40,
            first_party=True,
            agency_code=f"A{number}",
            backchannel_logout_uri=site.url,
        )
        RelyingParty.objects.filter(client_id=name).update(state="open")
        code = told(authorize(browser, client_id=name, redirect_uri=back, scope="openid"))["code"]
        answer = exchange(code, client_id=name, client_secret="s" * 40, redirect_uri=back)
        given.append(answer.json())  # type: ignore[attr-defined]
    return given


def drain_all(after: float = 1.0) -> None:
    now = timezone.now() + timedelta(seconds=after)
    while drain(now=now):
        pass


def sign_out(person: User, ending: str = Ending.PERSON) -> None:
    end(person_id=person.pk, ending=ending, now=timezone.now())


@pytest.mark.parametrize("ending", ["person", "remote", "not_me", "client", "password", "expired", "deactivated"])
def test_every_client_of_the_sign_in_hears_of_its_end_whatever_it_was(
    person: User, sites: list[Site], entered: list[dict[str, Any]], ending: str
) -> None:
    sign_out(person, ending)
    drain_all()

    assert [len(site.heard) for site in sites] == [1, 1]


def test_the_logout_token_is_what_the_specification_asks(
    person: User, sites: list[Site], entered: list[dict[str, Any]]
) -> None:
    sign_out(person)
    drain_all()

    published = JWKSet.from_json(Client().get("/o/.well-known/jwks.json").content.decode())
    token = JWT(jwt=sites[0].heard[0], key=published, algs=["RS256"])
    claims, shown = verify(sites[0].heard[0], now=timezone.now()), verify(entered[0]["id_token"], now=timezone.now())
    assert token.token.jose_header["typ"] == "logout+jwt"
    assert claims.keys() == {"iss", "aud", "iat", "exp", "jti", "events", "sid", "sub"}
    assert (claims["iss"], claims["aud"], claims["events"]) == ("http://127.0.0.1:8000/o", "site0", {EVENT: {}})
    assert (claims["sid"], claims["sub"]) == (shown["sid"], shown["sub"])
    assert claims["exp"] - claims["iat"] == 120


def test_each_is_told_by_its_own_name_for_the_person(
    person: User, sites: list[Site], entered: list[dict[str, Any]]
) -> None:
    sign_out(person)
    drain_all()

    told_of = [verify(site.heard[0], now=timezone.now()) for site in sites]
    assert told_of[0]["sid"] == told_of[1]["sid"]
    assert told_of[0]["sub"] != told_of[1]["sub"]


def test_one_that_is_down_delays_nobody_and_hears_when_it_is_back(
    person: User, sites: list[Site], entered: list[dict[str, Any]]
) -> None:
    sites[0].status = 503
    sign_out(person)
    drain_all()
    for after in (4, 8, 20, 60):
        drain_all(after)
    other_at_once = len(sites[1].heard)
    sites[0].status = 200

    drain_all(60 * 9 / 8 + 2)

    assert other_at_once == 1
    assert [len(site.heard) for site in sites] == [1, 1]


def test_one_that_stays_down_is_tried_for_a_day_and_then_left_to_a_person(
    person: User, sites: list[Site], entered: list[dict[str, Any]]
) -> None:
    sites[0].status = 500
    sign_out(person)
    hours, after = 0, 1.0
    while not Delivery.objects.filter(parked_at__isnull=False) and after < 30 * 3600:
        drain_all(after)
        after = after * 9 / 8 + 2
        hours = int(after // 3600)

    parked = Delivery.objects.get(parked_at__isnull=False)
    assert 24 <= hours <= 28
    assert parked.attempts > 12
    assert parked.latest_error == "RetryLater: site0 answered 500"


def test_one_that_refuses_is_left_to_a_person(person: User, sites: list[Site], entered: list[dict[str, Any]]) -> None:
    sites[0].status = 400
    sign_out(person)
    drain_all()

    assert Delivery.objects.get(parked_at__isnull=False).latest_error == "Park: site0 refused the logout token"
    assert len(sites[1].heard) == 1


def test_a_sign_in_whose_tokens_are_gone_is_told_of_all_the_same(
    person: User, sites: list[Site], entered: list[dict[str, Any]]
) -> None:
    Authorization.objects.update(ended_at=timezone.now())
    sign_out(person)
    drain_all()

    assert [len(site.heard) for site in sites] == [1, 1]


def test_another_sign_in_of_the_person_is_nobodys_business(
    person: User, sites: list[Site], entered: list[dict[str, Any]]
) -> None:
    elsewhere = Client()
    elsewhere.force_login(person)
    newest = SignIn.objects.latest("began_at")
    end(person_id=person.pk, sign_in_id=newest.pk, ending=Ending.PERSON, now=timezone.now())
    drain_all()

    assert [site.heard for site in sites] == [[], []]


def test_told_twice_it_is_sent_once(person: User, sites: list[Site], entered: list[dict[str, Any]]) -> None:
    sign_out(person)
    sign_out(person)
    drain_all()
    drain_all(30)

    assert [len(site.heard) for site in sites] == [1, 1]


def test_signing_out_at_one_client_reaches_the_other(
    browser: Client, sites: list[Site], entered: list[dict[str, Any]], tokens: Callable[..., Any]
) -> None:
    answer = browser.get("/o/logout/", {"id_token_hint": entered[0]["id_token"]})
    drain_all()

    assert answer.status_code == 302
    assert [len(site.heard) for site in sites] == [1, 1]
