"""How long a browser stays signed in, and what ends it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.sign_in import operations
from accounts.sign_in.models import SignIn
from accounts.tasks import forget_expired_sessions
from services.agencies.models import Agency, Membership
from services.events.models import OutboxEvent
from tests.accounts.flow import PASSWORD, get_me


def signed_in(browser: Client) -> bool:
    """Return whether a page that needs a person is shown."""
    return browser.get("/akun/").status_code == 200


def told() -> list[str]:
    events = OutboxEvent.objects.filter(topic="session.ended").order_by("created_at")
    return [body["ending"] for body in events.values_list("body", flat=True)]


@pytest.fixture
def begun() -> Any:
    """Let the clock be moved from a whole second."""
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


def make_officer(person: User) -> None:
    agency = Agency.objects.create(code="DISX", name="Dinas X", kind="dinas", confidence="high")
    Membership.objects.create(user=person, agency=agency, role="officer")


@pytest.mark.parametrize(("days", "lasts"), [(13, True), (15, False)])
def test_a_residents_browser_may_be_away_for_two_weeks(browser: Client, begun: Any, days: int, lasts: bool) -> None:
    begun.shift(timedelta(days=days))

    assert signed_in(browser) is lasts


def test_a_residents_sign_in_ends_after_ninety_days_however_often_it_is_used(browser: Client, begun: Any) -> None:
    for _week in range(12):
        begun.shift(timedelta(days=7))
        assert signed_in(browser)

    begun.shift(timedelta(days=6))

    assert not signed_in(browser)
    assert told() == ["expired"]


@pytest.mark.parametrize(("minutes", "lasts"), [(29, True), (30, False)])
def test_staff_may_be_away_for_half_an_hour(person: User, begun: Any, minutes: int, lasts: bool) -> None:
    make_officer(person)
    browser = Client()
    browser.force_login(person)

    begun.shift(timedelta(minutes=minutes))

    assert signed_in(browser) is lasts
    assert told() == ([] if lasts else ["expired"])


def test_a_working_day_of_staff_ends_after_eight_hours(person: User, begun: Any) -> None:
    make_officer(person)
    browser = Client()
    browser.force_login(person)
    for _quarter in range(31):
        begun.shift(timedelta(minutes=15))
        assert signed_in(browser)

    begun.shift(timedelta(minutes=15))

    assert not signed_in(browser)


def test_who_becomes_staff_meanwhile_has_staffs_lifetime(browser: Client, person: User, begun: Any) -> None:
    make_officer(person)
    begun.shift(timedelta(minutes=31))

    assert not signed_in(browser)


def test_sign_ins_that_ran_out_are_told_without_the_browser_coming_back(browser: Client, begun: Any) -> None:
    begun.shift(timedelta(days=15))

    forget_expired_sessions()
    forget_expired_sessions()

    assert told() == ["expired"]


def test_history_is_kept_for_400_days(browser: Client, begun: Any) -> None:
    begun.shift(timedelta(days=399))
    forget_expired_sessions()
    kept = SignIn.objects.count()

    begun.shift(timedelta(days=2))
    forget_expired_sessions()

    assert (kept, SignIn.objects.count()) == (1, 0)


def test_a_password_change_ends_all_other_sign_ins_and_says_so(person: User, browser: Client) -> None:
    here = Client()
    here.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    new = {"password1": "sandi baru 2026 kota", "password2": "sandi baru 2026 kota"}

    here.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})

    assert told() == ["password"]
    assert signed_in(here)
    assert not signed_in(browser)


def test_signing_out_is_told_once(browser: Client) -> None:
    browser.post("/accounts/logout/")
    browser.post("/accounts/logout/")

    assert told() == ["person"]
    assert SignIn.objects.get().ending == "person"


def test_signing_in_again_in_the_same_browser_ends_the_earlier_sign_in(browser: Client, person: User) -> None:
    browser.force_login(person)

    assert told() == ["person"]
    assert SignIn.objects.filter(ended_at=None).count() == 1
    assert signed_in(browser)


def test_a_closed_account_is_signed_out_and_its_tokens_stop(person: User, browser: Client, tokens: Any) -> None:
    given = tokens()

    operations.deactivate(person_id=person.pk, now=timezone.now())

    assert told() == ["deactivated"]
    assert get_me(given["access_token"]).status_code == 401
    assert not signed_in(browser)


def test_an_account_closed_by_other_means_is_told_by_the_sweep(person: User, browser: Client) -> None:
    User.objects.update(is_active=False)

    forget_expired_sessions()

    assert told() == ["deactivated"]


def test_a_browser_whose_sign_in_was_ended_elsewhere_is_a_strangers(person: User, browser: Client) -> None:
    operations.end(person_id=person.pk, ending="remote", now=timezone.now())

    assert not signed_in(browser)


def test_a_page_costs_one_query_for_its_sign_in_and_writes_every_five_minutes(browser: Client, begun: Any) -> None:
    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get("/akun/")
        about = [query["sql"] for query in queries if "accounts_sign_in_signin" in query["sql"]]
        return len(about), sum(sql.startswith("UPDATE") for sql in about)

    at_once = cost()
    begun.shift(timedelta(minutes=4, seconds=59))
    soon = cost()
    begun.shift(timedelta(seconds=1))
    later = cost()

    assert (at_once, soon, later) == ((1, 0), (1, 0), (2, 1))
