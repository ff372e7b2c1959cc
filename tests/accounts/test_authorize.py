"""The authorize endpoint."""

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from oauth2_provider.models import Grant

from accounts.models import RelyingParty, User
from accounts.operations import register_person, register_relying_party
from accounts.provider.models import Authorization, Consent, ScopePurpose
from accounts.sign_in.models import SignIn
from services.agencies.models import Agency
from tests.accounts.flow import CHALLENGE, PASSWORD, REDIRECT, authorize, told

Tokens = Callable[..., dict[str, Any]]

ISSUER = "http://127.0.0.1:8000/o"


@pytest.fixture
def agency() -> RelyingParty:
    """A client that is not the city's own: it needs consent."""
    return register_relying_party(
        client_id="agency",
        name="An agency",
        scopes=["openid"],
        redirect_uris=["https://agency.example/callback"],
        client_secret="s" * 40,
    )


def test_a_first_party_client_gets_its_code_and_the_issuer(browser: Client, app: RelyingParty) -> None:
    answer = authorize(browser)

    assert answer["Location"].startswith(REDIRECT + "?")
    assert told(answer).keys() == {"code", "state", "iss"}
    assert told(answer)["iss"] == ISSUER


def test_a_stranger_is_sent_to_sign_in_and_back(app: RelyingParty) -> None:
    answer = authorize(Client())

    assert answer["Location"].startswith("/accounts/login/?next=/o/authorize/")


@pytest.mark.parametrize("method", ["plain", None])
def test_a_challenge_that_is_not_s256_is_refused(browser: Client, app: RelyingParty, method: str | None) -> None:
    answer = authorize(browser, code_challenge_method=method)

    assert told(answer)["error"] == "invalid_request"
    assert told(answer)["iss"] == ISSUER
    assert not Grant.objects.exists()


def test_a_plain_challenge_is_refused_before_anybody_is_asked_to_consent(browser: Client, agency: RelyingParty) -> None:
    answer = authorize(
        browser,
        client_id="agency",
        redirect_uri="https://agency.example/callback",
        scope="openid",
        code_challenge_method="plain",
    )

    assert told(answer)["error"] == "invalid_request"


def test_no_challenge_is_refused(browser: Client, app: RelyingParty) -> None:
    answer = authorize(browser, code_challenge=None, code_challenge_method=None)

    assert told(answer)["error"] == "invalid_request"
    assert not Grant.objects.exists()


@pytest.mark.parametrize("scope", ["openid office", "openid nonsense", "applications"])
def test_a_scope_beyond_the_clients_own_is_refused(browser: Client, app: RelyingParty, scope: str) -> None:
    answer = authorize(browser, scope=scope)

    assert told(answer)["error"] == "invalid_scope"
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/callback",
        "https://app.balikpapan.example/callback/",
        "https://app.balikpapan.example/callback?more=1",
        "https://app.balikpapan.example@evil.example/callback",
        "http://app.balikpapan.example/callback",
        "id.go.balikpapan.app:/other",
        "ID.GO.BALIKPAPAN.APP:/callback",
        "id.go.balikpapan.app:/callback\n",
        "http://127.0.0.1/callback\t",
        "http://127.0.0.1:99999/callback",
        "javascript:alert(1)",
        "http://[",
    ],
)
def test_another_redirect_is_refused_without_redirecting(browser: Client, app: RelyingParty, uri: str) -> None:
    answer = authorize(browser, redirect_uri=uri)

    assert answer.status_code == 400
    assert not answer.has_header("Location")


def test_a_loopback_redirect_may_use_any_port(browser: Client, app: RelyingParty) -> None:
    answer = authorize(browser, redirect_uri="http://127.0.0.1:51234/callback")

    assert answer["Location"].startswith("http://127.0.0.1:51234/callback?code=")


def test_silent_sign_in_gives_a_code_to_whom_is_signed_in(browser: Client, app: RelyingParty) -> None:
    assert told(authorize(browser, prompt="none"))["code"]


