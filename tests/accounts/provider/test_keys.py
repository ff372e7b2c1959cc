"""The keys that sign ID tokens, and how one follows another."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from time import monotonic
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from jwcrypto.jwk import JWKSet  # type: ignore[import-untyped]
from jwcrypto.jwt import JWT  # type: ignore[import-untyped]
from pytest_django import DjangoAssertNumQueries

from accounts.provider import keys
from accounts.provider.keys import Unverified, public_keys, rotate, sign, verify
from accounts.provider.models import SigningKey
from accounts.tasks import rotate_signing_keys

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
JWKS = "/o/.well-known/jwks.json"


def kid_of(token: str) -> str:
    return str(JWT(jwt=token).token.jose_header["kid"])


def published(now: datetime) -> list[str]:
    return [key["kid"] for key in public_keys(now=now)]


def turn(now: datetime) -> str:
    """Rotate and return the key that signs from the next day on."""
    made = rotate(now=now)
    keys.forget_cached()
    assert made
    return made


def test_the_next_key_is_published_before_it_signs_and_the_one_before_stays() -> None:
    first = kid_of(sign({}, now=NOW))
    second = turn(NOW)

    assert published(NOW) == [second, first]
    assert kid_of(sign({}, now=NOW + DAY - timedelta(seconds=1))) == first
    assert kid_of(sign({}, now=NOW + DAY)) == second
    assert published(NOW + 32 * DAY - timedelta(seconds=1)) == [second, first]
    assert published(NOW + 32 * DAY) == [second]


def test_what_a_retired_key_signed_is_verified_until_it_leaves() -> None:
    token = sign({"sub": "a"}, now=NOW)
    turn(NOW)

    assert verify(token, now=NOW + 31 * DAY) == {"sub": "a"}
    with pytest.raises(Unverified):
        verify(token, now=NOW + 32 * DAY)


def test_a_leaked_key_is_void_at_once() -> None:
    token = sign({}, now=NOW)
    made = rotate(at_once=True, now=NOW)
    keys.forget_cached()

    assert published(NOW) == [made]
    assert kid_of(sign({}, now=NOW)) == made
    with pytest.raises(Unverified):
        verify(token, now=NOW)


@pytest.mark.parametrize(
    "token",
    ["", "abc", "a.b.c", "e30.e30.e30", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJIUzI1NiIsImtpZCI6IngifQ.e30.c2ln"],
)
def test_what_is_not_ours_is_unverified(token: str) -> None:
    with pytest.raises(Unverified):
        verify(token, now=NOW)


def test_a_changed_token_is_unverified() -> None:
    header, _claims, signature = sign({"sub": "a"}, now=NOW).split(".")

    with pytest.raises(Unverified):
        verify(f"{header}.eyJzdWIiOiJiIn0.{signature}", now=NOW)


def test_beat_rotates_by_age_and_once(settings: LazySettings) -> None:
    rotate_signing_keys()
    young = SigningKey.objects.count()
    SigningKey.objects.update(signs_from=timezone.now() - 90 * DAY)
    rotate_signing_keys()
    rotate_signing_keys()

    assert young == 1
    assert SigningKey.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_rotate_once() -> None:
    def run(_number: int) -> str | None:
        try:
            return rotate(now=NOW)
        finally:
            connection.close()

    rotate(older_than=DAY, now=NOW - DAY)  # the first key is recorded
    with ThreadPoolExecutor(4) as pool:
        made = [kid for kid in pool.map(run, range(4)) if kid]

    assert len(made) == 1
    assert SigningKey.objects.count() == 2


def test_private_parts_are_sealed_and_destroyed_when_no_longer_needed() -> None:
    first = kid_of(sign({}, now=NOW))
    turn(NOW)
    turn(NOW + 90 * DAY)

    rows = {row.kid: row for row in SigningKey.objects.all()}
    assert all("PRIVATE" not in json.dumps(row.public) + row.sealed for row in rows.values())
    assert first not in rows
    assert [bool(row.sealed) for row in sorted(rows.values(), key=lambda row: row.signs_from)] == [True, True]


def test_the_command_tells_what_it_did() -> None:
    first, again = StringIO(), StringIO()

    call_command("rotate_signing_keys", stdout=first)
    call_command("rotate_signing_keys", stdout=again)

    assert len(first.getvalue().splitlines()) == 2
    assert "leaves" in first.getvalue()
    assert again.getvalue().startswith("The next key is published already.")
    assert SigningKey.objects.count() == 2


def test_signing_asks_the_database_nothing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        sign({}, now=NOW)


def test_a_rotation_elsewhere_is_seen_within_a_minute(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SIGNING_KEYS_FRESH_SECONDS = 30.0
    clock = monotonic()
    rotate(now=NOW)  # its commit would clear this process's keys, another's not
    before = published(NOW)
    monkeypatch.setattr(keys, "monotonic", lambda: clock + 60)

    assert len(before) == 1
    assert len(published(NOW)) == 2


def test_the_key_set_verifies_an_id_token_and_costs_a_reader_nothing_twice(
    tokens: Callable[..., dict[str, Any]],
) -> None:
    given = tokens("openid")

    answer = Client().get(JWKS)
    again = Client().get(JWKS, headers={"if-none-match": answer["ETag"]})

    JWT(jwt=given["id_token"], key=JWKSet.from_json(answer.content.decode()), algs=["RS256"])
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert {"d", "p", "q"}.isdisjoint(answer.json()["keys"][0])
    assert (again.status_code, again.content) == (304, b"")
