"""A person's devices and history: signing out from afar, and "this was not me"."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.sign_in.models import SignIn
from accounts.sign_in.words import device
from services.events.models import OutboxEvent
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.flow import PASSWORD, authorize, exchange, get_me, told

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Mobile Safari/537.36"


def call(method: str, path: str, token: str) -> Any:
    return getattr(Client(), method)(f"/api/v1/me/{path}", headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def elsewhere(person: User) -> Client:
    browser = Client(headers={"user-agent": ANDROID})
    browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    return browser


@pytest.fixture
def here(tokens: Any) -> str:
    """A token of the browser's sign-in."""
    token: str = tokens()["access_token"]
    return token


def test_sessions_are_told_with_device_proof_and_apps(elsewhere: Client, here: str) -> None:
    found = call("get", "sessions/", here).json()["results"]

    by_device = {each["device"]: each for each in found}
    assert len(found) == 2
    assert by_device["Chrome di Android"]["methods_in_words"] == ["kata sandi"]
    assert by_device["Chrome di Android"]["current"] is False
    assert by_device["Chrome di Android"]["address"] == "127.0.0.1"
    [mine] = [each for each in found if each["current"]]
    assert mine["apps"] == [{"id": "app", "name": "The app"}]


def test_a_browser_signed_out_from_afar_is_a_strangers_and_its_tokens_end(
    elsewhere: Client, browser: Client, here: str
) -> None:
    sid = browser.session["sign_in"]
    page = elsewhere.post("/akun/perangkat/", {"id": sid})

    assert page.status_code == 302
    assert browser.get("/akun/").status_code == 302
    assert get_me(here).status_code == 401
    assert elsewhere.get("/akun/").status_code == 200
    assert [event.key for event in OutboxEvent.objects.filter(topic="session.ended")] == [UUID(sid)]


def test_signing_out_twice_is_told_once(elsewhere: Client, here: str) -> None:
    sid = elsewhere.session["sign_in"]

    answers = [call("delete", f"sessions/{sid}/", here).status_code for _time in range(2)]

    assert answers == [204, 204]
    assert OutboxEvent.objects.filter(topic="session.ended").count() == 1
    assert get_me(here).status_code == 200


def test_what_is_not_mine_is_not_found_and_stays(here: str) -> None:
    other = register_person(full_name="Budi", phone="+6281111111111", password=PASSWORD, now=timezone.now())
    Client().force_login(other)
    theirs = SignIn.objects.get(person=other).pk

    assert call("delete", f"sessions/{theirs}/", here).status_code == 404
    assert call("post", f"sign-ins/{theirs}/not-me/", here).status_code == 404
    assert call("delete", f"sessions/{uuid4()}/", here).status_code == 404
    assert SignIn.objects.get(pk=theirs).ended_at is None
    other.refresh_from_db()
    assert other.check_password(PASSWORD)


def test_all_others_are_signed_out(elsewhere: Client, browser: Client, here: str) -> None:
    assert call("post", "sessions/end-others/", here).status_code == 204

    assert elsewhere.get("/akun/").status_code == 302
    assert browser.get("/akun/").status_code == 200
    assert get_me(here).status_code == 200


def test_this_was_not_me(elsewhere: Client, here: str, person: User) -> None:
    sid = elsewhere.session["sign_in"]
    stolen = exchange(told(authorize(elsewhere))["code"]).json()["access_token"]  # type: ignore[attr-defined]

    answers = [call("post", f"sign-ins/{sid}/not-me/", here).status_code for _time in range(2)]

    person.refresh_from_db()
    assert answers == [204, 204]
    assert not person.has_usable_password()
    assert elsewhere.get("/akun/").status_code == 302
    assert get_me(stolen).status_code == 401
    assert get_me(here).status_code == 200
    [line] = [each for each in call("get", "sign-ins/", here).json()["results"] if each["id"] == sid]
    assert line["ending"] == "not_me"
    drain(now=timezone.now())
    assert Notice.objects.get(recipient=person, kind="sign_in.not_me").title["id"] == "Akun Anda telah diamankan"


def test_said_again_later_a_new_password_stays(elsewhere: Client, browser: Client, person: User) -> None:
    sid = elsewhere.session["sign_in"]
    browser.post("/akun/riwayat/", {"id": sid})
    person.refresh_from_db()
    person.set_password("sandi baru 2026 kota")
    person.save()

    again = Client()
    again.force_login(person)
    again.post("/akun/riwayat/", {"id": sid})

    person.refresh_from_db()
    assert person.check_password("sandi baru 2026 kota")


def test_on_the_page_the_browser_that_says_so_stays_signed_in(elsewhere: Client, browser: Client) -> None:
    answer = browser.post("/akun/riwayat/", {"id": elsewhere.session["sign_in"]})

    assert answer.status_code == 302
    assert browser.get("/akun/riwayat/").status_code == 200
    assert elsewhere.get("/akun/").status_code == 302


def test_history_is_read_page_by_page(person: User, here: str) -> None:
    for _time in range(3):
        Client().force_login(person)

    seen, url = [], "sign-ins/?limit=2"
    while url:
        body = call("get", url, here).json()
        seen += [each["id"] for each in body["results"]]
        url = body["next"].split("/me/")[1] if body["next"] else ""

    assert len(seen) == len(set(seen)) == 4


@pytest.mark.parametrize("path", ["/akun/perangkat/", "/akun/riwayat/"])
@pytest.mark.parametrize("name", ["", "x", "0193b2a4-7c1e-7d52-9a43-0a4bb3f5c1de"])
def test_a_form_that_names_nothing_of_mine_is_a_404(browser: Client, path: str, name: str) -> None:
    assert browser.post(path, {"id": name}).status_code == 404


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (ANDROID, "Chrome di Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari di iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge di Windows"),
        ("curl/8", "Perangkat tidak dikenal"),
        ("", "Perangkat tidak dikenal"),
    ],
)
def test_a_device_is_told_in_words(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