def test_silent_sign_in_of_a_stranger_says_so(app: RelyingParty) -> None:
    assert told(authorize(Client(), prompt="none")) == {
        "error": "login_required",
        "state": "s1",
        "iss": ISSUER,
    }


def test_silent_sign_in_that_needs_consent_says_so(browser: Client, agency: RelyingParty) -> None:
    answer = authorize(
        browser,
        prompt="none",
        client_id="agency",
        redirect_uri="https://agency.example/callback",
        scope="openid",
    )

    assert answer["Location"].startswith("https://agency.example/callback?")
    assert told(answer)["error"] == "consent_required"
    assert told(answer)["state"] == "s1"


def test_silent_and_anything_else_contradict_each_other(browser: Client, app: RelyingParty) -> None:
    assert told(authorize(browser, prompt="none consent"))["error"] == "invalid_request"


def test_a_demanded_sign_in_is_proved_here_without_signing_out_and_once(browser: Client, app: RelyingParty) -> None:
    asked = authorize(browser, prompt="login")["Location"]
    there = parse_qs(urlsplit(asked).query)["next"][0]
    unproved = browser.get(there)
    proved = browser.post(asked, {"password": PASSWORD})
    answer = browser.get(proved["Location"])

    assert asked.startswith("/accounts/reauthenticate/")
    assert unproved["Location"] == asked
    assert "_auth_user_id" in browser.session
    assert told(answer)["code"]  # type: ignore[arg-type]
    assert authorize(browser, prompt="login")["Location"] == asked


@pytest.mark.parametrize("prompt", ["select_account", "nonsense"])
def test_what_cannot_be_prompted_for_is_refused(browser: Client, app: RelyingParty, prompt: str) -> None:
    expected = {"select_account": "account_selection_required", "nonsense": "invalid_request"}

    assert told(authorize(browser, prompt=prompt))["error"] == expected[prompt]


def test_more_assurance_is_offered_once_and_then_done_without(browser: Client, app: RelyingParty) -> None:
    asked = authorize(browser, acr_values="verified")["Location"]

    answer = authorize(browser, acr_values="verified")

    assert asked.startswith("/akun/identitas/?next=%2Fo%2Fauthorize%2F")
    assert told(answer)["code"]


def test_essential_assurance_that_is_not_reached_is_a_failure(browser: Client, app: RelyingParty) -> None:
    claims = '{"id_token": {"acr": {"essential": true, "values": ["verified"]}}}'
    authorize(browser, claims=claims)

    assert told(authorize(browser, claims=claims))["error"] == "unmet_authentication_requirements"
    User.objects.update(assurance="in_person")
    assert told(authorize(browser, claims=claims))["code"]


def test_a_hint_at_somebody_else_gives_no_code(browser: Client, app: RelyingParty, tokens: Tokens) -> None:
    hint = tokens("openid")["id_token"]
    other = register_person(full_name="Budi", email="budi@balikpapan.example", now=timezone.now())
    theirs = Client()
    theirs.force_login(other)

    assert told(authorize(browser, id_token_hint=hint, prompt="none"))["code"]
    assert told(authorize(theirs, id_token_hint=hint, prompt="none"))["error"] == "login_required"
    assert told(authorize(browser, id_token_hint="no.such.token"))["error"] == "invalid_request"


def test_consent_leaves_a_receipt_and_is_remembered_until_more_is_asked(browser: Client, agency: RelyingParty) -> None:
    url = f"/o/authorize/?{urlencode(CONSENT)}"
    browser.post(url, CONSENT | {"allow": "Authorize"})
    receipt = Consent.objects.get()

    assert receipt.basis == "consent"
    assert receipt.authorization == Authorization.objects.get()
    assert [each["scope"] for each in receipt.wording] == ["openid"]
    assert told(browser.get(url))["code"]  # type: ignore[arg-type]
    assert told(browser.get(f"{url}&prompt=none"))["code"]  # type: ignore[arg-type]
    assert browser.get(f"{url}&prompt=consent").status_code == 200
    ScopePurpose.objects.create(client=agency, scope="openid", purpose={"id": "Antrean"}, basis="Perda 1", version=1)
    assert "Antrean" in browser.get(url).content.decode()


