"""`applications/?updated_since=`: an app catches up, in one request, and misses nothing."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from services.applications.models import Application, Tombstone
from services.applications.operations.drafts import create_draft
from services.applications.tasks import forget_deleted
from superapp.http.pagination import encode_cursor
from tests.problems import fields, problem
from tests.services.applications.api.test_corrections import NIK, ask
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_on_behalf import FAMILY, acting_by, child_of
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def app() -> Client:
    publish_service()
    return signed_in(resident(), "applications")


def changes(app: Client, cursor: str = "", **more: Any) -> Any:
    answer = app.get(URL, {"updated_since": cursor} | more)
    assert answer.status_code == 200, answer.content
    return answer.json()


def begin(app: Client) -> str:
    return str(app.post(URL, {"service": "uji"}, content_type="application/json").json()["id"])


def save(app: Client, id: str, name: str = "Siti") -> None:
    body = {"answers": {"data": {"nama": name}}}
    saved = app.patch(f"{URL}{id}/", body, content_type="application/json", headers={"If-Match": "*"})
    assert saved.status_code == 200, saved.content


def ids(page: Any) -> list[str]:
    return [each["id"] for each in page["results"]]


def at_rest(app: Client, cursor: str = "") -> str:
    """Return the cursor after which nothing comes any more: until then others' transactions were open, too."""
    for _ in range(300):
        page = changes(app, cursor)
        cursor = page["cursor"]
        if not page["results"] and not page["deleted"] and not page["next"]:
            return str(cursor)
        time.sleep(0.1)
    raise AssertionError("something comes again and again")


@pytest.mark.django_db(transaction=True)
def test_an_app_catches_up_in_one_request(app: Client) -> None:
    quiet, changed, thrown = begin(app), ready(app), begin(app)
    first = changes(app)
    known = at_rest(app, first["cursor"])
    submit(app, changed)
    take(officer(), changed, "start_review")
    app.delete(f"{URL}{thrown}/", headers={"If-Match": "*"})
    new = begin(app)

    second = changes(app, known)

    assert (first["reset"], sorted(ids(first))) == (True, sorted([quiet, changed, thrown]))
    assert (second["reset"], second["next"], second["deleted"]) == (False, None, [thrown])
    assert sorted(ids(second)) == sorted([changed, new])
    line = next(each for each in second["results"] if each["id"] == changed)
    assert line == app.get(f"{URL}{changed}/").json() | {"news": 1, "unread": 1}
    at_rest(app, second["cursor"])


@pytest.mark.django_db(transaction=True)
def test_what_was_written_early_and_committed_late_is_not_missed(app: Client) -> None:
    early, late = begin(app), begin(app)
    known = at_rest(app)
    with held_open(early):
        save(app, late, "Sesudah")
        during = changes(app, known)
    after = changes(app, during["cursor"])

    assert ids(during) == [late]
    assert early in ids(after)
    times = dict(Application.objects.values_list("id", "updated_at"))
    assert times[UUID(early)] < times[UUID(late)]  # a time would have passed over it
    at_rest(app, after["cursor"])


@pytest.mark.django_db(transaction=True)
def test_nor_is_it_on_a_later_page(app: Client) -> None:
    early, *others = (begin(app) for _ in range(4))
    known = at_rest(app)
    with held_open(early):
        for each in others:
            save(app, each)
        page = changes(app, known, limit=2)
    seen = ids(page)
    while page["next"]:
        page = app.get(page["next"]).json()
        seen += ids(page)
    seen += ids(changes(app, page["cursor"]))

    assert set(seen) == {early, *others}


