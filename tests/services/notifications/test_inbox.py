from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.utils.serializer_helpers import ReturnDict

from accounts.models import User
from services.notifications.api.serializers import NoticeOut
from services.notifications.models import Notice
from services.notifications.operations import mark_read
from services.notifications.queries import inbox, line_of

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def notice(person: User, number: int, *, read: bool = False) -> Notice:
    return Notice.objects.create(
        id=UUID(int=number),
        recipient=person,
        event_id=UUID(int=number),
        kind="application.submitted",
        title={"id": f"Judul {number}", "en": f"Title {number}"},
        body={"id": "Isi"},
        created_at=NOW + timedelta(minutes=number // 2),  # pairs share a time
        read_at=NOW if read else None,
    )


def numbers(rows: list[tuple[object, ...]]) -> list[int]:
    return [row[0].int for row in rows if isinstance(row[0], UUID)]


def test_pages_follow_one_another_newest_first_without_gap_or_double(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    person, other = (User.objects.create(email=f"{name}@example.org") for name in ("ani", "budi"))
    for number in range(1, 8):
        notice(person, number)
    notice(other, 99)

    with django_assert_num_queries(1):
        first = inbox(person.id, limit=3)
    second = inbox(person.id, limit=3, after=(first[-1][5], first[-1][0]))
    third = inbox(person.id, limit=3, after=(second[-1][5], second[-1][0]))
    back = inbox(person.id, limit=3, before=(third[0][5], third[0][0]))

    assert [numbers(page) for page in (first, second, third, back)] == [[7, 6, 5], [4, 3, 2], [1], [4, 3, 2]]


def test_only_unread_ones_when_asked() -> None:
    person = User.objects.create(email="ani@example.org")
    notice(person, 1)
    notice(person, 2, read=True)
    notice(person, 3)

    assert numbers(inbox(person.id, unread=True, limit=10)) == [3, 1]


@pytest.mark.parametrize(("language", "title"), [("id", "Judul 1"), ("en", "Title 1")])
def test_a_line_speaks_the_readers_language_and_has_the_serializers_shape(language: str, title: str) -> None:
    person = User.objects.create(email="ani@example.org")
    standing = notice(person, 1, read=True)

    line = line_of(inbox(person.id, limit=1)[0], language)

    assert line["title"] == title
    assert line["body"] == "Isi"
    ordinary: ReturnDict[str, object] = NoticeOut(
        {
            "id": standing.id,
            "kind": standing.kind,
            "title": title,
            "body": "Isi",
            "application_id": None,
            "created_at": standing.created_at,
            "read_at": standing.read_at,
            "url": None,
        }
    ).data
    assert line == ordinary


def test_a_notice_says_which_page_it_leads_to(settings: LazySettings) -> None:
    settings.BASE_URL = "https://layanan.example"
    person, application = User.objects.create(email="ani@example.org"), uuid4()
    standing = notice(person, 1)
    Notice.objects.filter(pk=standing.pk).update(application_id=application, below="perbaikan/#butir-answers-nik")
    page = f"https://layanan.example/permohonan/{application}/perbaikan/#butir-answers-nik"

    listed = line_of(inbox(person.id, limit=1)[0], "id")
    read = line_of(mark_read(notice_id=standing.id, recipient_id=person.id, now=timezone.now()), "id")

    assert (listed["url"], read["url"]) == (page, page)
