"""`/api/schema/` and `/api/docs/`: the same description for programs and people, nothing from elsewhere."""

import json
import re

import pytest
from django.test import Client

from superapp.launch.checks import OPENAPI
from tests.described import committed

pytestmark = pytest.mark.django_db


def test_the_description_that_is_served_is_the_committed_one(client: Client) -> None:
    answer = client.get("/api/schema/")

    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi"
    assert answer.content.decode() == OPENAPI.read_text()


def test_it_is_the_same_as_json(client: Client) -> None:
    answer = client.get("/api/schema/?format=json")

    assert answer.headers["Content-Type"] == "application/vnd.oai.openapi+json"
    assert json.loads(answer.content) == json.loads(json.dumps(committed(), default=str))


@pytest.mark.parametrize("address", ["/api/docs/", "/api/docs/oauth2-redirect.html"])
def test_the_viewer_takes_nothing_from_elsewhere(client: Client, address: str) -> None:
    answer = client.get(address)

    text = answer.content.decode()
    assert re.findall(r'(?:src|href)="(?!/)[^"]*', text) == []
    assert re.findall(r"<script(?! src=)", text) == []
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert answer.cookies == {}


def test_it_signs_in_as_a_public_client_with_pkce(client: Client) -> None:
    script = client.get("/api/docs/start.js").content.decode()

    assert '"usePkceWithAuthorizationCodeGrant":true' in script
    assert "ecret" not in script


@pytest.mark.parametrize("name", ["docs", "schema"])
def test_typed_without_the_last_stroke_it_is_found(client: Client, name: str) -> None:
    answer = client.get(f"/api/{name}?format=json")

    assert (answer.status_code, answer.headers["Location"]) == (302, f"/api/{name}/?format=json")
