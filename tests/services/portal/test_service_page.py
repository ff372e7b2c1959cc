"""`/layanan/<slug>/`: all that one needs to know before applying."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.catalogue.models import Revision, Service
from tests.services.applications.factory import publish_service
from tests.services.portal.pages import heading_of, links_of, text_of

pytestmark = pytest.mark.django_db


def test_it_tells_what_to_bring_how_long_and_what_it_costs(client: Client, city: None) -> None:
    page = client.get("/layanan/akta-kelahiran/")
    words = text_of(page)

    assert heading_of(page) == "Kutipan Akta Kelahiran"
    assert "Kartu Keluarga PDF, JPEG, PNG, paling besar 5 MB" in words
    assert "Buku nikah atau kutipan akta perkawinan hanya bila diperlukan menurut isian Anda" in words
    assert "Isi formulir Anak · Orang tua · Pelapor · Saksi" in words
    assert "Diajukan → Sedang diperiksa" in words
    assert "Jawaban dalam 1 hari kerja Permendagri 19/2018 Pasal 3 Biaya Gratis UU 24/2013 Pasal 79A" in words
    assert "UU 23/2006 jo. UU 24/2013 Pasal 27" in words


def test_demo_data_is_marked_with_where_it_comes_from(client: Client, city: None) -> None:
    birth, permit = text_of(client.get("/layanan/akta-kelahiran/")), text_of(client.get("/layanan/izin-reklame/"))

    assert "Data contoh. Ini bukan standar pelayanan resmi perangkat daerah. Disusun dari peraturan nasional" in birth
    assert "Ini hanya perkiraan; persyaratan, batas waktu, dan biayanya tidak resmi." in permit


def test_what_is_official_is_not_marked_as_demo(client: Client) -> None:
    publish_service(demo=False)

    assert "Data contoh" not in text_of(client.get("/layanan/uji/"))


def test_a_fee_in_rupiah_and_one_that_depends_on_the_answers(client: Client, city: None) -> None:
    publish_service()

    assert "Biaya Rp10.000 Perda uji" in text_of(client.get("/layanan/uji/"))
    assert "Biaya Biaya sesuai isian Anda Tarif demo" in text_of(client.get("/layanan/izin-reklame/"))


def test_it_is_complete_in_english(client: Client, city: None) -> None:
    page = client.get("/layanan/akta-kelahiran/", headers={"Accept-Language": "en"})
    words = text_of(page)

    assert heading_of(page) == "Birth certificate"
    assert "Answer within 1 working day" in words
    assert "Child · Parents · Reporter · Witnesses" in words
    assert not {"Gratis", "hari kerja", "Langkah", "Dasar hukum"} & set(words.split())


def test_a_closed_service_says_so_and_offers_no_way_to_apply(client: Client) -> None:
    publish_service()
    Service.objects.update(is_open=False)
    Revision.objects.update(token="11111111-1111-4111-8111-111111111111")

    words = text_of(client.get("/layanan/uji/"))

    assert "Ditutup. Layanan ini sedang tidak menerima permohonan baru." in words
    assert "Ajukan di aplikasi" not in words


def test_one_never_published_is_not_found(client: Client) -> None:
    page = client.get("/layanan/tidak-ada/")

    assert page.status_code == 404
    assert heading_of(page) == "Halaman tidak ditemukan"


def test_the_last_stroke_may_be_left_out(client: Client, city: None) -> None:
    assert client.get("/layanan/akta-kelahiran")["Location"] == "/layanan/akta-kelahiran/"
    assert client.get("/layanan?q=akta")["Location"] == "/layanan/?q=akta"


def test_every_link_works(client: Client, city: None) -> None:
    links = links_of(client.get("/layanan/akta-kelahiran/"))

    assert {client.get(link, follow=True).status_code for link in links} == {200}


def test_it_costs_one_query(client: Client, city: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client.get("/layanan/akta-kelahiran/")

    with django_assert_num_queries(1):
        client.get("/layanan/akta-kelahiran/")
