"""What ends with what: a role, an account, an authorization; and what goes on meanwhile."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import RelyingParty, User
from accounts.operations import register_relying_party
from accounts.provider import keys
from accounts.provider.models import Authorization, SigningKey
from accounts.sign_in.models import SignIn
from accounts.sign_in.operations import deactivate
from services.agencies.models import Agency, Membership, Role
from tests.accounts.flow import PASSWORD, authorize, exchange, get_me, told

Tokens = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.django_db(transaction=True)


def refreshed(token: str) -> Any:
    form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": token}
    return Client().post("/o/token/", form)


def test_introspection_calls_no_token_active_whose_authorization_is_over(browser: Client) -> None:
    """Also where the token's own row is still there."""
    register_relying_party(
        client_id="site", name="Site", scopes=["openid"], redirect_uris=["https://s.example/cb"],
        client_secret="s" * 40, first_party=True,
    )  # fmt: skip
    to = {"client_id": "site", "redirect_uri": "https://s.example/cb"}
    proof = {"client_id": "site", "client_secret": "s" * 40}
    code = told(authorize(browser, scope="openid", **to))["code"]
    token = exchange(code, **(to | proof)).json()["access_token"]  # type: ignore[attr-defined]

    def active() -> bool:
        return bool(Client().post("/o/introspect/", proof | {"token": token}).json()["active"])

    before = active()
    Authorization.objects.update(ended_at=timezone.now())
    ended = active()
    Authorization.objects.update(ended_at=None, expires_at=timezone.now())
    ran_out = active()

    assert (before, ended, ran_out) == (True, False, False)


def test_whose_membership_ends_loses_the_office_at_the_next_request(
    browser: Client, app: RelyingParty, person: User
) -> None:
    agency = Agency.objects.create(code="DISX", name="Dinas X", kind="dinas", confidence="seen")
    post = Membership.objects.create(user=person, agency=agency, role=Role.ADMIN)
    app.allowed_scopes += ["office"]
    app.save()
    SignIn.objects.update(methods=["mfa", "pwd"], staff=True)
    token = exchange(told(authorize(browser, scope="openid account office"))["code"]).json()["access_token"]  # type: ignore[attr-defined]
    office = Client(headers={"authorization": f"Bearer {token}"})

    def seen() -> list[int]:
        return [office.get("/api/v1/office/clients/").status_code, browser.get("/kantor/klien/").status_code]

    before = seen()
    post.delete()

    assert before == [200, 200]
    assert seen()[0] == 403
    assert seen()[1] in {403, 404}


def test_a_deactivated_person_refreshes_nothing(tokens: Tokens, person: User) -> None:
    given = tokens()

    deactivate(person_id=person.pk, now=timezone.now())

    assert refreshed(given["refresh_token"]).status_code == 400
    assert get_me(given["access_token"]).status_code == 401


def test_the_session_key_that_a_stranger_planted_is_worth_nothing_after_the_sign_in(person: User) -> None:
    browser = Client()
    browser.get("/accounts/login/")
    session = browser.session
    session["planted"] = True
    session.save()
    planted = str(session.session_key)
    browser.cookies["sessionid"] = planted

    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    stranger = Client()
    stranger.cookies["sessionid"] = planted

    assert browser.get("/akun/").status_code == 200
    assert browser.session.session_key != planted
    assert stranger.get("/akun/").status_code == 302


def test_a_password_change_leaves_no_token_of_another_sign_in_whoever_is_first(tokens: Tokens, person: User) -> None:
    token = tokens()["refresh_token"]
    here = Client()
    here.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    new = {"password1": "sandi baru 2026 kota", "password2": "sandi baru 2026 kota"}
    together = threading.Barrier(2)

    def refresh() -> Any:
        try:
            together.wait(5)
            return refreshed(token)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(refresh)
        together.wait(5)
        changed = here.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})
        answer = other.result(20)

    assert changed.status_code == 302
    assert answer.status_code in {200, 400}
    if answer.status_code == 200:
        assert get_me(answer.json()["access_token"]).status_code == 401
        assert refreshed(answer.json()["refresh_token"]).status_code == 400
    assert not Authorization.objects.filter(ended_at=None).exists()
    assert here.get("/akun/").status_code == 200


def test_what_is_signed_while_keys_rotate_is_verified() -> None:
    keys.rotate(now=timezone.now())
    over = threading.Event()

    def sign() -> list[str]:
        signed: list[str] = []
        try:
            while not over.is_set() and len(signed) < 200:
                signed.append(keys.sign({"sub": "a"}, now=timezone.now()))
            return signed
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(sign) for _each in range(3)]
        for _turn in range(3):
            keys.rotate(now=timezone.now())
            keys.forget_cached()
        over.set()
        signed = [token for each in running for token in each.result(20)]
    keys.forget_cached()

    assert SigningKey.objects.count() > 1
    assert signed
    assert all(keys.verify(token, now=timezone.now()) == {"sub": "a"} for token in signed)
