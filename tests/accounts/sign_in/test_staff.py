"""Who works for an agency signs in with a second factor, and only so gets the scope that opens the office."""

import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client
from oauth2_provider.models import Grant

from accounts.models import RelyingParty, User
from accounts.operations import register_relying_party
from accounts.provider.models import Authorization
from accounts.sign_in.models import SignIn
from accounts.sign_in.operations import add_authenticator_app, add_passkey
from services.agencies.models import Agency, Membership, Role
from superapp.launch.code import KEY, totp_code
from tests.accounts.flow import PASSWORD, REDIRECT, authorize, exchange, told
from tests.accounts.sign_in.test_mfa import AUTHENTICATE, LOGIN, code_of

pytestmark = pytest.mark.django_db(transaction=True)
SET_UP = "/accounts/second-factor/"
PASSKEY = f"{SET_UP}passkey/"


@pytest.fixture
def officer(person: User) -> User:
    agency = Agency.objects.create(code="DPMPTSP", name="DPMPTSP", kind="dinas", confidence="seen")
    Membership.objects.create(user=person, agency=agency, role=Role.OFFICER)
    return person


@pytest.fixture
def office_app() -> RelyingParty:
    return register_relying_party(
        client_id="app",
        name="The app",
        scopes=["openid", "account", "office"],
        redirect_uris=[REDIRECT],
        first_party=True,
    )


def half_signed_in(person: User) -> Client:
    client = Client()
    answer = client.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def test_an_officer_without_one_can_do_nothing_but_set_one_up(officer: User) -> None:
    client = half_signed_in(officer)

    assert client.get("/akun/")["Location"].startswith("/accounts/login/")
    page = client.get(SET_UP).content.decode()
    assert "_auth_user_id" not in client.session
    (secret,) = re.findall(r'<code class="key" translate="no">([A-Z2-7]{32})</code>', page)
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    assert "_auth_user_id" not in client.session
    answer = client.post(SET_UP, {"code": code_of(secret)})

    assert answer.status_code == 302
    assert client.get("/akun/").status_code == 200
    assert SignIn.objects.get(pk=client.session["sign_in"]).methods == ["mfa", "otp", "pwd"]
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}


def test_a_resident_is_not_asked(person: User) -> None:
    assert "_auth_user_id" in half_signed_in(person).session


def test_the_page_is_for_who_is_signing_in_only(officer: User) -> None:
    assert Client().get(SET_UP)["Location"] == "/accounts/login/"


def test_one_set_up_meanwhile_elsewhere_is_not_replaced(officer: User) -> None:
    late = half_signed_in(officer)
    page = late.get(SET_UP).content.decode()
    (secret,) = re.findall(r'<code class="key" translate="no">([A-Z2-7]{32})</code>', page)
    add_authenticator_app(person_id=officer.pk, secret=KEY)

    late.post(SET_UP, {"code": code_of(secret)})

    assert "_auth_user_id" not in late.session
    assert half_signed_in(officer).get("/akun/").status_code == 302


def test_a_passkey_made_meanwhile_elsewhere_keeps_an_app_out_and_the_other_way_round(officer: User) -> None:
    late = half_signed_in(officer)
    page = late.get(SET_UP).content.decode()
    (secret,) = re.findall(r'<code class="key" translate="no">([A-Z2-7]{32})</code>', page)
    assert add_passkey(person_id=officer.pk, name="Ponsel", credential={})

    late.post(SET_UP, {"code": code_of(secret)})

    assert "_auth_user_id" not in late.session
    assert not add_passkey(person_id=officer.pk, name="Lain", credential={})
    assert sorted(Authenticator.objects.values_list("type", flat=True)) == ["recovery_codes", "webauthn"]


def test_a_passkey_is_offered_instead_and_made_of_nothing_else(officer: User) -> None:
    client = half_signed_in(officer)

    assert PASSKEY in client.get(SET_UP).content.decode()
    page = client.get(PASSKEY, HTTP_HOST="localhost")
    options = page.context["js_data"]["creation_options"]["publicKey"]
    assert options["rp"]["id"] == "localhost"
    answer = client.post(PASSKEY, {"name": "x", "credential": '{"id": "x"}'}, HTTP_HOST="localhost")

    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
    assert not Authenticator.objects.exists()
    assert Client().get(PASSKEY)["Location"] == "/accounts/login/"


def test_at_each_sign_in_it_is_asked(officer: User) -> None:
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    client = half_signed_in(officer)
    assert "_auth_user_id" not in client.session

    assert client.post(AUTHENTICATE, {"code": totp_code()}).status_code == 302

    assert client.get("/akun/").status_code == 200


def test_the_office_opens_after_the_second_factor(officer: User, office_app: RelyingParty) -> None:
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    client = half_signed_in(officer)
    client.post(AUTHENTICATE, {"code": totp_code()})

    assert "code" in told(authorize(client, scope="openid office"))


