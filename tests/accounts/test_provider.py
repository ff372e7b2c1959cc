"""Discovery, introspection, revocation, sign-out at a client's request, and what is not offered."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import RelyingParty
from accounts.operations import register_relying_party
from tests.accounts.flow import get_me

Tokens = Callable[..., dict[str, Any]]
BASE = "http://127.0.0.1:8000"


@pytest.mark.parametrize("path", ["/o/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/o"])
def test_discovery_tells_all_endpoints_and_no_more(path: str) -> None:
    told = Client().get(path).json()

    assert {
        name: value for name, value in told.items() if name.endswith(("_endpoint", "_uri")) or name == "issuer"
    } == {
        "issuer": f"{BASE}/o",
        "authorization_endpoint": f"{BASE}/o/authorize/",
        "token_endpoint": f"{BASE}/o/token/",
        "userinfo_endpoint": f"{BASE}/o/userinfo/",
        "revocation_endpoint": f"{BASE}/o/revoke_token/",
        "introspection_endpoint": f"{BASE}/o/introspect/",
        "end_session_endpoint": f"{BASE}/o/logout/",
        "jwks_uri": f"{BASE}/o/.well-known/jwks.json",
    }
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert told["grant_types_supported"] == [
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:token-exchange",
    ]
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert told["request_uri_parameter_supported"] is False
    assert "office" in told["scopes_supported"]


@pytest.mark.parametrize("name", ["device", "device-authorization", "list", "register", "dcr-register"])
def test_management_registration_and_device_pages_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(f"oauth2_provider:{name}")


def confidential(client_id: str) -> RelyingParty:
    return register_relying_party(
        client_id=client_id, name=client_id, scopes=["account"], client_secret="s" * 40, machine=True
    )


def machine_token(client_id: str) -> str:
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": "s" * 40}
    return str(Client().post("/o/token/", form | {"scope": "account"}).json()["access_token"])


def test_a_client_learns_about_its_own_token() -> None:
    confidential("one")
    token = machine_token("one")

    told = Client().post("/o/introspect/", {"token": token, "client_id": "one", "client_secret": "s" * 40}).json()

    assert told["active"] is True
    assert told["scope"] == "account"
    assert told["client_id"] == "one"
    assert told["exp"] - told["iat"] == pytest.approx(600, abs=2)


def test_a_client_learns_nothing_about_anothers_token() -> None:
    confidential("one")
    confidential("two")
    token = machine_token("one")

    answer = Client().post("/o/introspect/", {"token": token, "client_id": "two", "client_secret": "s" * 40})

    assert answer.json() == {"active": False}


@pytest.mark.parametrize("secret", ["", "wrong"])
def test_introspection_needs_a_confidential_client(app: RelyingParty, secret: str) -> None:
    answer = Client().post("/o/introspect/", {"token": "t", "client_id": "app", "client_secret": secret})

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_introspection_answers_post_only() -> None:
    assert Client().get("/o/introspect/", {"token": "t"}).status_code == 405


def test_a_client_cannot_revoke_anothers_token() -> None:
    confidential("one")
    confidential("two")
    token = machine_token("one")

    answer = Client().post("/o/revoke_token/", {"token": token, "client_id": "two", "client_secret": "s" * 40})

    assert answer.status_code == 200
    own = Client().post("/o/introspect/", {"token": token, "client_id": "one", "client_secret": "s" * 40})
    assert own.json()["active"] is True


def test_signing_out_ends_the_session_and_the_clients_tokens(browser: Client, tokens: Tokens) -> None:
    given = tokens()
    form = {
        "id_token_hint": given["id_token"],
        "post_logout_redirect_uri": "https://app.balikpapan.example/bye",
        "state": "s2",
        "allow": "on",
        "csrfmiddlewaretoken": "checked elsewhere",
    }

    answer = browser.post("/o/logout/", form)

    assert answer.status_code == 302
    assert answer["Location"] == "https://app.balikpapan.example/bye?state=s2"
    assert "_auth_user_id" not in browser.session
    assert get_me(given["access_token"]).status_code == 401


@pytest.mark.parametrize(
    "query",
    [
        {"client_id": "unknown"},
        {"id_token_hint": "abc"},
        {"id_token_hint": "e30.e30.e30"},
        {"id_token_hint": "eyJhbGciOiJSUzI1NiJ9.bm90IGpzb24.c2ln"},
        {"client_id": "app", "post_logout_redirect_uri": "https://evil.example/"},
        {"client_id": "nul\0"},
    ],
)
def test_a_crafted_sign_out_is_the_clients_fault(browser: Client, app: RelyingParty, query: dict[str, str]) -> None:
    answer = browser.get("/o/logout/", query)

    assert answer.status_code == 400
    assert "_auth_user_id" in browser.session


@pytest.mark.parametrize("path", ["/o/token/", "/o/revoke_token/", "/o/introspect/", "/o/userinfo/"])
def test_programs_need_no_csrf_cookie(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path, {"client_id": "unknown", "token": "t"})

    assert answer.status_code in {400, 401}


@pytest.mark.parametrize("path", ["/o/authorize/", "/o/logout/"])
def test_pages_for_people_need_one(browser: Client, path: str) -> None:
    browser.handler.enforce_csrf_checks = True

    assert browser.post(path, {"allow": "on", "csrfmiddlewaretoken": "forged"}).status_code == 403
    assert "_auth_user_id" in browser.session


@pytest.mark.parametrize("path", ["/o/authorize/", "/o/logout/"])
def test_a_clients_request_by_post_is_asked_again_by_get(browser: Client, path: str) -> None:
    browser.handler.enforce_csrf_checks = True

    answer = browser.post(path, {"client_id": "app", "state": "a b", "allow": "on"})

    assert answer.status_code == 303
    assert answer["Location"] == f"{path}?client_id=app&state=a+b&allow=on"
    assert "_auth_user_id" in browser.session


@pytest.mark.parametrize("path", ["/o/token/", "/o/revoke_token/", "/o/introspect/", "/o/userinfo/"])
@pytest.mark.parametrize(
    "body",
    [b"token=%00", b"resource=http://[", b"x=" + b"x" * 1_100_000, b"&".join(b"f%d=1" % n for n in range(1100))],
)
def test_a_crafted_form_is_the_clients_fault(path: str, body: bytes) -> None:
    answer = Client().post(path, body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_request"
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/o/token/", "/o/revoke_token/", "/o/introspect/", "/o/userinfo/"])
@pytest.mark.parametrize("credentials", [b"a\0b:c", b"\xff:c", b"no colon", "\u00e9:\u00e9".encode()])
def test_crafted_credentials_are_refused(path: str, credentials: bytes) -> None:
    header = f"Basic {base64.b64encode(credentials).decode()}"

    answer = Client().post(path, {"grant_type": "client_credentials", "token": "t"}, headers={"authorization": header})

    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error"] in {"invalid_client", "invalid_token"}


@pytest.mark.parametrize(
    ("path", "scheme"),
    [("token/", "Basic "), ("revoke_token/", "Basic "), ("introspect/", "Basic "), ("userinfo/", "Bearer ")],
)
def test_who_is_not_known_is_told_how_to_prove_it(app: RelyingParty, path: str, scheme: str) -> None:
    form = {"grant_type": "client_credentials", "token": "t"}

    answer = Client().post(f"/o/{path}", form, headers={"authorization": "Basic eDp5"})

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith(scheme)
