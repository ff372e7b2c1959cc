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
from tests.accounts.provider.test_at_once import beside, meanwhile

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
        api = [office.get(f"/api/v1/office/{part}/").status_code for part in ("clients", "applications")]
        return [*api, browser.get("/kantor/klien/").status_code]

    before = seen()
    post.delete()

    assert before == [200, 200, 200]
    assert seen()[:2] == [403, 403]
    assert seen()[2] in {403, 404}


def is_dead(given: dict[str, Any]) -> bool:
    """Return whether neither token of an answer is good for anything."""
    return refreshed(given["refresh_token"]).status_code == 400 and get_me(given["access_token"]).status_code == 401


def test_a_deactivated_persons_tokens_are_dead_and_stay_so_when_the_account_opens_again(
    tokens: Tokens, person: User
) -> None:
    given = tokens()

    deactivate(person_id=person.pk, now=timezone.now())
    assert is_dead(given)
    User.objects.update(is_active=True)

    assert is_dead(given)


def test_who_is_not_active_is_refused_also_where_nothing_was_ended(tokens: Tokens) -> None:
    given = tokens()

    User.objects.update(is_active=False)

    assert is_dead(given)
    assert Authorization.objects.filter(ended_at=None).exists()


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


@pytest.fixture
def change(person: User) -> Callable[[], Any]:
    """Change the password in a browser of the person's own."""
    here = Client()
    here.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    new = {"password1": "sandi baru 2026 kota", "password2": "sandi baru 2026 kota"}
    return lambda: [
        here.post("/accounts/password/change/", new | {"oldpassword": PASSWORD}).status_code,
        here.get("/akun/").status_code,
    ]


def test_a_refresh_in_the_midst_of_a_password_change_gives_nothing_that_lasts(
    tokens: Tokens, change: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    token = tokens()["refresh_token"]

    answer = beside(change, lambda: refreshed(token), monkeypatch)

    assert answer.status_code == 200
    assert is_dead(answer.json())
    assert not Authorization.objects.filter(ended_at=None).exists()


def test_a_password_change_in_the_midst_of_a_refresh_ends_what_it_gives(
    tokens: Tokens, change: Callable[[], Any]
) -> None:
    token = tokens()["refresh_token"]

    with meanwhile(change) as changed:
        given = refreshed(token).json()

    assert changed == [[302, 200]]
    assert is_dead(given)
    assert not Authorization.objects.filter(ended_at=None).exists()


def test_a_password_change_ends_the_tokens_of_its_own_sign_in_too(tokens: Tokens, browser: Client) -> None:
    """Apps sign in anew: one of them may be what gave the password away."""
    given = tokens()
    new = {"password1": "sandi baru 2026 kota", "password2": "sandi baru 2026 kota"}
    SignIn.objects.update(proved_at=timezone.now())

    changed = browser.post("/accounts/password/change/", new | {"oldpassword": PASSWORD})

    assert changed.status_code == 302
    assert is_dead(given)
    assert browser.get("/akun/").status_code == 200


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
