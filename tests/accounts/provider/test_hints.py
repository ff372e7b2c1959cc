"""What a client hints at (OpenID Core, section 3.1.2.1): the language and the shape of the pages, and who signs in; and
what a request may not carry, which is refused and not ignored.
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from oauth2_provider.models import Grant

from accounts.models import RelyingParty, User
from tests.accounts.flow import CHALLENGE, REDIRECT, authorize, told

INDONESIAN = {"accept-language": "id"}


def arrive(browser: Client, **hints: str | None) -> Any:
    """Send a stranger's browser to the provider, and on to the page that it is shown."""
    answer: Any = authorize(browser, **hints)
    while answer.status_code == 302 and answer["Location"].startswith("/"):
        answer = browser.get(answer["Location"])
    return answer


def language_of(page: Any) -> str:
    return str(page.content.decode()).split('<html lang="')[1][:2]


# --- ui_locales


@pytest.mark.parametrize(
    ("ui_locales", "spoken"), [("en", "en"), ("se en-GB id", "en"), ("id-ID en", "id"), ("fr", "id"), ("", "id")]
)
def test_the_client_names_the_language_of_the_pages(app: RelyingParty, ui_locales: str, spoken: str) -> None:
    assert language_of(arrive(Client(headers=INDONESIAN), ui_locales=ui_locales)) == spoken


def test_the_language_lasts_through_the_sign_in_to_the_consent_page(app: RelyingParty, person: User) -> None:
    RelyingParty.objects.update(skip_authorization=False)
    browser = Client(headers=INDONESIAN)
    page = arrive(browser, ui_locales="en")
    browser.force_login(person)

    consent = browser.get(page.wsgi_request.GET["next"])

    assert language_of(consent) == "en"
    assert "Allow" in consent.content.decode()


def test_who_chooses_another_language_meanwhile_keeps_it(app: RelyingParty, person: User) -> None:
    RelyingParty.objects.update(skip_authorization=False)
    browser = Client(headers=INDONESIAN)
    page = arrive(browser, ui_locales="en")
    browser.force_login(person)
    browser.post("/bahasa/", {"language": "id", "next": "/"})

    assert language_of(browser.get(page.wsgi_request.GET["next"])) == "id"


def test_a_silent_request_changes_no_language(browser: Client, app: RelyingParty) -> None:
    answer = authorize(browser, prompt="none", ui_locales="en")

    assert told(answer)["code"]
    assert "django_language" not in answer.cookies


def test_the_page_of_signing_out_speaks_it_too(browser: Client) -> None:
    answer = browser.get("/o/logout/", {"ui_locales": "en"}, follow=True, headers=INDONESIAN)

    assert language_of(answer) == "en"


# --- login_hint


@pytest.mark.parametrize("hint", ["siti@balikpapan.example", "nobody@balikpapan.example", "081234567890", '"><b>'])
def test_the_sign_in_field_is_filled_whoever_it_is(app: RelyingParty, person: User, hint: str) -> None:
    page = arrive(Client(), login_hint=hint)

    assert page.context["form"]["login"].value() == hint
    assert "<b>" not in page.content.decode().split("<main")[1].split("</form>")[0]


@pytest.mark.parametrize(("hint", "field"), [("siti@balikpapan.example", "email"), ("081234567890", "phone")])
def test_the_field_for_a_code_is_filled_as_well(app: RelyingParty, hint: str, field: str) -> None:
    browser = Client()
    page = browser.get(arrive(browser, login_hint=hint).context["request_login_code_url"])

    assert page.context["form"][field].value() == hint


def test_known_and_unknown_hints_are_answered_alike(app: RelyingParty, person: User) -> None:
    shown = []
    for hint in ("siti@balikpapan.example", "nobody@balikpapan.example"):
        page = arrive(Client(), login_hint=hint)
        text = page.content.decode().replace(str(page.context["csrf_token"]), "")
        for writing in (hint, hint.replace("@", "%40"), hint.replace("@", "%2540")):
            text = text.replace(writing, "")
        shown.append((page.status_code, text))

    assert shown[0] == shown[1]


@pytest.mark.parametrize("hint", ["a" * 255, "siti\n@balikpapan.example", " "])
def test_what_is_no_address_fills_nothing(app: RelyingParty, hint: str) -> None:
    assert not arrive(Client(), login_hint=hint).context["form"]["login"].value()


# --- display


