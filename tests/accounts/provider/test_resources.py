"""Tokens that are meant for one API (RFC 8707): allow-listed for each client, refused elsewhere."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import RelyingParty
from accounts.operations import register_relying_party
from tests.accounts.flow import authorize, exchange, get_me, told

AGENCY = "https://api.dlh.balikpapan.example/v1"
CITY = f"{settings.BASE_URL}/api"


@pytest.fixture
def both(app: RelyingParty) -> RelyingParty:
    app.resources = [AGENCY, CITY]
    app.save(update_fields=["resources"])
    return app


def token_for(browser: Client, resource: str) -> dict[str, Any]:
    answer = exchange(told(authorize(browser, resource=resource))["code"])
    assert answer.status_code == 200, answer.content
    return answer.json()  # type: ignore[attr-defined,no-any-return]


def test_a_token_for_the_agencys_api_is_refused_at_the_citys_and_one_for_the_citys_is_taken(
    browser: Client, both: RelyingParty
) -> None:
    assert get_me(token_for(browser, AGENCY)["access_token"]).status_code == 401
    assert get_me(token_for(browser, CITY)["access_token"]).status_code == 200


def test_a_resource_that_the_client_is_not_registered_for_is_no_target(browser: Client, app: RelyingParty) -> None:
    answer = told(authorize(browser, resource=AGENCY))

    assert (answer["error"], answer["state"]) == ("invalid_target", "s1")
    assert "code" not in answer


def test_the_exchange_cannot_ask_for_a_resource_that_is_not_registered(browser: Client, app: RelyingParty) -> None:
    answer = exchange(told(authorize(browser))["code"], resource=AGENCY)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")  # type: ignore[attr-defined]


def test_the_exchange_narrows_and_does_not_widen(browser: Client, both: RelyingParty) -> None:
    wider = exchange(told(authorize(browser, resource=CITY))["code"], resource=AGENCY)

    assert wider.json()["error"] == "invalid_target"  # type: ignore[attr-defined]


def test_a_refresh_for_a_resource_that_the_client_lost_is_refused(browser: Client, both: RelyingParty) -> None:
    given = token_for(browser, AGENCY)
    RelyingParty.objects.update(resources=[])
    form = {"grant_type": "refresh_token", "refresh_token": given["refresh_token"], "client_id": "app"}

    answer = Client().post("/o/token/", form)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_target")


def machine(**form: str) -> Any:
    return Client().post(
        "/o/token/", {"grant_type": "client_credentials", "client_id": "robot", "client_secret": "s" * 40} | form
    )


def test_a_program_is_told_whom_its_token_is_for() -> None:
    register_relying_party(
        client_id="robot", name="R", scopes=["account"], client_secret="s" * 40, machine=True, resources=[AGENCY]
    )
    token = machine(resource=AGENCY).json()["access_token"]

    told_of = Client().post("/o/introspect/", {"token": token, "client_id": "robot", "client_secret": "s" * 40}).json()

    assert told_of["aud"] == [AGENCY]
    assert machine(resource=CITY).json()["error"] == "invalid_target"
