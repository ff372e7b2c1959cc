"""Housekeeping of sign-in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from accounts.models import RelyingParty
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


def test_sessions_that_ran_out_are_forgotten(browser: Client) -> None:
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    forget_expired_sessions()

    assert Session.objects.count() == 0


def test_beat_runs_both() -> None:
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

    assert {forget_expired_tokens.name, forget_expired_sessions.name} <= scheduled
