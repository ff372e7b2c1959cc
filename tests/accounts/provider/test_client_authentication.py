"""How a client proves who it is at the token, revocation and introspection endpoints."""

import base64
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from jwcrypto.jwk import JWK  # type: ignore[import-untyped]
from jwcrypto.jwt import JWT  # type: ignore[import-untyped]

from accounts.models import RelyingParty
from accounts.operations import register_relying_party, rotate_client_secret
from accounts.provider import clients
from accounts.provider.models import UsedAssertion
from superapp.http.outgoing import Answer, Unreachable

ISSUER = "http://127.0.0.1:8000/o"
KEYS = {
    "RS256": JWK.generate(kty="RSA", size=2048, kid="r"),
    "PS256": JWK.generate(kty="RSA", size=2048, kid="p"),
    "ES256": JWK.generate(kty="EC", crv="P-256", kid="e"),
}
PUBLIC = {"keys": [key.export_public(as_dict=True) for key in KEYS.values()]}
TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def robot() -> RelyingParty:
    return register_relying_party(client_id="robot", name="Robot", scopes=["account"], jwks=PUBLIC, machine=True)


def assertion(alg: str = "RS256", key: Any = None, header: dict[str, Any] | None = None, **changes: Any) -> str:
    claims = {
        "iss": "robot",
        "sub": "robot",
        "aud": ISSUER,
        "exp": int(time.time()) + 60,
        "iat": int(time.time()),
        "jti": str(time.perf_counter_ns()),
    } | changes
    claims = {name: value for name, value in claims.items() if value is not None}
    signing = key or KEYS[alg]
    token = JWT(header={"alg": alg, "kid": signing.get("kid")} | (header or {}), claims=json.dumps(claims))
    token.make_signed_token(signing)
    return str(token.serialize())


def ask(proof: str, **changes: str) -> HttpResponse:
    form = {"grant_type": "client_credentials", "scope": "account", "client_assertion": proof}
    return Client().post("/o/token/", form | {"client_assertion_type": TYPE} | changes)  # type: ignore[return-value]


@pytest.mark.parametrize("alg", ["RS256", "PS256", "ES256"])
@pytest.mark.parametrize("audience", [ISSUER, f"{ISSUER}/token/", [ISSUER]])
def test_a_client_proves_itself_by_its_own_key(robot: RelyingParty, alg: str, audience: Any) -> None:
    answer = ask(assertion(alg, aud=audience))

    assert answer.status_code == 200, answer.content


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"sub": "other"},
        {"sub": None},
        {"aud": None},
        {"aud": "https://other.example/o"},
        {"aud": [ISSUER, "https://other.example/o"]},
        {"exp": None},
        {"exp": int(time.time()) - 3600},
        {"exp": int(time.time()) + 86_400},
        {"exp": "soon"},
        {"exp": True},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"iat": int(time.time()) + 86_400},
        {"nbf": int(time.time()) + 86_400},
        {"nbf": "now"},
        {"header": {"typ": "logout+jwt"}},
        {"key": JWK.generate(kty="RSA", size=2048, kid="r")},
        {"alg": "HS256", "key": JWK.generate(kty="oct", size=256)},
        {"alg": "RS512", "key": KEYS["RS256"]},
        {"header": {"kid": "unknown"}},
    ],
)
def test_an_assertion_with_a_fault_is_refused(robot: RelyingParty, changes: dict[str, Any]) -> None:
    answer = ask(assertion(**changes))

    assert answer.status_code == 401
    assert answer.json() == {"error": "invalid_client"}  # type: ignore[attr-defined]
    assert not UsedAssertion.objects.exists()


@pytest.mark.parametrize(
    "proof", ["x", "a.b.c", "e30.e30.e30", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJyb2JvdCJ9.", "." * 9000]
)
def test_what_is_no_assertion_is_refused(robot: RelyingParty, proof: str) -> None:
    assert ask(proof).status_code == 401


def test_an_assertion_is_good_for_one_use(robot: RelyingParty) -> None:
    proof = assertion()

    assert [ask(proof).status_code, ask(proof).status_code] == [200, 401]


@pytest.mark.django_db(transaction=True)
def test_an_assertion_used_by_many_at_once_works_once(robot: RelyingParty) -> None:
    proof = assertion()

    def run(_number: int) -> int:
        try:
            return ask(proof).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(run, range(4))) == [200, 401, 401, 401]


def test_another_assertion_type_or_client_id_is_refused(robot: RelyingParty) -> None:
    assert ask(assertion(), client_assertion_type="saml2").status_code == 401
    assert ask(assertion(), client_id="other").status_code == 401


def test_two_proofs_at_once_are_refused(robot: RelyingParty) -> None:
    assert ask(assertion(), client_id="robot", client_secret="s" * 40).status_code == 401


@pytest.mark.parametrize("path", ["/o/introspect/", "/o/revoke_token/"])
def test_the_other_endpoints_take_it_as_well(robot: RelyingParty, path: str) -> None:
    token = ask(assertion()).json()["access_token"]  # type: ignore[attr-defined]
    form = {"token": token, "client_assertion_type": TYPE}

    assert Client().post(path, form | {"client_assertion": assertion()}).status_code == 200
    assert Client().post(path, form | {"client_assertion": assertion(sub="x")}).status_code == 401


