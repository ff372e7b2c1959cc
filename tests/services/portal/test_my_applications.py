"""`/permohonan/`: my applications."""

import re
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from services.applications.models import Application
from tests.services.applications.api.test_submit import ready
from tests.services.applications.factory import resident
from tests.services.portal.pages import browser_of, heading_of, links_of, text_of

pytestmark = pytest.mark.django_db


def test_a_stranger_signs_in_first_and_comes_back(client: Client) -> None:
    assert client.get("/permohonan/")["Location"] == "/accounts/login/?next=/permohonan/"


def test_mine_stand_there_with_state_number_and_due_date(siti: User, submitted: UUID) -> None:
    page = browser_of(siti).get("/permohonan/")
    words = text_of(page)

    assert heading_of(page) == "Permohonan saya"
    assert f"/permohonan/{submitted}/" in links_of(page)
    assert "Layanan uji Diajukan" in words
    assert re.search(r"BPN-\S+ Jawaban paling lambat \d+ \w+ \d{4}", words)


def test_one_that_was_decided_has_no_due_date_any_more(siti: User, granted: Application) -> None:
    words = text_of(browser_of(siti).get("/permohonan/"))

    assert "Layanan uji Disetujui" in words
    assert "Jawaban paling lambat" not in words


def test_a_draft_is_a_draft(siti: User, draft: UUID) -> None:
    assert "Layanan uji Draf" in text_of(browser_of(siti).get("/permohonan/"))


def test_others_applications_do_not_stand_there(siti: User, submitted: UUID) -> None:
    page = browser_of(resident("budi@example.org")).get("/permohonan/")

    assert "Anda belum punya permohonan." in text_of(page)
    assert str(submitted) not in page.content.decode()


def test_older_ones_are_a_page_away_and_back(siti: User, app: Client) -> None:
    for _ in range(21):
        ready(app, files=False)
    browser = browser_of(siti)

    first = browser.get("/permohonan/")
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first.content.decode())
    second = browser.get(older.replace("&amp;", "&"))

    assert first.content.count(b'class="card line"') == 20
    assert second.content.count(b'class="card line"') == 1
    assert b'rel="prev"' in second.content


def test_a_made_up_cursor_is_told_as_a_page(siti: User) -> None:
    page = browser_of(siti).get("/permohonan/?cursor=nonsense")

    assert page.status_code == 400
    assert "Penanda halaman (cursor) tidak sah." in text_of(page)


def test_nobody_else_gets_it_from_a_cache(siti: User) -> None:
    assert "no-store" in browser_of(siti).get("/permohonan/")["Cache-Control"]


def test_it_costs_four_queries_however_many_there_are(
    siti: User, submitted: UUID, draft: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    browser = browser_of(siti)
    browser.get("/permohonan/")

    with django_assert_num_queries(5):  # session, person, sign-in, list, posts
        browser.get("/permohonan/")
