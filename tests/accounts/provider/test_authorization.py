"""What stands behind codes and tokens: one authorization, true for as long as it lasts, ended as a whole."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from jwcrypto import jwk, jwt  # type: ignore[import-untyped]
from oauth2_provider.models import AccessToken, Grant, RefreshToken
from oauth2_provider.oauth2_backends import OAuthLibCore
from oauth2_provider.oauth2_validators import OAuth2Validator

from accounts.models import RelyingParty, User
from accounts.operations import register_relying_party
from accounts.provider.models import Authorization
from accounts.provider.operations import end_authorizations
from accounts.provider.server import Server
from accounts.provider.views import AuthorizeView, TokenView
from accounts.sign_in import operations as sign_ins
from accounts.sign_in.models import Ending, SignIn
from tests.accounts.flow import authorize, exchange, get_me, told

Tokens = Callable[..., dict[str, Any]]


def refresh(token: str) -> Any:
    return Client().post("/o/token/", {"grant_type": "refresh_token", "refresh_token": token, "client_id": "app"})


def claims_of(answer: dict[str, Any]) -> dict[str, Any]:
    keys = jwk.JWKSet.from_json(Client().get("/o/.well-known/jwks.json").content.decode())
    return json.loads(jwt.JWT(jwt=answer["id_token"], key=keys).claims)  # type: ignore[no-any-return]


def test_a_code_is_kept_as_a_hash(browser: Client, app: RelyingParty) -> None:
    code = told(authorize(browser))["code"]

    assert code not in Grant.objects.get().code
    assert code not in str(Authorization.objects.values().get())


def test_the_id_token_is_true_to_its_sign_in_whatever_another_device_does(tokens: Tokens, person: User) -> None:
    sign_in = SignIn.objects.get()
    SignIn.objects.update(proved_at=datetime(2026, 1, 2, tzinfo=UTC), methods=["pwd"])
    given = tokens("openid")
    Client().force_login(person)
    SignIn.objects.update(proved_at=timezone.now(), methods=["mfa", "otp", "pwd"])
    User.objects.update(assurance="verified")

    first, later = claims_of(given), claims_of(refresh(given["refresh_token"]).json())

    for claims in (first, later):
        assert claims["sid"] == str(sign_in.pk)
        assert claims["auth_time"] == int(datetime(2026, 1, 2, tzinfo=UTC).timestamp())
        assert claims["amr"] == ["pwd"]
        assert claims["acr"] == "basic"


def test_a_code_used_twice_ends_what_it_gave_first(browser: Client, app: RelyingParty) -> None:
    code = told(authorize(browser))["code"]
    given = exchange(code).json()  # type: ignore[attr-defined]

    assert exchange(code).status_code == 400
    assert get_me(given["access_token"]).status_code == 401
    assert refresh(given["refresh_token"]).status_code == 400


def test_anothers_code_is_refused_and_stays_its_owners(browser: Client, app: RelyingParty) -> None:
    register_relying_party(client_id="other", name="Other", scopes=["openid"], redirect_uris=["https://x.example/"])
    code = told(authorize(browser))["code"]

    assert exchange(code, client_id="other").status_code == 400
    assert exchange(code).status_code == 200


def test_a_sign_in_ended_elsewhere_takes_its_tokens_along(tokens: Tokens, person: User) -> None:
    given = tokens()

    sign_ins.end(person_id=person.pk, ending=Ending.REMOTE, now=timezone.now())

    assert get_me(given["access_token"]).status_code == 401
    assert refresh(given["refresh_token"]).status_code == 400
    assert Authorization.objects.get().ended_at


def test_a_sign_in_that_ran_out_leaves_the_app_signed_in(tokens: Tokens, person: User) -> None:
    given = tokens()

    sign_ins.end(person_id=person.pk, ending=Ending.EXPIRED, now=timezone.now())

    assert refresh(given["refresh_token"]).status_code == 200


def test_an_end_of_one_client_leaves_others(browser: Client, app: RelyingParty, tokens: Tokens, person: User) -> None:
    other = register_relying_party(
        client_id="other", name="Other", scopes=["openid"], redirect_uris=["https://x.example/"]
    )
    given = tokens()

    assert end_authorizations(person_id=person.pk, client=other, now=timezone.now()) == 0
    assert get_me(given["access_token"]).status_code == 200
    with pytest.raises(ValueError, match="whose"):
        end_authorizations(now=timezone.now())


def test_a_repeat_of_an_ended_familys_last_refresh_is_refused(tokens: Tokens, person: User) -> None:
    first = tokens()["refresh_token"]
    refresh(first)
    end_authorizations(person_id=person.pk, now=timezone.now())

    assert refresh(first).status_code == 400


def test_a_made_up_refresh_token_ends_nothing(tokens: Tokens) -> None:
    given = tokens()
    forged = given["refresh_token"][:40] + "A" * 46

    assert refresh(forged).status_code == 400
    assert refresh(given["refresh_token"]).status_code == 200


def test_however_often_a_family_refreshes_it_has_one_row_of_each(tokens: Tokens) -> None:
    token = tokens()["refresh_token"]
    for _time in range(10):
        token = refresh(token).json()["refresh_token"]

    assert (RefreshToken.objects.count(), AccessToken.objects.count()) == (1, 1)


def statements(call: Callable[[], Any]) -> tuple[int, Any]:
    """Return how many SQL statements `call` costs, without those that only bound transactions, and its answer."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        answer = call()
    assert answer.status_code == 200
    skipped = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(not each["sql"].startswith(skipped) for each in captured.captured_queries), answer


def test_tokens_cost_a_third_of_the_bare_librarys(
    browser: Client, app: RelyingParty, monkeypatch: pytest.MonkeyPatch
) -> None:
    def costs() -> tuple[int, int]:
        code = told(authorize(browser, scope="openid profile email account"))["code"]
        first, given = statements(lambda: exchange(code))
        again, _given = statements(lambda: refresh(given.json()["refresh_token"]))
        return first, again

    ours = costs()
    for view in (AuthorizeView, TokenView):
        monkeypatch.setattr(view, "_oauthlib_core", OAuthLibCore(Server(OAuth2Validator())), raising=False)
    bare = costs()

    assert ours <= (5, 5)
    assert bare >= (16, 17)


def test_a_scope_that_the_client_lost_is_not_given_again(app: RelyingParty, tokens: Tokens) -> None:
    given = tokens("openid account email")
    RelyingParty.objects.update(allowed_scopes=["openid", "account"])

    assert refresh(given["refresh_token"]).json()["scope"].split() == ["openid", "account"]


def test_an_empty_code_is_the_clients_fault(app: RelyingParty) -> None:
    assert exchange("").status_code == 400


def test_a_program_whose_client_was_closed_is_a_strangers(db: None) -> None:
    register_relying_party(client_id="m", name="M", scopes=["openid"], client_secret="s" * 40, machine=True)
    form = {"grant_type": "client_credentials", "client_id": "m", "client_secret": "s" * 40, "scope": "openid"}
    token = Client().post("/o/token/", form).json()["access_token"]
    assert get_me(token).status_code == 403  # a program is no person

    RelyingParty.objects.update(state="closed")

    assert get_me(token).status_code == 401