@pytest.mark.parametrize(("method", "taken"), [("client_secret_basic", "basic"), ("client_secret_post", "post")])
def test_a_client_uses_the_method_that_it_is_registered_with(method: str, taken: str) -> None:
    register_relying_party(
        client_id="site", name="Site", scopes=["account"], client_secret="s" * 40, auth_method=method, machine=True
    )
    form = {"grant_type": "client_credentials"}
    basic = {"authorization": "Basic " + base64.b64encode(b"site:" + b"s" * 40).decode()}

    by_header = Client().post("/o/token/", form, headers=basic).status_code
    by_body = Client().post("/o/token/", form | {"client_id": "site", "client_secret": "s" * 40}).status_code

    assert {"basic": by_header, "post": by_body} == {"basic": 401, "post": 401} | {taken: 200}


def test_the_secret_before_is_valid_for_the_overlap() -> None:
    register_relying_party(client_id="site", name="Site", scopes=["account"], client_secret="s" * 40, machine=True)
    form = {"grant_type": "client_credentials", "client_id": "site"}
    new = rotate_client_secret(client_id="site", overlap=timedelta(days=7), now=timezone.now())

    during = [Client().post("/o/token/", form | {"client_secret": each}).status_code for each in (new, "s" * 40, "x")]
    RelyingParty.objects.update(earlier_secret_until=timezone.now())
    after = [Client().post("/o/token/", form | {"client_secret": each}).status_code for each in (new, "s" * 40)]

    assert during == [200, 200, 401]
    assert after == [200, 401]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], list[str]]:
    """Let the client's server answer in turn with these kinds of key sets; return what was asked."""

    def serve(script: list[str]) -> list[str]:
        asked: list[str] = []

        def answer(_method: str, url: str, **_kwargs: Any) -> Answer:
            kind = script[min(len(asked), len(script) - 1)]
            asked.append(url)
            if kind == "down":
                raise Unreachable("down")
            keys = {"keys": [KEYS[kind].export_public(as_dict=True)]}
            return Answer(200, {}, json.dumps(keys).encode())

        clients._fetched.clear()
        monkeypatch.setattr(clients, "call", answer)
        register_relying_party(
            client_id="robot", name="R", scopes=["account"], jwks_uri="https://robot.example/jwks", machine=True
        )
        return asked

    return serve


def test_published_keys_are_fetched_once(fetched: Callable[[list[str]], list[str]]) -> None:
    asked = fetched(["RS256"])

    assert [ask(assertion()).status_code for _each in range(3)] == [200, 200, 200]
    assert asked == ["https://robot.example/jwks"]


def test_an_unknown_key_is_looked_up_anew_within_a_limit(
    fetched: Callable[[list[str]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = fetched(["RS256", "ES256"])
    ask(assertion())

    too_soon = [ask(assertion("ES256")).status_code for _each in range(3)]
    later = time.monotonic() + 31
    monkeypatch.setattr(clients, "monotonic", lambda: later)

    assert too_soon == [401, 401, 401]
    assert ask(assertion("ES256")).status_code == 200
    assert len(asked) == 2


def test_an_outage_of_the_clients_server_locks_nobody_out(
    fetched: Callable[[list[str]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(["RS256", "down"])
    ask(assertion())
    later = time.monotonic() + 3600
    monkeypatch.setattr(clients, "monotonic", lambda: later)

    assert ask(assertion()).status_code == 200


class Hanging:
    """A client's server that answers when it is let; says who asked, and how long each was ready to wait."""

    def __init__(self, answers: bool) -> None:
        self.answers, self.waited = answers, list[float]()
        self.asked, self.let = Event(), Event()

    def __call__(self, _method: str, url: str, *, seconds: float = 5.0, **_kwargs: Any) -> Answer:
        self.waited.append(seconds)
        self.asked.set()
        assert self.let.wait(10)
        if not self.answers:
            raise Unreachable("it hangs")
        return Answer(200, {}, json.dumps(PUBLIC).encode())


@pytest.mark.parametrize("answers", [True, False])
def test_requests_at_once_just_after_a_start_wait_for_one_fetch(
    fetched: Callable[[list[str]], list[str]], monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    fetched(["RS256"])
    server = Hanging(answers)
    monkeypatch.setattr(clients, "call", server)

    def keys() -> list[dict[str, Any]]:
        return clients._published("https://robot.example/jwks", 600.0)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(keys)
        assert server.asked.wait(5)
        others = [pool.submit(keys) for _each in range(3)]
        done, _waiting = wait(others, timeout=0.3)
        server.let.set()

    assert not done
    assert [each.result() for each in (first, *others)] == [PUBLIC["keys"] if answers else []] * 4
    assert ask(assertion()).status_code == (200 if answers else 401)
    assert server.waited == [2.0]


def test_while_known_keys_are_read_anew_nobody_waits_and_a_server_that_failed_is_left_alone(
    fetched: Callable[[list[str]], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched(["RS256"])
    ask(assertion())
    server = Hanging(answers=False)
    monkeypatch.setattr(clients, "call", server)
    later = time.monotonic() + 3600
    monkeypatch.setattr(clients, "monotonic", lambda: later)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(clients._published, "https://robot.example/jwks", 600.0)
        assert server.asked.wait(5)
        others = [ask(assertion()).status_code for _each in range(3)]  # while the first is still waiting
        server.let.set()
        assert first.result()
    monkeypatch.setattr(clients, "monotonic", lambda: later + 100)

    assert others == [200, 200, 200]
    assert ask(assertion()).status_code == 200
    assert server.waited == [2.0]
