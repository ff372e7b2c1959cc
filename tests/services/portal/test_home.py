"""`/`: what the city offers, and where to begin."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from tests.services.applications.api.test_submit import ready, submit
from tests.services.applications.factory import publish_service
from tests.services.portal.pages import browser_of, heading_of, language_of, links_of, text_of

pytestmark = pytest.mark.django_db


def test_it_leads_to_services_by_life_event_and_by_agency(client: Client, city: None) -> None:
    page = client.get("/")

    assert heading_of(page) == "Semua layanan kota di satu tempat"
    assert "Kelahiran anak 4 layanan" in text_of(page)
    assert "Semua 36 perangkat daerah kota" in text_of(page)
    assert {
        "/layanan/?life_event=kelahiran",
        "/layanan/?agency=DPMPTSP",
        "/layanan/akta-kelahiran/",
        "/accounts/login/",
    } <= links_of(page)


def test_every_link_leads_somewhere_that_works(client: Client, city: None) -> None:
    links = links_of(client.get("/"))

    answers = {link: client.get(link, follow=True).status_code for link in links}

    assert len(links) > 15
    assert set(answers.values()) == {200}, answers


def test_the_services_most_applied_for_come_first(client: Client, city: None, app: Client) -> None:
    publish_service(service="zzz", title={"id": "Zzz", "en": "Zzz"})
    for service in ("uji", "zzz", "zzz"):
        assert submit(app, ready(app, service=service)).status_code == 200

    titles = re.findall(r"<h3>.*?>([^<]+)</a>", client.get("/").content.decode())

    assert titles == [
        "Zzz",
        "Layanan uji",
        "Izin Penyelenggaraan Reklame",
        "Kartu Identitas Anak",
        "KTP-el baru atau pengganti",
        "Kunjungan bayi baru lahir",
    ]


def test_an_empty_platform_says_so(client: Client) -> None:
    page = client.get("/")

    assert page.status_code == 200
    assert "Belum ada perangkat daerah yang menerbitkan layanan." in text_of(page)


def test_it_is_english_for_an_english_browser(client: Client, city: None) -> None:
    page = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})

    assert language_of(page) == "en"
    assert heading_of(page) == "All city services in one place"
    assert "Having a child 4 services" in text_of(page)


def test_the_language_chosen_stays(client: Client) -> None:
    client.post("/bahasa/", {"language": "en", "next": "/v/"})

    assert heading_of(client.get("/v/")) == "Verify a document"
    assert language_of(client.get("/v/")) == "en"


def test_choosing_a_language_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/bahasa/", {"language": "en", "next": "https://evil.example/"})

    assert answer["Location"] == "/"


def test_who_is_signed_in_is_named_with_every_character_as_text(siti: User) -> None:
    siti.full_name = "Siti <script>alert(1)</script>"
    siti.save()

    page = browser_of(siti).get("/")

    assert b"Siti &lt;script&gt;alert(1)&lt;/script&gt;" in page.content
    assert b"<script" not in page.content


def test_it_costs_three_queries(client: Client, city: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/")

    with django_assert_num_queries(3):  # the catalogue's revision, the count of submissions, the agencies
        client.get("/")


def test_the_chosen_language_is_that_of_the_persons_mails_too(siti: User) -> None:
    browser_of(siti).post("/bahasa/", {"language": "en", "next": "/"})
    browser_of(siti).post("/bahasa/", {"language": "xx", "next": "/"})

    siti.refresh_from_db()
    assert siti.language == "en"
