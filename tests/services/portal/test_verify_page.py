"""`/v/<code>`: is this document genuine? For whoever holds it."""

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.documents.models import IssuedDocument
from services.documents.operations import revoke
from superapp.http.throttling import Throttle
from tests.services.portal.conftest import CODE, NOW
from tests.services.portal.pages import heading_of, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", [f"/v/{CODE}", f"/v/{CODE}/", "/v/0a1b2c3d4e5f3/", "/v/OaIb-zc3d-4e5f-3"])
@time_machine.travel(NOW, tick=False)
def test_a_genuine_document_is_told_however_its_code_is_written(
    client: Client, document: IssuedDocument, path: str
) -> None:
    page = client.get(path)
    words = text_of(page)

    assert (page.status_code, heading_of(page)) == (200, "Asli dan berlaku")
    assert "Kutipan Akta Kelahiran Nomor 00042/AKL/DISDUKCAPIL/2026" in words
    assert "Diterbitkan oleh Dinas Kependudukan dan Pencatatan Sipil" in words
    assert "Berlaku sampai 25 November 2026" in words
    assert "Data contoh." in words
    assert "a" * 64 in words


@time_machine.travel(NOW, tick=False)
def test_facts_are_shown_as_text(client: Client, document: IssuedDocument) -> None:
    page = client.get(f"/v/{CODE}")

    assert b"<dt>Inisial</dt><dd>&lt;b&gt;A. F.&lt;/b&gt;</dd>" in page.content


@time_machine.travel(NOW, tick=False)
def test_a_revoked_document_no_longer_holds(client: Client, document: IssuedDocument) -> None:
    revoke(document=document, reason="salah tulis", now=NOW)

    page = client.get(f"/v/{CODE}")

    assert heading_of(page) == "Dicabut"
    assert "dicabut pada 24 November 2026. Tidak berlaku lagi." in text_of(page)
    assert "salah tulis" not in page.content.decode()


@time_machine.travel("2026-11-26T02:00:00Z", tick=False)
def test_an_expired_document_says_until_when_it_held(client: Client, document: IssuedDocument) -> None:
    page = client.get(f"/v/{CODE}", headers={"Accept-Language": "en"})

    assert heading_of(page) == "Expired"
    assert "it was valid until 25 November 2026." in text_of(page)


def test_a_code_that_no_document_has_is_told_from_a_slip(client: Client) -> None:
    unknown, slip = client.get("/v/1111-1111-1111-G"), client.get(f"/v/{CODE[:-1]}X")

    assert (unknown.status_code, slip.status_code) == (404, 404)
    assert heading_of(unknown) == "Kode tidak dikenal"
    assert heading_of(slip) == "Kode ini salah ketik"


@pytest.mark.parametrize("code", ["<script>alert(1)</script>", "%00", "é" * 40, "'"])
def test_nonsense_is_no_fault_of_ours(client: Client, code: str) -> None:
    page = client.get(f"/v/{code}")

    assert page.status_code in (400, 404)
    assert b"<script" not in page.content


def test_the_form_leads_to_the_code(client: Client) -> None:
    assert client.get("/v/", {"code": " oaib zc3d 4e5f 3 "})["Location"] == f"/v/{CODE}"
    assert client.get("/v/", {"code": "AB/CD"})["Location"] == "/v/ABCD"
    assert "Ketik kodenya." in text_of(client.get("/v/?code="))
    assert client.get("/verifikasi/")["Location"] == "/v/"


@time_machine.travel(NOW, tick=False)
def test_codes_are_not_for_guessing(client: Client, settings: LazySettings) -> None:
    settings.THROTTLE = True
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "verify": 2}
    Throttle._counts.clear()

    answers = [client.get("/v/1111-1111-1111-G") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert "Terlalu banyak pemeriksaan dari alamat Anda." in text_of(answers[2])
    assert 1 <= int(answers[2]["Retry-After"]) <= 61
    Throttle._counts.clear()


@time_machine.travel(NOW, tick=False)
def test_it_costs_one_query(
    client: Client, document: IssuedDocument, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        client.get(f"/v/{CODE}")
