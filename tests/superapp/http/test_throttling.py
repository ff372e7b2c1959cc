"""Callers are counted apart, by what they do, for a minute."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import LazySettings
from django.test import RequestFactory

from superapp.http import throttling
from superapp.http.throttling import Throttle, address_of

NOON = 1_780_000_020  # the start of a minute


@pytest.fixture(autouse=True)
def _few(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.THROTTLE = True
    settings.THROTTLE_RATES = {"anonymous": 1, "person": 2, "write": 1, "verify": 1}
    monkeypatch.setattr(Throttle, "_counts", {})
    with time_machine.travel(NOON, tick=False):
        yield


def request(method: str = "GET", *, user: Any = None, address: str = "10.0.0.1") -> Any:
    made: Any = RequestFactory().generic(method, "/", REMOTE_ADDR=address)
    made.user = user
    return made


def allowed(made: Any, **view: str) -> bool:
    return Throttle().allow_request(made, SimpleNamespace(**view))


def test_strangers_are_told_apart_by_address() -> None:
    assert [allowed(request()), allowed(request())] == [True, False]
    assert allowed(request(address="10.0.0.2"))


def test_people_are_told_apart_whatever_their_address() -> None:
    siti, budi = SimpleNamespace(id=uuid4()), SimpleNamespace(id=uuid4())

    assert [allowed(request(user=siti)) for _ in range(3)] == [True, True, False]
    assert allowed(request(user=budi))


def test_writes_and_named_views_are_counted_by_themselves() -> None:
    assert allowed(request("POST"))
    assert not allowed(request("DELETE"))
    assert [allowed(request(), throttle_scope="verify") for _ in range(2)] == [True, False]
    assert allowed(request())


def test_the_next_minute_begins_anew() -> None:
    allowed(request())

    with time_machine.travel(NOON + 59, tick=False):
        assert not allowed(request())
        assert Throttle().wait() == 2
    with time_machine.travel(NOON + 60, tick=False):
        assert allowed(request())


def test_what_is_counted_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttling, "_MOST_CALLERS", 3)

    for number in range(9):
        allowed(request(address=f"10.0.1.{number}"))

    assert len(Throttle._counts) <= 4


def test_switched_off_everybody_is_let_in(settings: LazySettings) -> None:
    settings.THROTTLE = False

    assert all(allowed(request()) for _ in range(5))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "1.1.1.1", "10.0.0.1"),
        (1, "6.6.6.6, 1.1.1.1", "1.1.1.1"),
        (2, "6.6.6.6, 1.1.1.1, 10.0.0.9", "1.1.1.1"),
        (2, "6.6.6.6", "10.0.0.1"),
        (1, "", "10.0.0.1"),
    ],
)
def test_an_address_that_the_caller_made_up_is_not_believed(
    settings: LazySettings, proxies: int, forwarded: str, address: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    made = request()
    if forwarded:
        made.META["HTTP_X_FORWARDED_FOR"] = forwarded

    assert address_of(made) == address
