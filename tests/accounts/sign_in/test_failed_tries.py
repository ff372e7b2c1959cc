"""Failed tries stand in the history of whose account it was; a sign-in in a browser not seen before is told."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core import mail
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import User
from accounts.operations import register_person
from accounts.sign_in import failures
from accounts.sign_in.models import FailedTry
from accounts.sign_in.operations import forget_old, record_failure
from accounts.tasks import forget_expired_sessions
from services.events.models import OutboxEvent
from services.events.operations import drain
from services.notifications.models import Notice
from tests.accounts.flow import PASSWORD, sms

EMAIL = "siti@balikpapan.example"


def sign_in(browser: Client, login: str = EMAIL, password: str = PASSWORD, **more: Any) -> Any:
    return browser.post("/accounts/login/", {"login": login, "password": password}, **more)


def work() -> None:
    while drain(now=timezone.now()):
        pass


def history(token: str, query: str = "") -> dict[str, Any]:
    path = f"/api/v1/me/sign-ins/{query}"
    return Client().get(path, headers={"authorization": f"Bearer {token}"}).json()  # type: ignore[no-any-return]


def test_failed_tries_of_an_hour_are_one_line(person: User, tokens: Any) -> None:
    for login in (EMAIL, EMAIL, "081234567890"):
        sign_in(Client(), login, "wrong", REMOTE_ADDR="203.0.113.7")

    token = tokens()["access_token"]
    [line] = [each for each in history(token)["results"] if each["failed"]]
    assert (line["failed"], line["address"], line["methods"], line["ending"]) == (3, "203.0.113.7", [], None)


def test_a_wrong_code_is_a_failed_try(person: User) -> None:
    browser = Client()
    browser.post("/accounts/login/code/", {"email": EMAIL})

    browser.post("/accounts/login/code/confirm/", {"code": "000000"})

    assert FailedTry.objects.get().person == person


def test_tries_at_nobodys_account_leave_nothing(person: User) -> None:
    sign_in(Client(), "nobody@balikpapan.example", "wrong")
    sign_in(Client(), "081299999999", "wrong")
    sign_in(Client())

    assert not FailedTry.objects.exists()


def test_it_is_written_once_the_answer_is_closed(person: User, rf: RequestFactory) -> None:
    """Else the time until the answer would tell that there is such an account."""
    request, answer = rf.post("/accounts/login/"), HttpResponse()
    failures.note(request, person.pk)

    failures.write_after(request, answer)
    before = FailedTry.objects.count()
    with patch("django.core.signals.request_finished.send"):  # it closes the test's connection
        answer.close()

    assert (before, FailedTry.objects.count()) == (0, 1)


def test_lines_are_read_page_by_page_among_sign_ins(person: User, tokens: Any) -> None:
    for number in range(3):
        sign_in(Client(), password="wrong", REMOTE_ADDR=f"203.0.113.{number}")
        Client().force_login(person)
    token = tokens()["access_token"]

    pages, url = [], "?limit=2"
    while url:
        body = history(token, url)
        pages.append([each["id"] for each in body["results"]])
        last, url = body, "?" + body["next"].split("?")[1] if body["next"] else ""
    back = history(token, "?" + last["previous"].split("?")[1])

    seen = [each for page in pages for each in page]
    assert len(seen) == len(set(seen)) == 7
    assert [each["id"] for each in back["results"]] == pages[-2]


def test_an_account_keeps_its_latest_lines_only(person: User) -> None:
    for number in range(60):
        then = timezone.now() + timedelta(seconds=number)
        record_failure(person_id=person.pk, address=f"203.0.113.{number}", user_agent="x" * 999, now=then)

    assert FailedTry.objects.count() == 50
    assert FailedTry.objects.order_by("began_at")[0].address == "203.0.113.10"


def test_old_lines_are_forgotten(person: User) -> None:
    record_failure(person_id=person.pk, address=None, user_agent="", now=timezone.now() - timedelta(days=91))
    record_failure(person_id=person.pk, address=None, user_agent="", now=timezone.now() - timedelta(days=89))

    forget_expired_sessions()

    assert FailedTry.objects.count() == 1
    assert forget_old(now=timezone.now()) == 0


def test_the_page_tells_them_and_nothing_can_be_done_about_them(person: User, browser: Client) -> None:
    for _try in range(2):
        sign_in(Client(), password="wrong")

    page = browser.get("/akun/riwayat/").content.decode()

    assert "2 percobaan gagal" in page
    assert browser.post("/akun/riwayat/", {"id": str(FailedTry.objects.get().pk)}).status_code == 404


# --- A browser not seen before


def test_a_sign_in_in_a_new_browser_is_told_once(person: User) -> None:
    sign_in(first := Client())
    assert not OutboxEvent.objects.filter(topic="sign_in.new_browser").exists()  # there is no other yet

    sign_in(Client())
    first.post("/accounts/logout/")
    sign_in(first)
    work()
    work()

    notice = Notice.objects.get(recipient=person, kind="sign_in.new_browser")
    assert notice.title["id"] == "Akun Anda dibuka di peramban baru"
    [letter] = [each for each in mail.outbox if "peramban baru" in each.subject]
    assert letter.to == [EMAIL]


def test_who_has_no_e_mail_is_told_by_text_message(tmp_path: Path) -> None:
    register_person(full_name="Budi", phone="+6281111111111", password=PASSWORD, now=timezone.now())
    sign_in(Client(), "081111111111")

    sign_in(Client(), "081111111111")
    work()

    [text] = sms(tmp_path)
    assert "To: +6281111111111" in text
    assert "peramban baru" in text


def test_after_half_a_year_a_browser_is_new_again(person: User) -> None:
    sign_in(browser := Client())
    browser.post("/accounts/logout/")

    with time_machine.travel(time.time() + 181 * 86400, tick=True):
        sign_in(browser)

    assert OutboxEvent.objects.filter(topic="sign_in.new_browser").count() == 1


@pytest.mark.parametrize("path", ["/akun/riwayat/"])
def test_history_costs_two_queries_for_its_lines(
    person: User, browser: Client, path: str, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        record_failure(person_id=person.pk, address=f"203.0.113.{number}", user_agent="", now=timezone.now())

    with django_assert_max_num_queries(6):
        browser.get(path)
