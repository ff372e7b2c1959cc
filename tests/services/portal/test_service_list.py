"""`/layanan/`: the catalogue with its filters."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.services.applications.factory import publish_service
from tests.services.portal.pages import links_of, text_of

pytestmark = pytest.mark.django_db
PINDAH = [
    "KTP-el baru atau pengganti",
    "Pemutakhiran data sosial keluarga (DTSEN)",
    "Perubahan data Kartu Keluarga",
]


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/layanan/{query}")
    assert page.status_code == 200
    return re.findall(r"<h3>.*?>([^<]+)</a>", page.content.decode())


def test_all_open_services_stand_there_by_title(client: Client, city: None) -> None:
    assert titles(client) == [
        "Izin Penyelenggaraan Reklame",
        "Kartu Identitas Anak",
        "KTP-el baru atau pengganti",
        "Kunjungan bayi baru lahir",
        "Kutipan Akta Kelahiran",
        "Kutipan Akta Kematian",
        "Pemutakhiran data sosial keluarga (DTSEN)",
        "Perubahan data Kartu Keluarga",
        "Rekomendasi aktivasi PBI-JK",
        "Sertifikat Laik Higiene Sanitasi (SLHS)",
    ]


@pytest.mark.parametrize("q", ["akta", "kelahiran anak", "kelahirn", "birth certificate"])
def test_words_find_a_service_misspelt_or_english_too(client: Client, city: None, q: str) -> None:
    assert titles(client, f"?q={q}")[0] == "Kutipan Akta Kelahiran"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?agency=dpmptsp", ["Izin Penyelenggaraan Reklame"]),
        ("?category=perizinan", ["Izin Penyelenggaraan Reklame"]),
        ("?life_event=pindah", PINDAH),
        ("?agency=DPMPTSP&life_event=pindah", []),
        ("?agency=NONE", []),
    ],
)
def test_filters_narrow_the_list(client: Client, city: None, query: str, found: list[str]) -> None:
    assert titles(client, query) == found


def test_a_filter_can_be_taken_away_alone(client: Client, city: None) -> None:
    page = client.get("/layanan/?q=izin&agency=DPMPTSP")

    assert re.findall(r'<li><a href="([^"]+)">([^<]+) <svg', page.content.decode()) == [
        ("/layanan/?agency=DPMPTSP", "izin"),
        ("/layanan/?q=izin", "Dinas Penanaman Modal dan Perizinan Terpadu Satu Pintu"),
    ]


def test_nothing_found_is_said_with_a_way_out(client: Client, city: None) -> None:
    page = client.get("/layanan/?q=zzzzzz")

    assert "Tidak ada layanan yang cocok." in text_of(page)
    assert "/layanan/" in links_of(page)


def test_long_lists_have_pages_that_keep_the_filters(client: Client) -> None:
    for number in range(21):
        publish_service(service=f"uji-{number}", title={"id": f"Uji {number:02}", "en": f"Test {number:02}"})

    first, second = titles(client, "?category=uji"), titles(client, "?category=uji&page=2")

    assert (len(first), second) == (20, ["Uji 20"])
    assert "?category=uji&page=2" in links_of(client.get("/layanan/?category=uji"))
    assert titles(client, "?category=uji&page=99") == ["Uji 20"]
    assert titles(client, "?category=uji&page=nonsense") == first


def test_what_was_typed_comes_back_as_text(client: Client, city: None) -> None:
    page = client.get("/layanan/", {"q": '"><script>alert(1)</script>', "agency": "<i>"})

    assert page.status_code == 200
    assert b"<script" not in page.content
    assert b"&lt;I&gt;" in page.content


def test_it_costs_two_queries_and_one_more_to_search(
    client: Client, city: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/layanan/")

    with django_assert_num_queries(2):  # the catalogue's revision, the agencies
        client.get("/layanan/")
    with django_assert_num_queries(3):
        client.get("/layanan/?q=akta")


def test_filters_stay_folded_until_one_is_used(client: Client, city: None) -> None:
    plain, filtered = client.get("/layanan/?q=akta"), client.get("/layanan/?agency=DPMPTSP")

    assert b'<details class="more">' in plain.content
    assert b'<details class="more" open>' in filtered.content


def test_demo_data_is_marked_on_every_card(client: Client, city: None) -> None:
    assert text_of(client.get("/layanan/")).count("Data contoh") == 10