def test_a_demanded_sign_in_for_nobody_ends_no_session(browser: Client, app: RelyingParty) -> None:
    assert authorize(browser, prompt="login", client_id="unknown").status_code == 400
    assert told(authorize(browser, prompt="login none"))["error"] == "invalid_request"

    assert "_auth_user_id" in browser.session


def signed_in_ago(browser: Client, seconds: float) -> None:
    """Let the browser's person have proved who they are so long ago."""
    SignIn.objects.filter(pk=browser.session["sign_in"]).update(proved_at=timezone.now() - timedelta(seconds=seconds))


def test_a_sign_in_older_than_the_client_takes_is_asked_again(browser: Client, app: RelyingParty) -> None:
    signed_in_ago(browser, 61)

    answer = authorize(browser, max_age="60", state="s 1")

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert "state%3Ds%2B1" in answer["Location"]
    assert "_auth_user_id" in browser.session


def test_a_sign_in_recent_enough_is_taken(browser: Client, app: RelyingParty) -> None:
    signed_in_ago(browser, 50)

    assert told(authorize(browser, max_age="60"))["code"]


def test_silent_sign_in_that_would_be_too_old_says_so(browser: Client, app: RelyingParty) -> None:
    signed_in_ago(browser, 61)

    assert told(authorize(browser, max_age="60", prompt="none"))["error"] == "login_required"
    assert "_auth_user_id" in browser.session


def test_a_person_no_longer_active_is_not_signed_in(browser: Client, app: RelyingParty, person: User) -> None:
    User.objects.update(is_active=False)

    assert told(authorize(browser, prompt="none"))["error"] == "login_required"


def test_another_agencys_client_shows_the_consent_page(browser: Client, agency: RelyingParty) -> None:
    answer = authorize(browser, client_id="agency", redirect_uri="https://agency.example/callback", scope="openid")

    assert answer.status_code == 200
    assert not Grant.objects.exists()


CONSENT = {
    "client_id": "agency",
    "redirect_uri": "https://agency.example/callback",
    "response_type": "code",
    "scope": "openid",
    "state": "s1",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
    "csrfmiddlewaretoken": "checked elsewhere",
}


def test_consent_gives_the_code_and_denial_does_not(browser: Client, agency: RelyingParty) -> None:
    url = f"/o/authorize/?{urlencode(CONSENT)}"

    denied = told(browser.post(url, CONSENT))  # type: ignore[arg-type]
    allowed = told(browser.post(url, CONSENT | {"allow": "Authorize"}))  # type: ignore[arg-type]

    assert denied == {"error": "access_denied", "state": "s1", "iss": ISSUER}
    assert allowed.keys() == {"code", "state", "iss"}


@pytest.mark.parametrize(
    "more", [{}, {"nonce": "n1"}, {"claims": '{"id_token": {"email": null}}'}, {"ui_locales": "en"}]
)
def test_the_consent_page_as_it_is_shown_gives_the_code(
    browser: Client, agency: RelyingParty, more: dict[str, str]
) -> None:
    page: Any = browser.get(f"/o/authorize/?{urlencode(CONSENT | more)}", follow=True)
    url = page.wsgi_request.get_full_path()
    shown = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page.content.decode())

    answer = browser.post(url, {name: html.unescape(value) for name, value in shown} | {"allow": "Authorize"})

    assert told(answer).keys() == {"code", "state", "iss"}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "unknown"},
        {"client_id": ""},
        {"redirect_uri": "https://evil.example/callback"},
        {"scope": "openid account"},
        {"scope": "openid office"},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"resource": "http://["},
    ],
)
def test_a_consent_page_that_was_tampered_with_gives_nothing(
    browser: Client, agency: RelyingParty, changes: dict[str, str]
) -> None:
    answer = browser.post(f"/o/authorize/?{urlencode(CONSENT)}", CONSENT | {"allow": "Authorize"} | changes)

    assert answer.status_code in {200, 302, 400}
    assert "evil" not in answer.get("Location", "")
    assert not Grant.objects.exists()


