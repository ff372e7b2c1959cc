"""`/layanan/<slug>/formulir/`: a service's form to try, before applying."""

import json
import re

import pytest
from django.test import Client

from tests.services.portal.pages import heading_of, links_of, text_of

pytestmark = pytest.mark.django_db


def test_the_form_of_a_published_service_is_shown_with_all_that_its_kinds_need(client: Client, city: None) -> None:
    page = client.get("/layanan/izin-reklame/formulir/")

    found = re.search(r'<script id="shown" type="application/json">(.*?)</script>', page.content.decode())
    assert found
    shown = json.loads(found.group(1))
    assert heading_of(page) == "Formulir: Izin Penyelenggaraan Reklame"
    assert "tidak ada yang dikirim atau disimpan" in text_of(page)
    assert shown["definition"].keys() == {"form", "requirements", "fee"}
    assert [len(each["subdistricts"]) for each in shown["regions"]] == [4, 6, 6, 6, 7, 5]
    assert "/layanan/izin-reklame/formulir/" in links_of(client.get("/layanan/izin-reklame/"))


def test_its_scripts_come_from_this_site_alone(client: Client, city: None) -> None:
    page = client.get("/layanan/izin-reklame/formulir/").content.decode()

    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert found
    assert found.group(1).endswith("script-src 'self'")
    assert "unsafe" not in found.group(1)


def test_in_english_it_is_english(client: Client, city: None) -> None:
    page = client.get("/layanan/izin-reklame/formulir/", headers={"Accept-Language": "en"})

    assert heading_of(page) == "Form: Billboard permit"
    assert "Coba" not in text_of(page)


def test_what_was_never_published_has_no_form(client: Client) -> None:
    assert client.get("/layanan/tidak-ada/formulir/").status_code == 404


def test_typed_without_the_last_stroke_it_is_found(client: Client, city: None) -> None:
    assert client.get("/layanan/izin-reklame/formulir").headers["Location"] == "/layanan/izin-reklame/formulir/"
