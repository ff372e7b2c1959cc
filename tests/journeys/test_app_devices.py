"""Two phones of one person: the app on one signs the other out, whose very next request is refused."""

import httpx
import pytest

from tests.journeys import people
from tests.journeys.people import RESIDENT_SCOPES, Person
from tests.journeys.stack import Stack
from tests.journeys.test_spine import PASSWORD

pytestmark = pytest.mark.xdist_group("stack")
EMAIL = "warga@demo.balikpapan.example"


def a_phone(stack: Stack) -> Person:
    """Return the person with a phone of their own: a system browser that signs in, and the app's tokens from it."""
    people._BROWSERS.pop((stack.base_url, EMAIL), None)
    return Person(stack.base_url, EMAIL, PASSWORD, f"{RESIDENT_SCOPES} account")


def refreshed(phone: Person) -> httpx.Response:
    form = {
        "grant_type": "refresh_token",
        "client_id": "balikpapan-app",
        "refresh_token": phone.token["refresh_token"],
    }
    return httpx.post(f"{phone.base_url}/o/token/", data=form)


def session_of(phone: Person) -> str:
    sessions = phone.get("me/sessions/").json()["results"]
    return str(next(each["id"] for each in sessions if each["current"]))


def test_a_phone_that_was_lost_is_signed_out_by_the_next_request(stack: Stack) -> None:
    lost, kept = a_phone(stack), a_phone(stack)
    sid = session_of(lost)
    assert sid != session_of(kept)
    seen = {each["id"]: each["apps"] for each in kept.get("me/sessions/").json()["results"]}
    assert [app["id"] for app in seen[sid]] == ["balikpapan-app"]

    assert kept.call("DELETE", f"me/sessions/{sid}/").status_code == 204

    assert lost.get("me/").status_code == 401
    again = refreshed(lost)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert lost.browser.get("/akun/").status_code == 302
    assert kept.get("me/").status_code == 200
    assert refreshed(kept).status_code == 200


def test_who_says_this_was_not_me_shuts_the_stranger_out_at_once(stack: Stack) -> None:
    stranger, kept = a_phone(stack), a_phone(stack)
    theirs = session_of(stranger)
    history = kept.get("me/sign-ins/").json()["results"]
    assert theirs in [each["id"] for each in history]

    try:
        assert kept.post(f"me/sign-ins/{theirs}/not-me/").status_code in (200, 204)

        assert stranger.get("me/").status_code == 401
        assert refreshed(stranger).status_code == 400
    finally:
        restored = stack.manage(
            "shell", "-v", "0", "-c",
            f"from accounts.models import User; u = User.objects.get(email='{EMAIL}'); "
            f"u.set_password('{PASSWORD}'); u.save()",
        )  # fmt: skip
        assert restored.returncode == 0, restored.stderr
        people._BROWSERS.pop((stack.base_url, EMAIL), None)