@pytest.mark.parametrize("name", ["request", "request_uri"])
def test_request_objects_are_refused_and_not_ignored(browser: Client, app: RelyingParty, name: str) -> None:
    assert told(authorize(browser, **{name: "https://rp.example/r"}))["error"] == f"{name}_not_supported"


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "n" * 256},
        {"code_challenge": "c" * 129},
        {"code_challenge": "short"},
        {"claims": "{"},
        {"claims": "[" * 2000 + "]" * 2000},
        {"claims": '"name"'},
        {"claims": '{"id_token": 5}'},
        {"claims": '{"id_token": ["name"]}'},
        {"claims": '{"userinfo": true}'},
        {"claims": '{"userinfo": {"name": 5}}'},
        {"claims": '{"id_token": {"sub": "s"}}'},
        {"claims": '{"id_token": {"sub": {"value": 5}}}'},
        {"claims": '{"id_token": {"acr": true}}'},
        {"claims": '{"id_token": {"acr": {"values": "basic"}}}'},
        {"claims": '{"id_token": {"acr": {"values": [5]}}}'},
        {"claims": '{"id_token": {"acr": {"value": {}}}}'},
        {"claims": '{"id_token": {"x": {"y": NaN}}}'},
        {"claims": '{"id_token": {"x": {"y": 1e999}}}'},
        {"claims": '{"id_token": {"x": {"y": "\\u0000"}}}'},
        {"claims": '{"userinfo": {"\\ud800": null}}'},
        {"max_age": "soon"},
        {"max_age": "9" * 5000},
        {"response_mode": "fragment"},
        {"response_mode": "form_post"},
    ],
)
def test_what_is_misshapen_or_not_offered_is_refused(
    browser: Client, app: RelyingParty, changes: dict[str, str]
) -> None:
    assert told(authorize(browser, **changes))["error"] == "invalid_request"


@pytest.mark.parametrize(
    "query",
    [
        "client_id=%00",
        "client_id=app&nonce=%zz",
        "",
        "client_id=app&client_id=app",
        "client_id=%ff%fe",
        "resource=http://[",
    ],
)
def test_crafted_requests_are_the_clients_fault(browser: Client, app: RelyingParty, query: str) -> None:
    assert browser.get(f"/o/authorize/?{query}").status_code == 400


@pytest.mark.parametrize("kind", ["token", "id_token", "id_token token", "code token", "none"])
def test_only_the_code_flow_is_offered(browser: Client, app: RelyingParty, kind: str) -> None:
    answer = authorize(browser, response_type=kind)

    assert answer.status_code in {302, 400}
    assert not Grant.objects.exists()
    assert "access_token" not in answer.get("Location", "")


def test_the_consent_page_says_whose_the_client_is_and_what_was_asked_for_by_name(
    browser: Client, agency: RelyingParty
) -> None:
    Agency.objects.create(code="DLH", name="Dinas Lingkungan Hidup", kind="dinas", confidence="official")
    RelyingParty.objects.update(agency_code="DLH", allowed_scopes=["openid", "profile"])
    asked = {"client_id": "agency", "redirect_uri": "https://agency.example/callback", "scope": "openid"}

    plain = authorize(browser, **asked).content.decode()
    more = authorize(browser, **asked, claims='{"userinfo": {"name": null, "email": null}}').content.decode()

    assert "Milik: Dinas Lingkungan Hidup." in plain
    assert "Membaca nama dan bahasa Anda" not in plain
    assert "Membaca nama dan bahasa Anda" in more
    assert "Membaca alamat email Anda" not in more  # the client may not ask for it
