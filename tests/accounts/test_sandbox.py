"""A client that is being tried out signs in its testers only; a closed one nobody."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import ClientState, RelyingParty, User
from tests.accounts.flow import authorize, exchange, told

pytestmark = pytest.mark.django_db


def test_a_resident_is_told_that_a_client_in_its_sandbox_is_not_open(browser: Client, app: RelyingParty) -> None:
    app.state = ClientState.SANDBOX
    app.save()

    asked = authorize(browser)
    forced = browser.post(
        "/o/authorize/?client_id=another", {"client_id": "app", "allow": "yes", "csrfmiddlewaretoken": "x"}
    )

    assert (asked.status_code, forced.status_code) == (403, 403)
    assert "Belum dibuka" in asked.content.decode()


def test_a_tester_signs_in(browser: Client, app: RelyingParty, person: User) -> None:
    app.state, app.testers = ClientState.SANDBOX, [person.pk]
    app.save()

    answer = exchange(told(authorize(browser))["code"])

    assert answer.status_code == 200


def test_a_stranger_is_first_asked_to_sign_in(app: RelyingParty) -> None:
    app.state = ClientState.SANDBOX
    app.save()

    answer = authorize(Client())

    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


def test_a_closed_client_gets_neither_codes_nor_tokens(
    browser: Client, app: RelyingParty, tokens: Callable[..., dict[str, Any]]
) -> None:
    held = tokens()
    app.state = ClientState.CLOSED
    app.save()

    asked = authorize(browser)
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"], "client_id": "app"}
    refreshed = Client().post("/o/token/", form)

    assert asked.status_code == 400
    assert refreshed.status_code in (400, 401)


@pytest.mark.parametrize(("tester", "status"), [(False, 400), (True, 200)])
def test_a_client_sent_back_meanwhile_is_not_told_again_what_it_was_told_of_a_resident(
    app: RelyingParty, person: User, tokens: Callable[..., dict[str, Any]], tester: bool, status: int
) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": tokens()["refresh_token"], "client_id": "app"}
    Client().post("/o/token/", form)  # its answer is lost
    app.state, app.testers = ClientState.SANDBOX, [person.pk] if tester else []
    app.save()

    assert Client().post("/o/token/", form).status_code == status
