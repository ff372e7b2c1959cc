"""Housekeeping of sign-in."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from accounts.models import RelyingParty
from accounts.provider.models import Authorization, AuthorizedToken
from accounts.tasks import forget_expired_sessions, forget_expired_tokens
from tests.accounts.flow import authorize

Tokens = Callable[..., dict[str, Any]]


def test_tokens_and_codes_that_ran_out_are_forgotten(browser: Client, app: RelyingParty, tokens: Tokens) -> None:
    tokens()
    authorize(browser)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=31))
    RefreshToken.objects.update(updated=timezone.now() - timedelta(days=31))
    Grant.objects.update(expires=timezone.now() - timedelta(seconds=1))

    forget_expired_tokens()

    assert (AccessToken.objects.count(), RefreshToken.objects.count(), Grant.objects.count()) == (0, 0, 0)


def test_a_refresh_token_that_still_works_keeps_what_it_needs(tokens: Tokens) -> None:
    token = tokens()["refresh_token"]
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=29))
    RefreshToken.objects.update(updated=timezone.now() - timedelta(days=29))

    forget_expired_tokens()

    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "app"}
    assert Client().post("/o/token/", form).status_code == 200


def test_a_year_of_refreshes_leaves_the_tables_as_small_as_a_month(tokens: Tokens) -> None:
    token, began, sizes = tokens("openid account")["refresh_token"], time.time(), []
    form = {"grant_type": "refresh_token", "client_id": "app"}
    tables = (AccessToken, RefreshToken, IDToken, Grant, Authorization, AuthorizedToken)

    for half_day in range(1, 2 * 365 + 1):
        with time_machine.travel(began + half_day * 12 * 3600):
            answer = Client().post("/o/token/", form | {"refresh_token": token})
            assert answer.status_code == 200, answer.content
            token = answer.json()["refresh_token"]
            if half_day % 14 == 0:
                forget_expired_tokens()
                sizes.append(sum(table.objects.count() for table in tables))

    month, year = max(sizes[:6]), max(sizes[-6:])
    assert year == month
    assert year <= 70  # what the rows of a month's ID tokens come to; the family itself has one of each


def test_sessions_that_ran_out_are_forgotten(browser: Client) -> None:
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    forget_expired_sessions()

    assert Session.objects.count() == 0


def test_beat_runs_both() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {forget_expired_tokens.name, forget_expired_sessions.name} <= scheduled