@contextmanager
def held_open(id: str) -> Iterator[None]:
    """Have another connection change an application, and commit only at the end."""
    written, goes_on = threading.Event(), threading.Event()

    def work() -> None:
        try:
            with transaction.atomic():
                Application.objects.filter(id=id).update(updated_at=timezone.now(), revision=9)
                written.set()
                assert goes_on.wait(30)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        assert written.wait(30)
        yield
    finally:
        goes_on.set()
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_pages_lead_through_all_of_it_at_the_same_cost(
    app: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    made = {begin(app) for _ in range(7)}
    seen: list[str] = []
    address: str | None = f"{URL}?updated_since=&limit=3"

    while address:
        with django_assert_num_queries(5):  # the token, the snapshot, the ids, the applications, what is new
            page = app.get(address).json()
        seen += ids(page)
        address = page["next"]

    assert len(seen) == 7
    assert set(seen) == made


def test_a_draft_made_again_under_its_old_id_is_there(app: Client) -> None:
    id = begin(app)
    app.delete(f"{URL}{id}/", headers={"If-Match": "*"})
    app.post(URL, {"id": id, "service": "uji"}, content_type="application/json")

    page = changes(app)

    assert (ids(page), page["deleted"]) == ([id], [])


def test_nobody_sees_anothers(app: Client) -> None:
    id = begin(app)
    budi = signed_in(resident("budi@example.org"), "applications")
    cursor = changes(app)["cursor"]

    taken = changes(budi, cursor)

    assert (taken["results"], taken["deleted"], taken["reset"]) == ([], [], True)
    assert ids(changes(app)) == [id]


@pytest.mark.parametrize("cursor", ["x", "WzFd", "é", "bnVsbA", "2026-11-28T00:00:00Z"])
def test_a_text_that_is_no_cursor_is_refused(app: Client, cursor: str) -> None:
    answer = app.get(URL, {"updated_since": cursor})

    assert problem(answer) == (400, "invalid_cursor")


def test_numbers_beyond_the_databases_are_refused(app: Client) -> None:
    for parts in (
        ["1 x", 0, 2**63, 1, str(uuid4()), False], ["1 x", 10**18, 1, 1, str(uuid4()), False],
        ["1 x", 0, 1, -9, str(uuid4()), False], ["1 x", 0, 1, 1, "y", False],
    ):  # fmt: skip
        assert problem(app.get(URL, {"updated_since": encode_cursor(parts)})) == (400, "invalid_cursor"), parts
    assert fields(app.get(URL, {"updated_since": "", "limit": "0"})) == {"/limit": "invalid_limit"}


def test_after_half_a_year_an_app_begins_anew_and_the_deleted_are_forgotten(app: Client) -> None:
    id = begin(app)
    app.delete(f"{URL}{id}/", headers={"If-Match": "*"})
    cursor = changes(app)["cursor"]
    begin(app)

    with time_machine.travel(timezone.now() + timedelta(days=181)):
        late = changes(app, cursor)
        forgotten = forget_deleted()

    assert (late["reset"], len(late["results"])) == (True, 1)
    assert (forgotten, Tombstone.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_who_acts_sees_what_the_mandate_reaches_and_begins_anew_when_it_reaches_less() -> None:
    publish_service(access=FAMILY)
    publish_service(service="lain", access={"audience": ["resident"], "assurance": "basic"})
    mandate = child_of(resident())
    child, acting = signed_in(mandate.principal, "applications", "profile"), acting_by(mandate)
    inside, outside = ready(child), ready(child, service="lain")
    first = changes(acting)

    assert ids(first) == [inside]
    child.delete(f"{URL}{outside}/", headers={"If-Match": "*"})
    assert changes(acting, first["cursor"])["deleted"] == []  # it never was theirs to see
    assert sorted(ids(changes(child))) == [inside]
    type(mandate).objects.update(services=["another"])
    narrowed = changes(acting, first["cursor"])
    assert (narrowed["reset"], narrowed["results"]) == (True, [])
    type(mandate).objects.update(state="ended", ending="agent", ended_at=timezone.now())
    assert acting.get(URL, {"updated_since": first["cursor"]}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_what_happened_is_new_until_it_was_looked_at(app: Client) -> None:
    id = ready(app)
    submit(app, id)
    rina = officer()
    take(rina, id, "start_review")
    shown = _mine(app)
    ask(rina, id, NIK)  # meanwhile

    read = app.post(f"{URL}{id}/read/", {"news": shown["news"]}, content_type="application/json")

    assert (shown["news"], shown["unread"]) == (1, 1)
    assert read.json() == {"news": 2, "unread": 1}
    known = at_rest(app)
    assert app.post(f"{URL}{id}/read/", {"news": 0}, content_type="application/json").json()["unread"] == 1
    assert changes(app, known)["results"] == []  # it goes never back
    assert app.post(f"{URL}{id}/read/", {"news": 99}, content_type="application/json").json()["unread"] == 0
    (other_device,) = changes(app, known)["results"]
    assert (other_device["news"], other_device["unread"]) == (2, 0)


def _mine(app: Client) -> Any:
    (line,) = app.get(URL).json()["results"]
    return line


def test_marks_are_each_ones_own_and_no_strangers() -> None:
    publish_service(access=FAMILY)
    mandate = child_of(resident())
    child, acting = signed_in(mandate.principal, "applications", "profile"), acting_by(mandate)
    id = ready(acting)
    submit(acting, id)
    take(officer(), id, "start_review")

    acting.post(f"{URL}{id}/read/", {}, content_type="application/json")

    assert (_mine(acting)["unread"], _mine(child)["unread"]) == (0, 1)
    stranger = signed_in(resident("budi@example.org"), "applications")
    assert problem(stranger.post(f"{URL}{id}/read/", {}, content_type="application/json")) == (404, "not_found")
    refused = acting.post(f"{URL}{id}/read/", {"news": -1}, content_type="application/json")
    assert fields(refused) == {"/news": "min_value"}
    type(mandate).objects.update(services=["another"])
    assert problem(acting.post(f"{URL}{id}/read/", {}, content_type="application/json")) == (404, "not_found")


def test_ones_own_doing_is_no_news(app: Client) -> None:
    id = ready(app)
    submit(app, id)
    app.post(f"{URL}{id}/withdraw/", {}, content_type="application/json")

    assert (_mine(app)["state"], _mine(app)["news"], _mine(app)["unread"]) == ("withdrawn", 0, 0)


def test_a_draft_that_was_begun_by_the_operation_alone_counts_too(app: Client) -> None:
    person = User.objects.get(email="siti@example.org")
    made, _ = create_draft(id=uuid4(), applicant_id=person.id, assurance="verified", service="uji", now=timezone.now())

    assert ids(changes(app)) == [str(made.id)]
