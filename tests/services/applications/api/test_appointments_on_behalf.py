"""Appointments under a mandate: booked, moved, given back by a mother; the history says for whom; pages of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from accounts.mandates.models import Mandate
from accounts.models import User
from services.applications.models import Appointment, Event
from services.applications.queries.chain import broken_links
from services.notifications.models import Notice
from tests.problems import problem
from tests.services.applications.api.test_appointments import (
    API,
    EIGHT,
    FRIDAY,
    HALF_PAST,
    WINDOW,
    book,
    opened,
)
from tests.services.applications.api.test_office import officer
from tests.services.applications.api.test_on_behalf import FAMILY, acting_by, child_of
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def friday() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def siti() -> User:
    publish_service(requirements=[], access=FAMILY)
    return resident()


@pytest.fixture
def mandate(siti: User) -> Mandate:
    made = child_of(siti)
    made.expires_at = FRIDAY + timedelta(days=365)  # the database reads a clock of its own
    made.save()
    return made


@pytest.fixture
def acting(mandate: Mandate) -> Client:
    return acting_by(mandate)


@pytest.fixture
def id(acting: Client) -> str:
    made = ready(acting, files=False)
    assert submit(acting, made).status_code == 200
    return made


@pytest.fixture
def hour(acting: Client, id: str) -> str:
    """Return the address of an hour that the mother booked for her child."""
    counter = opened(officer("admin", email="dewi@example.org")).json()["id"]
    made = book(acting, counter, id=id)
    assert made.status_code == 201, made.content
    return f"{URL}{id}/appointments/{made.json()['id']}/"


def move(client: Client, hour: str, at: str = HALF_PAST, etag: str | None = "*") -> Any:
    headers = {"If-Match": etag} if etag else {}
    return client.patch(hour, {"starts_at": at}, content_type="application/json", headers=headers)


def cancel(client: Client, hour: str) -> Any:
    return client.delete(hour, headers={"If-Match": "*"})


def test_she_moves_it_and_gives_it_back_and_the_history_says_for_whom(
    acting: Client, siti: User, mandate: Mandate, id: str, hour: str
) -> None:
    seen = acting.get(hour)
    moved = move(acting, hour, etag=seen.headers["ETag"])
    stale = move(acting, hour, EIGHT, etag=seen.headers["ETag"])
    calendar = acting.get(f"{hour}calendar/")
    gone = [cancel(acting, hour).status_code for _ in range(2)]

    assert (moved.status_code, moved.json()["starts_at"], gone) == (200, HALF_PAST, [204, 204])
    assert problem(stale) == (412, "precondition_failed")
    assert problem(move(acting, hour, etag=None)) == (428, "precondition_required")
    assert calendar.content.startswith(b"BEGIN:VCALENDAR")
    told = Event.objects.filter(type__startswith="appointment_").order_by("sequence")
    behalf = {"mandate": str(mandate.id), "kind": "child", "principal": str(mandate.principal_id)}
    assert [(each.type, each.actor_id, each.data["on_behalf_of"]) for each in told] == [
        (f"appointment_{what}", siti.id, behalf) for what in ("booked", "moved", "cancelled")
    ]
    lines = acting.get(f"{URL}{id}/timeline/").json()["results"][1:]
    assert {each["on_behalf"]["text"] for each in lines} == {"Siti untuk Aisyah"}
    assert list(broken_links()) == []


def test_the_hour_is_the_childs_and_both_are_told_of_its_move(
    acting: Client, siti: User, mandate: Mandate, hour: str
) -> None:
    move(acting, hour)
    drain_all()

    assert Appointment.objects.get().person_id == mandate.principal_id
    told = Notice.objects.filter(kind="appointment.moved").values_list("recipient_id", flat=True)
    assert set(told) == {siti.id, mandate.principal_id}


def test_neither_a_stranger_nor_the_mother_as_herself_nor_another_application_reaches_it(
    acting: Client, siti: User, id: str, hour: str
) -> None:
    budi = signed_in(resident("budi@example.org"), "applications")
    hers = signed_in(siti, "applications")
    other = ready(acting, files=False)
    elsewhere = hour.replace(id, other)

    for client, url in ((budi, hour), (hers, hour), (acting, elsewhere)):
        answers = (client.get(url), client.get(f"{url}calendar/"), move(client, url), cancel(client, url))
        assert {problem(each) for each in answers} == {(404, "not_found")}
    assert problem(acting.get(f"{API}me/appointments/"))[0] == 403
    assert Appointment.objects.get().revision == 1


def test_a_mandate_that_ended_or_reaches_no_longer_so_far_changes_nothing(
    acting: Client, mandate: Mandate, hour: str
) -> None:
    Mandate.objects.update(services=["another"])
    assert {problem(each) for each in (move(acting, hour), cancel(acting, hour))} == {(404, "not_found")}

    Mandate.objects.update(services=[], state="ended", ended_at=FRIDAY, ending="agent")

    assert {move(acting, hour).status_code, cancel(acting, hour).status_code} == {401}
    assert (Appointment.objects.get().revision, Appointment.objects.get().state) == (1, "booked")


def test_lists_of_appointments_come_in_pages_both_ways(siti: User) -> None:
    dewi = officer("admin", email="dewi@example.org")
    app = signed_in(siti, "applications")
    windows = [WINDOW | {"ends": "08:30"}]
    counters = [opened(dewi, f"loket-{n}", windows=windows).json()["id"] for n in range(5)]
    made = {book(app, each).json()["id"] for each in counters}

    for client, url in (
        (app, f"{API}me/appointments/?limit=2"),
        (dewi, f"{API}office/appointments/?day=2026-11-30&limit=2"),
    ):
        pages = [client.get(url).json()]
        while pages[-1]["next"]:
            pages.append(client.get(pages[-1]["next"]).json())
        ids = [[each["id"] for each in page["results"]] for page in pages]
        assert [len(each) for each in ids] == [2, 2, 1]
        assert {each for page in ids for each in page} == made
        back = client.get(pages[-1]["previous"]).json()
        assert ([each["id"] for each in back["results"]], back["next"]) == (ids[1], pages[1]["next"])
        assert problem(client.get(f"{url}&cursor=x")) == (400, "invalid_cursor")