@pytest.mark.parametrize(("display", "compact"), [("page", False), ("popup", True), ("touch", True), ("wap", True)])
def test_the_pages_take_the_shape_that_the_client_has_room_for(
    app: RelyingParty, person: User, display: str, compact: bool
) -> None:
    RelyingParty.objects.update(skip_authorization=False)
    browser = Client()

    sign_in = arrive(browser, display=display)
    browser.force_login(person)
    consent = browser.get(sign_in.wsgi_request.GET["next"])

    for page in (sign_in, consent):
        assert ('<body class="entrance compact">' in page.content.decode()) is compact


def test_the_next_request_without_it_has_whole_pages_again(app: RelyingParty) -> None:
    browser = Client()
    arrive(browser, display="popup")

    assert '<body class="entrance">' in arrive(browser).content.decode()


def test_an_unknown_display_is_refused(browser: Client, app: RelyingParty) -> None:
    assert told(authorize(browser, display="hologram"))["error"] == "invalid_request"


def test_discovery_tells_the_truth_of_it() -> None:
    metadata = Client().get("/o/.well-known/openid-configuration").json()

    assert metadata["ui_locales_supported"] == ["id", "en"]
    assert metadata["display_values_supported"] == ["page", "popup", "touch", "wap"]
    assert metadata["prompt_values_supported"] == ["none", "login", "consent"]
    assert metadata["response_modes_supported"] == ["query"]
    assert "claims_locales_supported" not in metadata  # each claim has one writing


# --- What is refused


@pytest.mark.parametrize(
    ("name", "value", "error"),
    [
        ("request", "eyJ.e30.x", "request_not_supported"),
        ("request_uri", "urn:ietf:params:oauth:request_uri:1", "request_uri_not_supported"),
        ("registration", "{}", "registration_not_supported"),
        ("response_mode", "fragment", "invalid_request"),
        ("response_mode", "form_post", "invalid_request"),
        ("response_mode", "query.jwt", "invalid_request"),
        ("authorization_details", '[{"type": "x"}]', "invalid_authorization_details"),
        ("dpop_jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "invalid_request"),
        ("prompt", "select_account", "account_selection_required"),
        ("prompt", "create", "invalid_request"),
        ("approval_prompt", "auto", "invalid_request"),
        ("id_token_hint", "x.y.z", "invalid_request"),
        ("max_age", "-1", "invalid_request"),
        ("claims", "[]", "invalid_request"),
    ],
)
def test_what_is_not_offered_is_refused_and_not_ignored(
    browser: Client, app: RelyingParty, name: str, value: str, error: str
) -> None:
    answer = told(authorize(browser, **{name: value}))

    assert (answer["error"], answer["state"], "code" in answer) == (error, "s1", False)
    assert not Grant.objects.exists()


@pytest.mark.parametrize("name", ["nonce", "prompt", "max_age", "code_challenge", "claims", "acr_values", "login_hint"])
def test_a_parameter_that_is_there_twice_is_refused(browser: Client, app: RelyingParty, name: str) -> None:
    """RFC 6749, section 3.1: readers that each take another one of the two can be played against each other."""
    whole = {"client_id": "app", "redirect_uri": REDIRECT, "response_type": "code", "scope": "openid", "state": "s1"}
    whole |= {"code_challenge": CHALLENGE, "code_challenge_method": "S256", "nonce": "n1"}
    twice = {"prompt": "login", "max_age": "9", "claims": "{}"}.get(name, whole.get(name, "x"))

    answer = browser.get("/o/authorize/", whole | {name: [twice, twice]})

    assert dict(parse_qsl(urlsplit(answer["Location"]).query))["error"] == "invalid_request"
    assert not Grant.objects.exists()


def test_what_nobody_knows_is_ignored(browser: Client, app: RelyingParty) -> None:
    """RFC 6749, section 3.1, asks for it: only what has a meaning that we do not keep is refused."""
    assert told(authorize(browser, extra="1", claims_locales="id"))["code"]


def test_a_stranger_is_not_asked_to_sign_in_for_a_request_that_cannot_be_answered(app: RelyingParty) -> None:
    """OpenID Core, section 3.1.2.2: it is validated first."""
    to_the_client = told(authorize(Client(), response_mode="fragment"))
    to_nobody = authorize(Client(), redirect_uri="https://evil.example/")

    assert (to_the_client["error"], to_the_client["iss"]) == ("invalid_request", "http://127.0.0.1:8000/o")
    assert to_nobody.status_code == 400
