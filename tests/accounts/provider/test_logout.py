"""Signing out at a client's request: this browser's sign-in, and nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import RelyingParty, User
from accounts.operations import register_person, register_relying_party
from accounts.provider import keys
from accounts.provider.backchannel import logout_token
from accounts.provider.keys import rotate, sign, verify
from accounts.sign_in.models import SignIn
from tests.accounts.flow import authorize, exchange, get_me, told

Tokens = Callable[..., dict[str, Any]]
BYE = "https://app.balikpapan.example/bye"


def ask(browser: Client, **given: str) -> HttpResponse:
    return browser.get("/o/logout/", given)  # type: ignore[return-value]


def confirm(browser: Client, **given: str) -> HttpResponse:
    return browser.post("/o/logout/", given | {"allow": "on", "csrfmiddlewaretoken": "x"})  # type: ignore[return-value]


def hint(**changes: Any) -> str:
    """Return an ID token that this provider signed, with claims of the test's choice."""
    now = timezone.now()
    claims = {"iss": "http://127.0.0.1:8000/o", "aud": "app", "sub": "s", "iat": int(now.timestamp())}
    return sign(claims | changes, now=now)


def is_signed_in(browser: Client) -> bool:
    return "_auth_user_id" in browser.session


def test_a_client_that_knows_the_sign_in_signs_out_without_a_question(browser: Client, tokens: Tokens) -> None:
    given = tokens()

    answer = ask(browser, id_token_hint=given["id_token"], post_logout_redirect_uri=BYE, state="a b&c")

    assert answer.status_code == 302
    assert answer["Location"] == f"{BYE}?state=a+b%26c"
    assert not is_signed_in(browser)
    assert SignIn.objects.get().ending == "client"


def test_other_devices_stay_signed_in(browser: Client, tokens: Tokens, person: User) -> None:
    here = tokens()
    elsewhere = Client()
    elsewhere.force_login(person)
    there = exchange(told(authorize(elsewhere))["code"]).json()  # type: ignore[attr-defined]

    ask(browser, id_token_hint=here["id_token"])

    assert get_me(here["access_token"]).status_code == 401
    assert get_me(there["access_token"]).status_code == 200
    assert is_signed_in(elsewhere)
    assert elsewhere.get("/accounts/email/").status_code == 200


@pytest.mark.parametrize("given", [{}, {"client_id": "app", "post_logout_redirect_uri": BYE, "state": "s"}])
def test_without_a_hint_the_person_is_asked(browser: Client, app: RelyingParty, given: dict[str, str]) -> None:
    asked = ask(browser, **given)
    still = is_signed_in(browser)
    done = confirm(browser, **given)

    assert (asked.status_code, still) == (200, True)
    assert done["Location"] == (f"{BYE}?state=s" if given else "/")
    assert not is_signed_in(browser)


def test_who_declines_stays_signed_in(browser: Client, app: RelyingParty) -> None:
    browser.post("/o/logout/", {"client_id": "app", "csrfmiddlewaretoken": "x"})

    assert is_signed_in(browser)


def test_a_hint_of_another_sign_in_signs_nobody_out_unasked(browser: Client, tokens: Tokens, person: User) -> None:
    given = tokens()
    elsewhere = Client()
    elsewhere.force_login(person)

    asked = ask(elsewhere, id_token_hint=given["id_token"])

    assert (asked.status_code, is_signed_in(elsewhere), is_signed_in(browser)) == (200, True, True)


def test_a_hint_of_another_person_signs_nobody_out_unasked(tokens: Tokens) -> None:
    given = tokens()
    other = Client()
    other.force_login(register_person(full_name="Budi", email="budi@balikpapan.example", now=timezone.now()))

    assert (ask(other, id_token_hint=given["id_token"]).status_code, is_signed_in(other)) == (200, True)


def test_a_hint_that_ran_out_is_still_a_hint(browser: Client, tokens: Tokens) -> None:
    claims = verify(tokens()["id_token"], now=timezone.now())
    old = hint(**claims | {"exp": claims["iat"] - 3600, "iat": claims["iat"] - 24 * 3600})

    assert ask(browser, id_token_hint=old, post_logout_redirect_uri=BYE)["Location"] == BYE
    assert not is_signed_in(browser)


def test_a_hint_signed_by_a_retired_key_is_a_hint(browser: Client, tokens: Tokens) -> None:
    given = tokens()
    now = timezone.now()
    rotate(now=now - timedelta(days=2))
    keys.forget_cached()
    assert keys.public_keys(now=now)[0]["kid"] != keys.public_keys(now=now)[1]["kid"]

    assert ask(browser, id_token_hint=given["id_token"], post_logout_redirect_uri=BYE)["Location"] == BYE


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example/o"},
        {"aud": "unknown"},
        {"aud": ["app"]},
        {"iat": 1_600_000_000},
        {"iat": None},
    ],
)
def test_a_hint_that_is_not_ours_or_too_old_is_an_error(
    browser: Client, app: RelyingParty, changes: dict[str, Any]
) -> None:
    assert ask(browser, id_token_hint=hint(**changes)).status_code == 400
    assert is_signed_in(browser)


def test_a_logout_token_is_no_hint(browser: Client, tokens: Tokens, app: RelyingParty, person: User) -> None:
    tokens()
    sign_in = SignIn.objects.get()
    token = logout_token(client=app, person_id=person.pk, sign_in_id=sign_in.pk, now=timezone.now())

    assert ask(browser, id_token_hint=token).status_code == 400
    assert is_signed_in(browser)


def test_the_hint_and_the_client_id_must_agree(browser: Client, tokens: Tokens) -> None:
    register_relying_party(client_id="other", name="O", scopes=["openid"], redirect_uris=["https://o.example/"])

    assert ask(browser, id_token_hint=tokens()["id_token"], client_id="other").status_code == 400
    assert is_signed_in(browser)


@pytest.mark.parametrize(
    "uri",
    [
        f"{BYE}?foo=bar",
        f"{BYE}/",
        f"{BYE}#x",
        "https://app.balikpapan.example/",
        "https://evil.example/bye",
        "javascript:alert(1)",
        "//evil.example",
    ],
)
def test_the_way_back_is_registered_to_the_letter(browser: Client, tokens: Tokens, uri: str) -> None:
    answer = ask(browser, id_token_hint=tokens()["id_token"], post_logout_redirect_uri=uri)

    assert answer.status_code == 400
    assert is_signed_in(browser)


def test_a_way_back_of_nobody_is_an_error(browser: Client, app: RelyingParty) -> None:
    assert ask(browser, post_logout_redirect_uri=BYE).status_code == 400


def test_who_signed_out_already_goes_straight_back(tokens: Tokens, browser: Client) -> None:
    given = tokens()
    stranger = Client()

    answer = ask(stranger, id_token_hint=given["id_token"], post_logout_redirect_uri=BYE, state="s")

    assert answer["Location"] == f"{BYE}?state=s"
    assert is_signed_in(browser)
    assert get_me(given["access_token"]).status_code == 200


def test_nobody_is_sent_on_to_a_client_that_was_closed(browser: Client, app: RelyingParty) -> None:
    RelyingParty.objects.update(state="closed")

    answer = browser.get(
        "/o/logout/", {"client_id": "app", "post_logout_redirect_uri": "https://app.balikpapan.example/bye"}
    )

    assert answer.status_code == 400
