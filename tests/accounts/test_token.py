"""The token endpoint, and what an ID token says."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone
from jwcrypto import jwk, jwt  # type: ignore[import-untyped]
from oauth2_provider.models import AccessToken, RefreshToken

from accounts.models import RelyingParty, User
from accounts.operations import register_relying_party
from accounts.provider.models import Authorization
from tests.accounts.flow import authorize, exchange, get_me, told
from tests.at_once import at_once

Tokens = Callable[..., dict[str, Any]]


def refresh(token: str, client_id: str = "app") -> Any:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": client_id}
    return Client().post("/o/token/", form)


@pytest.mark.django_db(transaction=True)
def test_a_code_exchanged_by_many_at_once_works_once(browser: Client, app: RelyingParty) -> None:
    code = told(authorize(browser))["code"]

    answers = at_once(*[lambda: exchange(code).status_code] * 8)

    assert sorted(answers) == [200, *[400] * 7]
    assert AccessToken.objects.count() == 0  # whoever else had the code may have the tokens


@pytest.mark.django_db(transaction=True)
def test_a_refresh_sent_many_times_at_once_is_done_once(tokens: Tokens) -> None:
    first = tokens()["refresh_token"]

    answers = at_once(*[lambda: refresh(first)] * 8)

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert get_me(answers[0].json()["access_token"]).status_code == 200
    assert RefreshToken.objects.filter(revoked=None).count() == 1


def test_the_id_token_names_the_person_by_uuid_and_nothing_unasked(tokens: Tokens, person: User) -> None:
    given = tokens("openid")

    keys = jwk.JWKSet.from_json(Client().get("/o/.well-known/jwks.json").content.decode())
    claims = json.loads(jwt.JWT(jwt=given["id_token"], key=keys).claims)

    assert claims["iss"] == "http://127.0.0.1:8000/o"
    assert claims["sub"] == str(person.id)
    assert claims["aud"] == "app"
    assert claims["nonce"] == "n1"
    assert claims["exp"] - claims["iat"] == pytest.approx(300, abs=2)
    assert claims.keys() == {
        "aud",
        "iat",
        "at_hash",
        "sub",
        "iss",
        "exp",
        "auth_time",
        "jti",
        "nonce",
        "sid",
        "acr",
        "amr",
    }
    assert given["expires_in"] == 600


def test_userinfo_tells_what_the_scopes_allow(tokens: Tokens, person: User) -> None:
    token = tokens("openid profile email phone")["access_token"]

    answer = Client().get("/o/userinfo/", headers={"authorization": f"Bearer {token}"})

    assert answer.json() == {
        "sub": str(person.id),
        "name": "Siti Aminah",
        "locale": "id",
        "email": "siti@balikpapan.example",
        "email_verified": True,
        "phone_number": "+6281234567890",
        "phone_number_verified": True,
    }


def test_userinfo_leaves_out_what_the_person_does_not_have(tokens: Tokens, person: User) -> None:
    User.objects.update(email=None)
    token = tokens("openid email")["access_token"]

    answer = Client().get("/o/userinfo/", headers={"authorization": f"Bearer {token}"})

    assert answer.json() == {"sub": str(person.id)}


def test_userinfo_refuses_an_id_token(tokens: Tokens) -> None:
    token = tokens("openid")["id_token"]

    assert Client().get("/o/userinfo/", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_userinfo_refuses_a_person_no_longer_active(tokens: Tokens) -> None:
    token = tokens("openid")["access_token"]
    User.objects.update(is_active=False)

    assert Client().get("/o/userinfo/", headers={"authorization": f"Bearer {token}"}).status_code == 401


def test_a_code_works_once(browser: Client, app: RelyingParty) -> None:
    code = told(authorize(browser))["code"]

    assert exchange(code).status_code == 200
    assert exchange(code).json()["error"] == "invalid_grant"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "w" * 50}, "invalid_grant"),
        ({"redirect_uri": "https://app.balikpapan.example/callback"}, "invalid_request"),
        ({"code": "unknown"}, "invalid_grant"),
        ({"client_id": "unknown"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "invalid_client"),
        ({"code": "nul\0"}, "invalid_request"),
    ],
)
def test_a_wrong_exchange_is_refused(browser: Client, app: RelyingParty, changes: dict[str, str], error: str) -> None:
    answer = exchange(told(authorize(browser))["code"], **changes)

    assert answer.status_code in {400, 401}
    assert answer.json()["error"] == error  # type: ignore[attr-defined]
    assert not AccessToken.objects.exists()


def test_a_code_of_a_person_no_longer_active_is_refused(browser: Client, app: RelyingParty) -> None:
    code = told(authorize(browser))["code"]
    User.objects.update(is_active=False)

    assert exchange(code).status_code == 400
    assert not AccessToken.objects.exists()


def test_a_refresh_rotates_both_tokens(tokens: Tokens) -> None:
    first = tokens()

    second = refresh(first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == "openid account"
    assert get_me(first["access_token"]).status_code == 401
    assert get_me(second["access_token"]).status_code == 200


def test_a_refresh_whose_answer_was_lost_gets_it_again(tokens: Tokens) -> None:
    first = tokens()["refresh_token"]
    lost = refresh(first).json()

    again = refresh(first)

    assert again.status_code == 200
    assert again.json() == lost
    assert again["Cache-Control"] == "no-store"
    assert get_me(lost["access_token"]).status_code == 200
    assert refresh(lost["refresh_token"]).status_code == 200


def test_an_answer_is_given_again_to_its_client_only(tokens: Tokens) -> None:
    register_relying_party(client_id="other", name="Other", scopes=["openid"], redirect_uris=["https://x.example/"])
    first = tokens()["refresh_token"]
    refresh(first)

    answer = refresh(first, client_id="other")

    assert answer.json() == {"error": "invalid_grant"}


def test_an_answer_is_kept_where_nobody_else_can_read_it(tokens: Tokens) -> None:
    first = tokens()["refresh_token"]
    given = refresh(first).json()

    kept = Authorization.objects.get()
    assert kept.answer
    for secret in (first, given["access_token"], given["refresh_token"]):
        assert secret not in kept.answer
        assert secret not in kept.used_checksum


def test_an_answer_given_again_does_not_revive_what_was_revoked(tokens: Tokens) -> None:
    first = tokens()["refresh_token"]
    given = refresh(first).json()
    Client().post("/o/revoke_token/", {"token": given["refresh_token"], "client_id": "app"})

    assert refresh(first).status_code == 400
    assert get_me(given["access_token"]).status_code == 401
    assert refresh(given["refresh_token"]).status_code == 400


def test_a_refresh_token_used_again_later_ends_the_family(tokens: Tokens) -> None:
    first = tokens()
    second = refresh(first["refresh_token"]).json()
    Authorization.objects.update(answered_at=timezone.now() - timedelta(seconds=31))

    replayed = refresh(first["refresh_token"])

    assert replayed.status_code == 400
    assert refresh(second["refresh_token"]).status_code == 400
    assert get_me(second["access_token"]).status_code == 401


def test_a_refresh_for_a_person_no_longer_active_is_refused(tokens: Tokens) -> None:
    token = tokens()["refresh_token"]
    User.objects.update(is_active=False)

    assert refresh(token).json()["error"] == "invalid_grant"
    assert AccessToken.objects.count() == 1


def test_refresh_tokens_are_kept_as_hashes(tokens: Tokens) -> None:
    tokens()

    assert RefreshToken.objects.get().token == ""


def test_a_client_secret_is_kept_by_a_fast_keyed_hash(settings: LazySettings) -> None:
    party = register_relying_party(
        client_id="robot", name="Robot", scopes=["account"], client_secret="s" * 40, machine=True
    )
    form = {"grant_type": "client_credentials", "client_id": "robot", "scope": "account"}

    assert party.client_secret.startswith("hmac_sha256$v1$")
    assert Client().post("/o/token/", form | {"client_secret": "s" * 40}).status_code == 200
    assert Client().post("/o/token/", form | {"client_secret": "x" * 40}).status_code == 401
    settings.HASHING_KEY = "another key"
    assert Client().post("/o/token/", form | {"client_secret": "s" * 40}).status_code == 401


def test_the_endpoint_answers_post_only() -> None:
    assert Client().get("/o/token/").status_code == 405
