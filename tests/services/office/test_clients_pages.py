"""`/kantor/klien/`: an agency's admin registers a site, tries it out, opens it and closes it."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from accounts.models import ClientState, RelyingParty, User
from accounts.operations import register_person
from accounts.sign_in.models import SignIn
from services.agencies.models import Role
from services.connectors.models import Change, Registration, SelfTest
from services.connectors.queries import mark_of
from services.connectors.self_test import CHECKS
from tests.accounts.proofing.conftest import Caller
from tests.services.connectors.conftest import SITE, admin, client_id, member

__all__ = ["admin", "client_id", "member"]

pytestmark = pytest.mark.django_db
LIST = "/kantor/klien/"
TYPED = {
    "name": "Antrean",
    "contact_email": "ti@dinkes.balikpapan.example",
    "login_uri": "https://antre.example/masuk/",
    "session_uri": "https://antre.example/saya/",
    "redirect_uris": "https://antre.example/callback\r\nhttps://antre.example/other",
    "auth_method": "client_secret",
    "profile-id": "Mencetak nama",
    "profile-en": "Print the name",
    "profile-basis": "Perda 2/2021 pasal 12",
}


def browser_of(user: User, *methods: str) -> Client:
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(user)
    browser.get("/akun/")
    SignIn.objects.filter(person=user).update(methods=list(methods), proved_at=timezone.now())
    return browser


@pytest.fixture
def browser(admin: Caller) -> Client:
    return browser_of(admin.user, "pwd", "mfa")


def place(client_id: str) -> str:
    return f"{LIST}{client_id}/"


def test_a_site_is_registered_with_its_purposes(browser: Client, admin: Caller) -> None:
    answer = browser.post(f"{LIST}baru/", TYPED)

    registered = Registration.objects.get()
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == place(str(registered.pk))
    assert registered.client.redirect_uris.split() == TYPED["redirect_uris"].split()
    assert registered.client.allowed_scopes == ["openid", "profile"]
    assert (registered.client.state, registered.client.testers) == (ClientState.SANDBOX, [admin.user.pk])
    assert "Antrean" in browser.get(LIST).content.decode()
    assert "Print the name" in browser.get(answer["Location"]).content.decode()
    assert "Our agency" in browser.get("/kantor/").content.decode()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"redirect_uris": "http://antre.example/callback"}, "redirect_uris"),
        ({"jwks": "{"}, "jwks"),
        ({"profile-basis": ""}, "profile-basis"),
        ({"auth_method": "private_key_jwt"}, "jwks"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(browser: Client, values: dict[str, str], field: str) -> None:
    answer = browser.post(f"{LIST}baru/", TYPED | values)

    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Registration.objects.exists()


def test_to_others_there_is_no_such_page(member: Callable[..., Caller], client_id: str) -> None:
    officer, elsewhere = member("DINKES", Role.OFFICER), member("DLH")
    mine = browser_of(elsewhere.user, "pwd", "mfa")

    assert browser_of(officer.user, "pwd", "mfa").get(LIST).status_code == 404
    assert "Our agency" not in browser_of(officer.user, "pwd", "mfa").get("/kantor/").content.decode()
    assert mine.get(LIST).status_code == 200
    assert [mine.get(place(client_id)).status_code, mine.post(place(client_id), {"action": "close"}).status_code] == [
        404,
        404,
    ]
    assert Client().get(LIST)["Location"].startswith("/accounts/login/")
    assert RelyingParty.objects.get(pk=client_id).state == ClientState.SANDBOX


def test_an_admin_shows_the_second_factor_first(admin: Caller, client_id: str) -> None:
    browser = browser_of(admin.user, "pwd")

    answers = [browser.get(LIST), browser.post(place(client_id), {"action": "close"})]

    assert ["/2fa/" in answer["Location"] for answer in answers] == [True, True]
    assert RelyingParty.objects.get(pk=client_id).state == ClientState.SANDBOX


def test_a_secret_is_shown_once_to_who_proved_it_just_now(browser: Client, admin: Caller, client_id: str) -> None:
    refused = browser.post(place(client_id), {"action": "secret"})
    assert refused.status_code == 302
    assert not Change.objects.filter(what=Change.What.SECRET).exists()
    request = HttpRequest()
    request.session, request.user = browser.session, admin.user
    record_authentication(request, admin.user, "mfa")
    request.session.save()

    shown = browser.post(place(client_id), {"action": "secret"}).content.decode()

    secret = shown.split('<code class="key">')[1].split("<")[0]
    assert len(secret) == 64
    assert secret not in browser.get(place(client_id)).content.decode()


def test_what_the_self_test_found_stands_line_by_line(browser: Client, client_id: str) -> None:
    begun = browser.post(place(client_id), {"action": "test"}, follow=True).content.decode()
    assert "Under way" in begun
    assert begun.count("Still to come") == len(CHECKS)
    checks = [{"id": "state", "standard": "RFC 9700, 4.7", "passed": True, "why": None}]
    checks += [
        {
            "id": "nonce",
            "standard": "OpenID Core",
            "passed": False,
            "why": {"id": "nonce tidak ada", "en": "nonce is missing"},
        }
    ]
    SelfTest.objects.update(checks=checks, finished_at=timezone.now())

    page = browser.get(place(client_id)).content.decode()

    assert "nonce is missing" in page
    assert 'value="open"' not in page
    assert browser.post(place(client_id), {"action": "open"}).status_code == 409


def test_green_it_is_opened_and_a_change_of_address_sends_it_back(browser: Client, client_id: str) -> None:
    now, registration = timezone.now(), Registration.objects.get(pk=UUID(client_id))
    SelfTest.objects.create(
        client=registration.client, begun_at=now - timedelta(minutes=1), finished_at=now,
        settings_tested=mark_of(registration),
        checks=[{"id": name, "standard": "", "passed": True, "why": None} for name in CHECKS],
    )  # fmt: skip
    assert 'value="open"' in browser.get(place(client_id)).content.decode()

    browser.post(place(client_id), {"action": "open"})
    assert RelyingParty.objects.get(pk=client_id).state == ClientState.PRODUCTION
    form = browser.get(f"{place(client_id)}ubah/").content.decode()
    assert SITE["redirect_uris"][0] in form
    assert SITE["purposes"][0]["basis"] in form
    answer = browser.post(f"{place(client_id)}ubah/", TYPED)

    assert answer.status_code == 302
    assert RelyingParty.objects.get(pk=client_id).state == ClientState.SANDBOX
    browser.post(place(client_id), {"action": "close"})
    assert RelyingParty.objects.get(pk=client_id).state == ClientState.CLOSED
    assert browser.post(place(client_id), {"action": "test"}).status_code == 409


def test_testers_are_added_and_removed_on_the_page(browser: Client, client_id: str) -> None:
    budi = register_person(full_name="Budi Santoso", email="budi@balikpapan.example", now=timezone.now())
    page = place(client_id)

    unknown = browser.post(page, {"action": "add_tester", "email": "x@y.example"}, follow=True).content.decode()
    none = browser.post(page, {"action": "add_tester", "email": "x"}, follow=True).content.decode()
    added = browser.post(page, {"action": "add_tester", "email": str(budi.email)}, follow=True).content.decode()

    assert "No account has this address." in unknown
    assert all('id="id_email_error"' in each for each in (unknown, none))
    assert "Tester added: Budi Santoso" in added
    assert "Budi Santoso can try the site out." in added
    assert budi.pk in RelyingParty.objects.get(pk=client_id).testers
    removed = browser.post(page, {"action": "remove_tester", "person": budi.pk}, follow=True).content.decode()
    assert "Remove Budi Santoso" not in removed
    assert budi.pk not in RelyingParty.objects.get(pk=client_id).testers
    assert browser.post(page, {"action": "remove_tester", "person": "x"}).status_code == 404
