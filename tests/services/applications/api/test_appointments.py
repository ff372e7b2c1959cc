"""Counters and appointments: capacity holds, a day closed late has residents choose anew, each is told and reminded."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from services.agencies.operations import set_holiday
from services.applications.appointing import close_past, remind
from services.applications.models import Application, Appointment, Counter, Event
from services.applications.operations.silence import tend_rounds
from services.applications.operations.watching import tend_clocks
from services.applications.queries.chain import broken_links
from services.notifications.models import Notice
from tests.at_once import at_once
from tests.problems import fields, problem
from tests.services.applications.api.test_office import URL as OFFICE
from tests.services.applications.api.test_office import officer, take
from tests.services.applications.api.test_submit import URL, ready, submit
from tests.services.applications.factory import publish_service, resident
from tests.services.applications.test_new_version import drain_all
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
API = "/api/v1/"
FRIDAY = datetime(2026, 11, 27, 1, 0, tzinfo=UTC)  # nine in the morning in the city
EIGHT, HALF_PAST = "2026-11-30T08:00:00+08:00", "2026-11-30T08:30:00+08:00"
WINDOW = {"weekday": 0, "begins": "08:00", "ends": "09:00", "minutes": 30, "capacity": 2}
FACTS: dict[str, Any] = {
    "name": {"id": "Loket A", "en": "Counter A"},
    "place": "Jl. Sudirman 1; lantai 1, Balikpapan",
    "windows": [WINDOW],
    "closed_days": [{"date": "2026-12-07", "reason": "Rapat"}],
}


@pytest.fixture(autouse=True)
def friday() -> Iterator[Any]:
    with time_machine.travel(FRIDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def app() -> Client:
    publish_service(requirements=[])
    return signed_in(resident(), "applications", "notifications")


@pytest.fixture
def id(app: Client) -> str:
    made = ready(app, files=False)
    assert submit(app, made).status_code == 200
    return made


@pytest.fixture
def dewi() -> Client:
    return officer("admin", email="dewi@example.org")


@pytest.fixture
def counter(dewi: Client, app: Client) -> str:
    made = opened(dewi)
    assert made.status_code == 201, made.content
    return str(made.json()["id"])


def opened(client: Client, key: str = "loket-a", **more: Any) -> Any:
    return client.post(f"{API}office/counters/", {"key": key} | FACTS | more, content_type="application/json")


def book(client: Client, counter: str, at: str = EIGHT, *, id: str = "", **more: Any) -> Any:
    url = f"{URL}{id}/appointments/" if id else f"{API}me/appointments/"
    return client.post(url, {"counter": counter, "starts_at": at} | more, content_type="application/json")


def move(client: Client, id: str, at: str, etag: str = "*") -> Any:
    return client.patch(
        f"{API}me/appointments/{id}/", {"starts_at": at}, content_type="application/json", headers={"If-Match": etag}
    )


def cancel(client: Client, id: str) -> Any:
    return client.delete(f"{API}me/appointments/{id}/", headers={"If-Match": "*"})


def free(client: Client, query: str = "") -> list[tuple[str, int]]:
    found = client.get(f"{API}agencies/disdukcapil/slots/?days=14{query}").json()["results"]
    return [(each["starts_at"], each["free"]) for each in found]


def told(client: Client) -> list[str]:
    drain_all()
    return [each["title"] for each in client.get(f"{API}notifications/").json()["results"]]


def test_an_hour_is_booked_moved_and_given_back_and_each_is_told(app: Client, id: str, counter: str) -> None:
    assert free(Client()) == [(EIGHT, 2), (HALF_PAST, 2)]  # 7 December is closed

    made = book(app, counter, id=id)
    mine = made.json()["id"]
    assert (made.status_code, made.json()["state"], free(Client())[0]) == (201, "booked", (EIGHT, 1))
    moved = move(app, mine, HALF_PAST, made.headers["ETag"])
    assert (moved.status_code, moved.json()["starts_at"]) == (200, HALF_PAST)
    assert problem(move(app, mine, EIGHT, made.headers["ETag"])) == (412, "precondition_failed")
    assert [cancel(app, mine).status_code for _ in range(2)] == [204, 204]

    assert free(Client()) == [(EIGHT, 2), (HALF_PAST, 2)]
    types = [line["type"] for line in app.get(f"{URL}{id}/timeline/").json()["results"]]
    assert types == ["submitted", "appointment_booked", "appointment_moved", "appointment_cancelled"]
    assert sorted(each.rsplit(": ", 1)[1] for each in told(app)) == [
        "diterima",
        "janji temu dibatalkan",
        "janji temu dipesan",
        "janji temu diubah",
    ]
    (notice,) = Notice.objects.filter(kind="appointment.moved")
    assert notice.body["id"] == "30 November 2026, pukul 08.30 WITA, Jl. Sudirman 1; lantai 1, Balikpapan."
    assert [each["state"] for each in app.get(f"{URL}{id}/appointments/").json()["results"]] == ["cancelled"]
    assert list(broken_links()) == []


def test_sent_twice_it_is_booked_once_and_there_is_one_at_a_time(app: Client, id: str, counter: str) -> None:
    key = str(uuid4())

    first = app.post(
        f"{URL}{id}/appointments/",
        {"id": key, "counter": counter, "starts_at": EIGHT},
        content_type="application/json",
    )
    again = app.post(
        f"{URL}{id}/appointments/",
        {"id": key, "counter": counter, "starts_at": "2026-11-30T00:00:00Z"},
        content_type="application/json",
    )

    assert (first.status_code, again.status_code) == (201, 200)
    assert Event.objects.filter(type="appointment_booked").count() == 1
    assert problem(book(app, counter, HALF_PAST, id=id)) == (409, "booked_already")
    assert book(app, counter, HALF_PAST).status_code == 201  # without an application it is another matter
    assert problem(book(app, counter, EIGHT)) == (409, "booked_already")


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-30T08:15:00+08:00",
        "2026-11-30T09:00:00+08:00",
        "2026-11-30T08:00:00Z",
        "2026-12-01T08:00:00+08:00",
        "2026-12-07T08:00:00+08:00",
        "2026-11-23T08:00:00+08:00",
        "2027-03-01T08:00:00+08:00",
    ],
)
def test_only_what_there_is_can_be_booked(app: Client, id: str, counter: str, at: str) -> None:
    refused = book(app, counter, at, id=id)

    assert (problem(refused), fields(refused)) == ((422, "no_such_slot"), {"/starts_at": "no_such_slot"})
    assert Appointment.objects.count() == 0


def test_a_counter_serves_its_own_agency_and_service(app: Client, id: str, dewi: Client, counter: str) -> None:
    publish_service(service="lain", requirements=[])
    only = opened(dewi, "loket-b", service="lain").json()["id"]
    publish_service("DPMPTSP", service="izin")
    other = opened(officer("admin", email="hendra@example.org", code="DPMPTSP")).json()["id"]

    for each in (only, other, str(uuid4())):
        assert problem(book(app, each, id=id)) == (422, "unknown_counter")
    assert [each for each, _n in free(Client(), "&service=uji")] == [EIGHT, HALF_PAST]
    assert len(free(Client(), "&service=lain")) == 4


def test_a_stranger_reaches_nothing(app: Client, id: str, counter: str, dewi: Client) -> None:
    mine = book(app, counter, id=id).json()["id"]
    budi = signed_in(resident("budi@example.org"), "applications", "office")
    hendra = officer("officer", "admin", email="hendra@example.org", code="DPMPTSP")

    for answer in (
        book(budi, counter, id=id),
        budi.get(f"{URL}{id}/appointments/"),
        budi.get(f"{API}me/appointments/{mine}/"),
        budi.get(f"{API}me/appointments/{mine}/calendar/"),
        move(budi, mine, HALF_PAST),
        cancel(budi, mine),
        hendra.get(f"{API}office/counters/{counter}/"),
        hendra.put(
            f"{API}office/counters/{counter}/", FACTS, content_type="application/json", headers={"If-Match": "*"}
        ),
        hendra.delete(f"{API}office/counters/{counter}/", headers={"If-Match": "*"}),
        hendra.post(f"{API}office/appointments/{mine}/missed/"),
        hendra.post(f"{OFFICE}{id}/visits/", visit(), content_type="application/json"),
    ):
        assert problem(answer) == (404, "not_found")
    assert hendra.get(f"{API}office/appointments/?day=2026-11-30").json()["results"] == []
    assert problem(opened(officer())) == (403, "not_agency_admin")
    assert problem(opened(budi)) == (403, "not_staff")
    assert Appointment.objects.get().revision == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"windows": []}, "/windows"),
        ({"windows": [WINDOW | {"weekday": 7}]}, "/windows/0/weekday"),
        ({"windows": [WINDOW | {"ends": "08:20"}]}, "/windows/0/ends"),
        ({"windows": [WINDOW | {"capacity": 0}]}, "/windows/0/capacity"),
        ({"windows": [WINDOW, WINDOW | {"begins": "08:30", "ends": "10:00"}]}, "/windows"),
        ({"windows": [WINDOW | {"begins": "25:00"}]}, "/windows/0/begins"),
        ({"closed_days": [{"date": "kemarin", "reason": "x"}]}, "/closed_days/0/date"),
        ({"service": "tiada"}, "/service"),
        ({"name": {"id": "x"}}, "/name/en"),
    ],
)
def test_bad_hours_are_named(dewi: Client, app: Client, change: dict[str, Any], pointer: str) -> None:
    answer = opened(dewi, **change)

    assert (problem(answer)[0], set(fields(answer))) == (400, {pointer})
    assert Counter.objects.count() == 0


@pytest.mark.parametrize("query", ["?days=0", "?days=32", "?days=x", "?from=x", "?from=9999-12-31", "?service=x%00"])
def test_bad_questions_are_refused(app: Client, query: str) -> None:
    assert problem(Client().get(f"{API}agencies/DISDUKCAPIL/slots/{query}"))[0] == 400


def test_a_holiday_added_late_has_residents_choose_anew(app: Client, id: str, counter: str, friday: Any) -> None:
    mine = book(app, counter, id=id).json()["id"]
    budi = signed_in(resident("budi@example.org"), "applications", "notifications")
    other = book(budi, counter).json()["id"]

    set_holiday(
        day=date(2026, 11, 30),
        name="Cuti bersama",
        kind="cuti_bersama",
        basis="SKB",
        actor_id=None,
        now=timezone.now(),
    )
    assert "Layanan uji: pilih jam lain" in told(app)
    drain_all()

    assert [app.get(f"{API}me/appointments/{mine}/").json()["state"], free(Client())] == ["displaced", []]
    assert budi.get(f"{API}me/appointments/{other}/").json()["state"] == "displaced"
    notice = Notice.objects.get(kind="appointment.displaced", recipient__email="siti@example.org")
    assert notice.body["id"].startswith("Kantor tutup pada 30 November 2026 (Cuti bersama), jadi janji temu pukul 08")
    assert problem(book(app, counter, id=id)) == (422, "no_such_slot")
    friday.move_to(FRIDAY + timedelta(days=9))
    moved = move(app, mine, "2026-12-14T08:00:00+08:00")
    assert (moved.status_code, moved.json()["state"]) == (200, "booked")
    assert Event.objects.filter(type="appointment_displaced", actor=None).count() == 1


def test_a_counter_that_serves_otherwise_or_no_more_asks_those_who_lose_their_hour(
    app: Client, id: str, counter: str, dewi: Client
) -> None:
    mine = book(app, counter, id=id).json()["id"]
    budi = signed_in(resident("budi@example.org"), "applications")
    stays = book(budi, counter, HALF_PAST).json()["id"]
    etag = dewi.get(f"{API}office/counters/{counter}/").headers["ETag"]

    changed = dewi.put(
        f"{API}office/counters/{counter}/",
        FACTS | {"windows": [WINDOW | {"begins": "08:30"}]},
        content_type="application/json",
        headers={"If-Match": etag},
    )
    drain_all()

    assert changed.status_code == 200, changed.content
    states = dict(Appointment.objects.values_list("id", "state"))
    assert {str(key): value for key, value in states.items()} == {mine: "displaced", stays: "booked"}
    assert dewi.delete(f"{API}office/counters/{counter}/", headers={"If-Match": "*"}).status_code == 204
    drain_all()
    assert set(Appointment.objects.values_list("state", flat=True)) == {"displaced"}
    assert free(Client()) == []
    assert cancel(app, mine).status_code == 204


def test_tomorrow_is_reminded_of_once_and_not_at_night(app: Client, id: str, counter: str, friday: Any) -> None:
    mine = book(app, counter, id=id).json()["id"]
    assert remind(now=timezone.now()) == 0
    friday.move_to(datetime(2026, 11, 28, 22, 0, tzinfo=UTC))  # six in the morning of the day before
    assert remind(now=timezone.now()) == 0
    friday.move_to(datetime(2026, 11, 29, 1, 0, tzinfo=UTC))

    assert [remind(now=timezone.now()) for _ in range(2)] == [1, 0]
    move(app, mine, HALF_PAST)

    assert [remind(now=timezone.now()) for _ in range(2)] == [0, 0]
    assert told(app).count("Layanan uji: besok ada janji temu") == 1


def test_who_did_not_come_is_noted_after_the_hour_only(app: Client, id: str, counter: str, friday: Any) -> None:
    mine = book(app, counter, id=id).json()["id"]
    rina = officer()
    assert problem(rina.post(f"{API}office/appointments/{mine}/missed/")) == (409, "appointment_over")
    friday.move_to(datetime(2026, 11, 30, 2, 0, tzinfo=UTC))
    (listed,) = rina.get(f"{API}office/appointments/").json()["results"]
    assert "Siti" not in str(listed)

    answers = [rina.post(f"{API}office/appointments/{mine}/missed/") for _ in range(2)]

    assert [each.json()["state"] for each in answers] == ["missed", "missed"]
    assert Event.objects.filter(type="appointment_missed", actor_role="officer").count() == 1
    assert "Layanan uji: Anda tidak datang" in told(app)
    assert problem(move(app, mine, "2026-12-14T08:00:00+08:00")) == (409, "appointment_over")
    assert rina.post(f"{API}office/appointments/{mine}/attended/").json()["state"] == "attended"
    assert book(app, counter, "2026-12-14T08:00:00+08:00", id=id).status_code == 201


def test_what_nobody_marked_does_not_stand_in_the_way_for_ever(app: Client, counter: str, friday: Any) -> None:
    book(app, counter)
    friday.move_to(datetime(2026, 12, 2, 2, 0, tzinfo=UTC))

    assert [close_past(now=timezone.now()) for _ in range(2)] == [1, 0]
    assert book(app, counter, "2026-12-14T08:00:00+08:00").status_code == 201


def test_an_application_that_ends_gives_its_hour_back(app: Client, id: str, counter: str) -> None:
    book(app, counter, id=id)

    assert app.post(f"{URL}{id}/withdraw/", {}, content_type="application/json").status_code == 200

    assert (Appointment.objects.get().state, free(Client())[0]) == ("cancelled", (EIGHT, 2))
    assert problem(book(app, counter, id=id)) == (409, "not_under_way")


@pytest.mark.parametrize("ended_by", ["granted", "rejected"])
def test_an_application_that_silence_ends_gives_its_hour_back(counter: str, friday: Any, ended_by: str) -> None:
    promise = {"working_days": 3, "from": "complete", "basis": "Uji", "on_lapse": "granted"}
    rules = {"rounds": 1, "working_days": 3, "on_silence": "reject", "basis": "Uji"}
    publish_service(service="lain", requirements=[], deadline=promise, corrections=rules)
    app = signed_in(resident("lain@example.org"), "applications")
    id = ready(app, service="lain", files=False)
    assert submit(app, id).status_code == 200
    assert book(app, counter, "2026-12-14T08:00:00+08:00", id=id).status_code == 201
    if ended_by == "rejected":
        rina = officer()
        take(rina, id, "start_review")
        item = {"pointer": "/answers/data/nik", "reason_code": "unreadable"}
        asked = rina.post(
            f"{OFFICE}{id}/corrections/", {"items": [item]}, "application/json", headers={"Idempotency-Key": "tanya"}
        )
        assert asked.status_code == 201, asked.content
    drain_all()
    friday.shift(timedelta(days=7))

    tend_clocks(now=timezone.now())
    tend_rounds(now=timezone.now())

    assert (Application.objects.get(id=id).end, Appointment.objects.get().state) == (ended_by, "cancelled")


def test_the_calendar_file_is_one_that_phones_read(app: Client, id: str, counter: str) -> None:
    mine = book(app, counter, id=id).json()["id"]

    answer = app.get(f"{API}me/appointments/{mine}/calendar/")

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.content.replace(b"\r\n ", b"").decode().split("\r\n")
    assert {"BEGIN:VCALENDAR", "VERSION:2.0", "DTSTART:20261130T000000Z", "DTEND:20261130T003000Z"} <= set(lines)
    assert "LOCATION:Jl. Sudirman 1\\; lantai 1\\, Balikpapan" in lines
    assert all(len(each) <= 75 for each in answer.content.split(b"\r\n"))
    cancel(app, mine)
    gone = app.get(f"{API}me/appointments/{mine}/calendar/").content
    assert b"STATUS:CANCELLED" in gone
    assert b"SEQUENCE:2" in gone


def visit(**more: Any) -> dict[str, Any]:
    return {
        "starts_at": "2026-12-01T09:00:00+08:00",
        "ends_at": "2026-12-01T10:00:00+08:00",
        "place": "Jl. Mulawarman 12",
        "latitude": "-1.237900",
        "longitude": "116.852900",
    } | more


def test_free_hours_cost_the_same_however_many_are_booked(
    app: Client, counter: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    client.get(f"{API}agencies/disdukcapil/slots/")
    with django_assert_num_queries(4):
        free(client)
    book(app, counter)
    with django_assert_num_queries(4):
        free(client)


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_fill_more_than_there_is(app: Client, counter: str) -> None:
    people = [signed_in(resident(f"w{n}@example.org"), "applications") for n in range(8)]

    answers = at_once(*[lambda who=who: book(who, counter) for who in people])

    assert sorted(each.status_code for each in answers) == [201] * 2 + [409] * 6
    assert {problem(each) for each in answers if each.status_code == 409} == {(409, "slot_full")}
    assert Appointment.objects.filter(state="booked").count() == 2
    halves = at_once(*[lambda who=who: book(who, counter, HALF_PAST) for who in people])
    # Who has one already is told so; of the others two get the two places.
    assert sorted(each.status_code for each in halves) == [201] * 2 + [409] * 6
    movers = [people[place] for place, each in enumerate(halves) if each.status_code == 201]
    moved = at_once(
        *[
            lambda who=who: move(who, who.get(f"{API}me/appointments/").json()["results"][0]["id"], EIGHT)
            for who in movers
        ]
    )
    assert {problem(each) for each in moved} == {(409, "slot_full")}
    assert Appointment.objects.filter(state="booked", starts_at=EIGHT).count() == 2


def test_who_came_before_it_was_decided_has_come(friday: Any, app: Client, id: str, counter: str) -> None:
    mine = book(app, counter, id=id).json()["id"]
    friday.move_to(datetime(2026, 11, 30, 2, 0, tzinfo=UTC))
    rina = officer()
    take(rina, id, "start_review")
    assert take(rina, id, "grant").status_code == 200

    assert Appointment.objects.get(id=mine).state == "booked"  # only hours to come are given back
    assert rina.post(f"{API}office/appointments/{mine}/attended/").json()["state"] == "attended"
