"""`office/applications/`: every filter, pages by keyset, counts with a cap, a bound on what is looked at."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.privacy.models import DataAccess
from services.agencies.models import Agency, Membership, Unit
from services.applications.models import Application
from services.applications.queries import queue as queue_module
from services.applications.queries.queue import WINDOW, Filters, page_sql
from tests.problems import fields, problem
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import agency, member, publish_service, resident
from tests.services.applications.office.many import fill
from tests.services.signed_in import signed_in

pytestmark = pytest.mark.django_db
URL = "/api/v1/office/applications/"
# 300,000 were looked at by hand: QUEUE_ROWS=300000.
ROWS = int(os.environ.get("QUEUE_ROWS", "12000"))


@pytest.fixture
def rina() -> User:
    publish_service()
    return member("rina@example.org", "officer")


@pytest.fixture
def office(rina: User) -> Client:
    return signed_in(rina, "office")


@pytest.fixture
def ids(rina: User) -> list[str]:
    """Four submitted applications, due on four days."""
    siti = signed_in(resident(), "applications")
    made = [ready(siti) for _ in range(4)]
    for place, each in enumerate(made):
        assert submit(siti, each).status_code == 200
        due_on = timezone.localdate() + timedelta(days=place - 1)
        Application.objects.filter(pk=each).update(due_on=due_on)
    return made


def found(client: Client, **asked: Any) -> list[str]:
    answer = client.get(URL, asked)
    assert answer.status_code == 200, answer.content
    return [each["id"] for each in answer.json()["results"]]


def test_it_is_narrowed_by_who_has_it_where_it_lies_and_when_it_is_due(
    office: Client, rina: User, ids: list[str]
) -> None:
    unit = Unit.objects.create(agency=agency(), code="capil", name="Bidang Capil")
    today = timezone.localdate()
    Application.objects.filter(pk=ids[1]).update(assignee=rina, unit=unit)
    Application.objects.filter(pk=ids[2]).update(paused_on=today, state="in_review")

    assert found(office) == ids
    assert found(office, assignee="me") == found(office, assignee=str(rina.pk)) == [ids[1]]
    assert found(office, assignee="nobody") == [ids[0], *ids[2:]]
    assert found(office, unit="capil") == [ids[1]]
    assert found(office, unit="none") == [ids[0], *ids[2:]]
    assert found(office, overdue="true") == [ids[0]]
    assert found(office, paused="true") == found(office, state="in_review") == [ids[2]]
    assert found(office, paused="false") == [*ids[:2], ids[3]]
    assert found(office, due_from=today, due_to=today + timedelta(days=1)) == ids[1:3]
    assert found(office, service="uji", kind="standard-review") == ids
    assert found(office, kind="complaint") == found(office, service="tiada") == []
    assert found(office, agency="disdukcapil") == ids
    assert found(office, assignee="me", state="in_review") == []
    (line,) = office.get(f"{URL}?assignee=me").json()["results"]
    assert line["assignee"] == {"id": str(rina.pk), "name": "Rina"}
    assert line["unit"] == {"code": "capil", "name": "Bidang Capil"}
    assert [line["overdue"], line["law_changed"], line["corrected"]] == [False, False, False]


def test_the_newest_come_first_when_asked(office: Client, ids: list[str]) -> None:
    first = office.get(f"{URL}?sort=newest&limit=3").json()
    rest = office.get(first["next"]).json()

    assert [each["id"] for each in first["results"] + rest["results"]] == ids[::-1]
    assert rest["next"] is None
    assert office.get(rest["previous"]).json()["results"] == first["results"]


def test_a_reference_is_found_by_its_beginning(office: Client, ids: list[str]) -> None:
    number = Application.objects.get(pk=ids[2]).number
    assert number

    assert found(office, q=number) == found(office, q=number[:9].lower()) == [ids[2]]
    assert found(office, q=number, state="in_review") == []


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"q": "6471014101900001"}, "/q"),
        ({"q": "Siti"}, "/q"),
        ({"q": "BPN-"}, "/q"),
        ({"unit": "tiada"}, "/unit"),
        ({"agency": "DPMPTSP"}, "/agency"),
        ({"assignee": "siapa"}, "/assignee"),
        ({"assignee": "-" * 36}, "/assignee"),
        ({"kind": "lain"}, "/kind"),
        ({"due_from": "kemarin"}, "/due_from"),
        ({"overdue": "mungkin"}, "/overdue"),
        ({"state": "a" * 41}, "/state"),
        ({"sort": "name"}, "/sort"),
    ],
)
def test_what_is_no_filter_is_refused_by_name(office: Client, asked: dict[str, str], named: str) -> None:
    answer = office.get(URL, asked)

    assert answer.status_code == 400
    assert list(fields(answer)) == [named]


def test_a_name_is_searched_for_in_the_body_and_who_is_found_sees_it(office: Client, ids: list[str]) -> None:
    siti = User.objects.get(email="siti@example.org")
    User.objects.filter(pk=siti.pk).update(full_name="Siti Nur'Aini Rahmawati")
    resident("ahmad@example.org")

    def search(**body: Any) -> Any:
        return office.post(f"{URL}search/", body, content_type="application/json")

    assert [each["id"] for each in search(name="rahma SIT").json()["results"]] == ids
    assert search(name="siti", overdue=True).json() == {
        "next": None,
        "previous": None,
        "results": search(name="Aini", overdue=True).json()["results"],
        "too_many": False,
    }
    assert search(name="ahmad").json()["results"] == []
    assert problem(search(name="6471014101900001")) == (400, "invalid")
    assert problem(search(name="'; --")) == (400, "invalid")
    told = DataAccess.objects.filter(person=siti, what="search")
    assert (told.count(), {each.about for each in told}) == (6, {Application.objects.get(pk=each).pk for each in ids})


def test_words_that_a_name_has_whole_are_looked_for_before_their_beginnings(office: Client, ids: list[str]) -> None:
    siti = User.objects.get(email="siti@example.org")
    budi = resident("budi@example.org")
    Application.objects.filter(pk=ids[0]).update(applicant=budi)

    def found(name: str) -> set[str]:
        answer = office.post(f"{URL}search/", {"name": name}, content_type="application/json").json()
        return {each["id"] for each in answer["results"]}

    for user, name in ((siti, "Moh Rahmawan"), (budi, "Mohammad Rahman")):
        User.objects.filter(pk=user.pk).update(full_name=name)

    assert found("moh") == set(ids)
    assert found("moh rahma") == set(ids[1:])
    assert found("moham rahma") == set(ids[:1])
    assert found("rahma moh") == set(ids)


@pytest.mark.parametrize(("name", "sort"), [("siti", "due"), ("siti wa", "newest"), ("sit war", "due")])
def test_pages_of_a_name_leave_nothing_out_and_note_what_they_show(
    office: Client, ids: list[str], name: str, sort: str
) -> None:
    User.objects.filter(email="siti@example.org").update(full_name="Siti Warga")

    def search(to: str) -> Any:
        answer = office.post(to, {"name": name, "sort": sort}, content_type="application/json")
        assert answer.status_code == 200, answer.content
        return answer.json()

    seen, link = [], f"{URL}search/?limit=3"
    while link:
        page = search(link)
        seen.append([each["id"] for each in page["results"]])
        noted = DataAccess.objects.filter(what="search").values_list("about", flat=True)
        assert sorted(map(str, noted)) == sorted(each for one in seen for each in one)
        link = page["next"]

    expected = ids if sort == "due" else ids[::-1]
    assert seen == [expected[:3], expected[3:]]
    back = search(page["previous"])
    assert ([each["id"] for each in back["results"]], back["previous"]) == (expected[:3], None)


def test_a_later_page_of_whole_words_does_not_turn_to_their_beginnings(office: Client, ids: list[str]) -> None:
    siti, budi = User.objects.get(email="siti@example.org"), resident("budi@example.org")
    Application.objects.filter(pk__in=ids[2:]).update(applicant=budi)
    for user, name in ((siti, "Moh Rahma"), (budi, "Mohammad Rahma")):
        User.objects.filter(pk=user.pk).update(full_name=name)

    def search(to: str) -> Any:
        return office.post(to, {"name": "moh rahma"}, content_type="application/json").json()

    first = search(f"{URL}search/?limit=1")
    Application.objects.filter(pk=ids[1]).update(end="granted", state="granted")

    assert [each["id"] for each in first["results"]] == ids[:1]
    assert search(first["next"])["results"] == []


def test_a_search_takes_cursors_of_its_own_alone(office: Client, ids: list[str]) -> None:
    of_the_queue = office.get(URL, {"limit": 1}).json()["next"].replace(URL, f"{URL}search/")

    def search(to: str) -> Any:
        return office.post(to, {"name": "siti"}, content_type="application/json")

    assert problem(search(of_the_queue)) == (400, "invalid_cursor")
    assert problem(search(f"{URL}search/?limit=0")) == (400, "invalid_limit")
    assert not DataAccess.objects.filter(what="search").exists()


def test_a_name_too_frequent_is_said_to_be(office: Client, ids: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.applications.operations.searching.NAMESAKES", 1)
    resident("siti2@example.org")

    answer = office.post(f"{URL}search/", {"name": "siti"}, content_type="application/json").json()

    assert answer["too_many"] is True


def test_counts_end_at_a_cap(office: Client, ids: list[str], rina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    Application.objects.filter(pk=ids[1]).update(assignee=rina)

    counted = office.get(f"{URL}counts/").json()

    assert counted["all"] == {"count": 4, "more": False}
    assert [counted[each]["count"] for each in ("mine", "nobodys", "overdue", "paused")] == [1, 3, 1, 0]
    monkeypatch.setattr(queue_module, "COUNTED", 3)
    assert office.get(f"{URL}counts/").json()["all"] == {"count": 3, "more": True}
    monkeypatch.setattr(queue_module, "_SEEN", 2)
    monkeypatch.setattr(queue_module, "COUNTED", 1)
    assert office.get(f"{URL}counts/").json()["paused"] == {"count": 0, "more": True}


def test_where_looking_stops_the_page_leads_on_and_nothing_is_left_out(
    office: Client, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "WINDOW", 2)
    Application.objects.filter(pk=ids[3]).update(paused_on=timezone.localdate())

    seen, link, pages = [], f"{URL}?paused=true&limit=1", 0
    while link:
        page = office.get(link).json()
        seen += [each["id"] for each in page["results"]]
        link, last, pages = page["next"], page, pages + 1

    assert (seen, pages) == ([ids[3]], 3)
    assert (last["results"], last["previous"]) == ([], None)


def test_two_agencies_are_one_list_and_neither_is_cut_by_the_other(
    office: Client, rina: User, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "WINDOW", 1)
    other = agency("DPMPTSP")
    Membership.objects.create(user=rina, agency=other, role="officer")
    Application.objects.filter(pk__in=[ids[1], ids[2]]).update(agency=other)

    seen, link = [], f"{URL}?assignee=nobody&paused=false&limit=1"
    while link:
        page = office.get(link).json()
        seen += [each["id"] for each in page["results"]]
        link = page["next"]

    assert seen == ids


def test_a_page_costs_the_same_queries_whatever_is_asked(
    office: Client, ids: list[str], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Unit.objects.create(agency=agency(), code="capil", name="Bidang Capil")
    office.get(URL)

    with django_assert_num_queries(3):  # the token, the memberships, the page
        office.get(URL, {"assignee": "nobody", "overdue": "true", "sort": "newest"})
    with django_assert_num_queries(4):  # and the unit's code
        office.get(URL, {"unit": "capil"})
    with django_assert_num_queries(7):  # one for each count
        office.get(f"{URL}counts/")


@pytest.mark.parametrize("sort", ["due", "newest"])
def test_however_long_the_queue_a_page_looks_at_so_many_rows(rina: User, sort: str) -> None:
    """Of every combination that may be asked, a page reads an index's stretch: no scan of the table, no sort of it."""
    unit = Unit.objects.create(agency=agency(), code="capil", name="Bidang Capil")
    other, today = member("agus@example.org", "officer"), timezone.localdate()
    people = [resident(f"warga{number}@example.org") for number in range(200)]
    place: Agency = agency()
    fill(
        ROWS,
        slug="uji",
        agency_id=place.pk,
        officer=rina,
        other=other,
        unit=unit,
        applicants=people,
        day=today,
    )
    common: dict[str, Any] = {"agency_ids": (place.pk,), "today": today, "newest": sort == "newest"}
    service = Application.objects.values_list("service_id", flat=True)[0]
    narrowed: list[dict[str, Any]] = [
        {},
        {"assignee_id": rina.pk},
        {"nobody": True},
        {"unit_ids": (unit.pk,)},
        {"no_unit": True},
        {"state": "in_review"},
        {"service_ids": (service,)},
        {"service_ids": ()},
        {"overdue": True},
        {"paused": True},
        {"due_from": today, "due_to": today + timedelta(days=1)},
        {"number": "BPN-0A1"},
        {"applicant_ids": (people[3].pk, people[7].pk)},
    ]

    looked = {
        str(left | right): _looked_at(Filters(**(common | left | right)))
        for left in narrowed
        for right in narrowed
        if not (left and right and left.keys() & right.keys())
    }

    # Each row of the stretch once, names of a page's lines, and what a search matches.
    assert {asked: rows for asked, rows in looked.items() if rows > WINDOW + 2500} == {}
    assert len(looked) > 140


def _looked_at(filters: Filters) -> int:
    """Return how many rows of the table were read for a page, as the database counts them."""
    text, params = page_sql(filters, limit=21)
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {text}", params)
        ((plan,),) = cursor.fetchall()
    return _rows_of(plan[0]["Plan"])


def _rows_of(node: dict[str, Any]) -> int:
    rows = 0
    if node.get("Relation Name") == "applications_application":
        removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
        rows = int((node["Actual Rows"] + removed) * node["Actual Loops"])
    return rows + sum(_rows_of(each) for each in node.get("Plans", ()))


def test_today_is_the_citys(rina: User) -> None:
    with time_machine.travel(datetime(2026, 3, 9, 17, 0, tzinfo=UTC), tick=False):  # an hour into the 10th there
        siti, office = signed_in(resident(), "applications"), signed_in(rina, "office")
        made = [ready(siti) for _ in range(2)]
        for day, each in zip((9, 10), made, strict=True):
            assert submit(siti, each).status_code == 200
            Application.objects.filter(pk=each).update(due_on=date(2026, 3, day))

        assert found(office, overdue="true") == made[:1]