def test_an_officers_refresh_lasts_as_long_as_the_sign_in(officer: User, office_app: RelyingParty) -> None:
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    client = half_signed_in(officer)
    client.post(AUTHENTICATE, {"code": totp_code()})
    token = exchange(told(authorize(client, scope="openid office"))["code"]).json()["refresh_token"]  # type: ignore[attr-defined]
    form = {"grant_type": "refresh_token", "client_id": "app"}
    began = time.time()

    for minutes in range(20, 8 * 60, 20):  # each refresh counts as being there
        with time_machine.travel(began + minutes * 60):
            answer = Client().post("/o/token/", form | {"refresh_token": token})
        assert answer.status_code == 200, (minutes, answer.content)
        token = answer.json()["refresh_token"]
    with time_machine.travel(began + 8 * 3600):
        assert Client().post("/o/token/", form | {"refresh_token": token}).status_code == 400
    assert SignIn.objects.get().ending == "expired"


def test_an_officer_who_was_away_is_signed_out_of_the_office(officer: User, office_app: RelyingParty) -> None:
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    client = half_signed_in(officer)
    client.post(AUTHENTICATE, {"code": totp_code()})
    token = exchange(told(authorize(client, scope="openid office"))["code"]).json()["refresh_token"]  # type: ignore[attr-defined]

    with time_machine.travel(time.time() + 31 * 60):
        form = {"grant_type": "refresh_token", "client_id": "app", "refresh_token": token}
        assert Client().post("/o/token/", form).status_code == 400


def test_a_sign_in_without_it_shows_it_first_and_comes_back(officer: User, office_app: RelyingParty) -> None:
    """Who was appointed after signing in, say."""
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    client = Client()
    client.force_login(officer)

    there = authorize(client, scope="openid office")
    assert there["Location"].startswith("/accounts/2fa/reauthenticate/?next=%2Fo%2Fauthorize%2F")
    back = client.post(there["Location"], {"code": totp_code()})

    assert back["Location"].startswith("/o/authorize/?")
    assert "code" in told(client.get(back["Location"]))  # type: ignore[arg-type]


def test_who_has_none_is_sent_to_set_one_up(officer: User, office_app: RelyingParty) -> None:
    client = Client()
    client.force_login(officer)

    assert authorize(client, scope="openid office")["Location"] == "/accounts/2fa/totp/activate/"


@pytest.mark.parametrize("prompt", ["none", None])
def test_without_it_the_office_stays_shut(person: User, office_app: RelyingParty, prompt: str | None) -> None:
    client = Client()
    client.force_login(person)

    answer = told(authorize(client, scope="openid office", prompt=prompt))

    assert answer["error"] == "access_denied"
    assert not Grant.objects.exists()
    assert "code" in told(authorize(client, scope="openid account"))


def test_a_silent_request_of_an_officer_is_refused_likewise(officer: User, office_app: RelyingParty) -> None:
    client = Client()
    client.force_login(officer)

    assert told(authorize(client, scope="openid office", prompt="none"))["error"] == "access_denied"


def test_the_last_one_cannot_be_removed(officer: User) -> None:
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    client = half_signed_in(officer)
    client.post(AUTHENTICATE, {"code": totp_code()})

    page = client.get("/accounts/2fa/totp/deactivate/").content.decode()
    answer = client.post("/accounts/2fa/totp/deactivate/")

    assert "Petugas OPD wajib" in page
    assert answer.status_code == 200
    assert Authenticator.objects.filter(type="totp").exists()


def test_a_code_serves_once_for_as_long_as_it_is_good(officer: User) -> None:
    """The library remembers a code for half a minute; with a neighbour's tolerance it is good for longer."""
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    code = totp_code(1)
    assert half_signed_in(officer).post(AUTHENTICATE, {"code": code}).status_code == 302
    cache.delete(f"allauth.mfa.totp.used?user={officer.pk}&code={code}")

    again = half_signed_in(officer)

    assert again.post(AUTHENTICATE, {"code": code}).status_code == 200
    assert "_auth_user_id" not in again.session


def test_a_token_opens_the_office_by_what_its_sign_in_showed(officer: User, office_app: RelyingParty) -> None:
    """To have a second factor is not to have shown it."""
    add_authenticator_app(person_id=officer.pk, secret=KEY)
    client = half_signed_in(officer)
    client.post(AUTHENTICATE, {"code": totp_code()})
    token = exchange(told(authorize(client, scope="openid office"))["code"]).json()["access_token"]  # type: ignore[attr-defined]
    queue, bearer = "/api/v1/office/applications/", {"authorization": f"Bearer {token}"}
    assert Client().get(queue, headers=bearer).status_code == 200

    Authorization.objects.update(methods=["pwd"])
    refused = Client().get(queue, headers=bearer)

    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
