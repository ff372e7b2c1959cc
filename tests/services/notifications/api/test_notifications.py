from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from services.notifications.models import Notice
from services.notifications.queries import page_of_notice
from tests.services.signed_in import signed_in

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
LIST = "/api/v1/notifications/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create(email="siti@example.org")


@pytest.fixture
def mine(person: User) -> Client:
    return signed_in(person, "notifications")


def notice(person: User, number: int, *, read: bool = False) -> Notice:
    return Notice.objects.create(
        id=UUID(int=number),
        recipient=person,
        event_id=uuid4(),
        kind="application.submitted",
        title={"id": f"Judul {number}", "en": f"Title {number}"},
        body={"id": "Isi", "en": "Body"},
        application_id=UUID(int=7),
        created_at=NOW + timedelta(minutes=number),
        read_at=NOW if read else None,
    )


def titles(page: dict[str, list[dict[str, str]]]) -> list[str]:
    return [each["title"] for each in page["results"]]


def test_my_notices_come_newest_first_in_two_queries(
    person: User, mine: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 2):
        notice(person, number)
    notice(User.objects.create(email="budi@example.org"), 3)

    with django_assert_num_queries(2):
        answer = mine.get(LIST)

    assert answer.status_code == 200
    assert answer.json() == {
        "next": None,
        "previous": None,
        "results": [
            {
                "id": str(UUID(int=number)),
                "kind": "application.submitted",
                "title": f"Judul {number}",
                "body": "Isi",
                "application_id": str(UUID(int=7)),
                "created_at": f"2026-11-24T10:0{number}:00+08:00",
                "read_at": None,
                "url": page_of_notice(UUID(int=7), ""),
            }
            for number in (2, 1)
        ],
    }


def test_pages_lead_there_and_back(person: User, mine: Client) -> None:
    for number in range(1, 6):
        notice(person, number)

    first = mine.get(LIST, {"limit": "2"}).json()
    second = mine.get(first["next"]).json()
    third = mine.get(second["next"]).json()
    back = mine.get(third["previous"]).json()
    start = mine.get(back["previous"]).json()

    assert [titles(page) for page in (first, second, third, back, start)] == [
        ["Judul 5", "Judul 4"],
        ["Judul 3", "Judul 2"],
        ["Judul 1"],
        ["Judul 3", "Judul 2"],
        ["Judul 5", "Judul 4"],
    ]
    assert (first["previous"], third["next"], start["previous"]) == (None, None, None)


def test_only_unread_ones_when_asked_in_the_language_asked(person: User, mine: Client) -> None:
    notice(person, 1)
    notice(person, 2, read=True)

    answer = mine.get(LIST, {"unread": "true"}, headers={"Accept-Language": "en"})

    assert titles(answer.json()) == ["Title 1"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": "0"}, "/limit"),
        ({"limit": "101"}, "/limit"),
        ({"limit": "ten"}, "/limit"),
        ({"unread": "perhaps"}, "/unread"),
    ],
)
def test_a_bad_parameter_is_refused_by_name(mine: Client, query: dict[str, str], pointer: str) -> None:
    answer = mine.get(LIST, query)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("cursor", ["x", "eyJhIjoxfQ==", "WyJhZnRlciIsICJub3ciLCAieCJd", "\u0000"])
def test_a_made_up_cursor_is_refused(mine: Client, cursor: str) -> None:
    assert mine.get(LIST, {"cursor": cursor}).status_code == 400


def test_read_is_read_once_and_for_all(person: User, mine: Client) -> None:
    standing = notice(person, 1)

    first = mine.post(f"{LIST}{standing.id}/read/")
    again = mine.post(f"{LIST}{standing.id}/read/")

    standing.refresh_from_db()
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["read_at"] is not None
    assert again.json() == first.json()
    assert standing.read_at is not None


def test_anothers_notice_is_not_there_and_stays_unread(person: User, mine: Client) -> None:
    theirs = notice(User.objects.create(email="budi@example.org"), 1)

    answer = mine.post(f"{LIST}{theirs.id}/read/")

    theirs.refresh_from_db()
    assert answer.status_code == 404
    assert theirs.read_at is None


def test_strangers_and_other_scopes_are_refused(person: User, client: Client) -> None:
    standing = notice(person, 1)
    other = signed_in(person, "applications")

    statuses = [
        client.get(LIST).status_code,
        other.get(LIST).status_code,
        client.post(f"{LIST}{standing.id}/read/").status_code,
        other.post(f"{LIST}{standing.id}/read/").status_code,
    ]

    standing.refresh_from_db()
    assert statuses == [401, 403, 401, 403]
    assert standing.read_at is None
