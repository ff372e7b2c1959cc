"""A phone on a bad network asks again and again for the same refresh: nobody is signed out."""

import random
import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import httpx
import psycopg
import pytest

from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import resident

pytestmark = pytest.mark.xdist_group("stack")

AT_ONCE = 50
ROUNDS = 3


def test_fifty_refreshes_of_one_token_on_lossy_connections_leave_one_family(stack: Stack) -> None:
    siti = resident(stack)
    lost = 0

    for number in range(ROUNDS):
        before = siti.token["refresh_token"]
        answers, dropped = _refresh_at_once(stack, before, seed=number)
        lost += dropped

        assert len(answers) == AT_ONCE, "everybody got an answer in the end"
        assert {each.status_code for each in answers} == {200}, [each.text for each in answers]
        assert len({each.json()["refresh_token"] for each in answers}) == 1, "and all the same one"
        assert answers[0].json()["refresh_token"] != before
        siti.token = answers[0].json()
        assert siti.get("me/").status_code == 200

    assert lost > AT_ONCE, "the network was bad indeed"
    assert _living_families(stack, siti) == 1


def _refresh_at_once(stack: Stack, token: str, *, seed: int) -> tuple[list[httpx.Response], int]:
    """Refresh `token` from many threads at once; a third of the answers get lost and are asked for again.

    Return the answers that arrived, and how many did not.
    """
    start = Barrier(AT_ONCE)

    def one(number: int) -> tuple[httpx.Response, int]:
        chance = random.Random(f"{seed} {number}")  # noqa: S311 - which answers get lost, the same each time
        lost = 0
        start.wait(30)
        while chance.random() < 0.4:
            _send_and_hang_up(stack, token)
            lost += 1
        return _refresh(stack, token), lost

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = list(pool.map(one, range(AT_ONCE)))
    return [answer for answer, _lost in done], sum(lost for _answer, lost in done)


def _refresh(stack: Stack, token: str) -> httpx.Response:
    return httpx.post(f"{stack.base_url}/o/token/", data=_form(token), timeout=60)


def _send_and_hang_up(stack: Stack, token: str) -> None:
    """Send the whole request, and be gone before the answer comes."""
    place, body = urlsplit(stack.base_url), urlencode(_form(token))
    with socket.create_connection((str(place.hostname), int(place.port or 0)), timeout=30) as connection:
        connection.sendall(
            f"POST /o/token/ HTTP/1.1\r\nHost: {place.netloc}\r\nConnection: close\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )


def _form(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token, "client_id": "balikpapan-app"}


def _living_families(stack: Stack, person: Person) -> int:
    """Return how many refresh tokens of families of this sign-in can still be used."""
    family = "SELECT token_family FROM oauth2_provider_refreshtoken WHERE token_checksum = encode(sha256(%s), 'hex')"
    with psycopg.connect(stack.env["DATABASE_URL"]) as database:
        found = database.execute(
            f"SELECT count(*) FROM oauth2_provider_refreshtoken WHERE token_family = ({family}) AND revoked IS NULL",  # noqa: S608
            [person.token["refresh_token"].encode()],
        ).fetchone()
    assert found is not None
    return int(found[0])
