"""Errors are pages, in the reader's language."""

import re

import pytest
from django.test import Client, RequestFactory
from django.views.defaults import bad_request, permission_denied, server_error

from tests.services.portal.pages import heading_of, language_of, links_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "heading"), [("id", "Halaman tidak ditemukan"), ("en", "Page not found")])
def test_no_such_page(client: Client, language: str, heading: str) -> None:
    page = client.get("/tidak/ada/", headers={"Accept-Language": language})

    assert (page.status_code, heading_of(page), language_of(page)) == (404, heading, language)
    assert {"/", "/layanan/"} <= links_of(page)


def test_a_form_sent_without_its_token_is_explained() -> None:
    page = Client(enforce_csrf_checks=True).post("/bahasa/", {"language": "en"})

    assert (page.status_code, heading_of(page)) == (403, "Silakan kirim sekali lagi")


def test_a_failure_of_ours_is_told_in_both_languages_without_needing_anything() -> None:
    page = server_error(RequestFactory().get("/"))
    html = page.content.decode()

    assert page.status_code == 500
    assert "Terjadi kesalahan di sistem kami" in html
    assert re.search(r'<section lang="en">\s*<h2>Something failed on our side</h2>', html)


def test_what_is_forbidden_and_what_cannot_be_read_are_pages() -> None:
    request = RequestFactory().get("/")

    forbidden, unreadable = permission_denied(request, Exception()), bad_request(request, Exception())

    assert (forbidden.status_code, heading_of(forbidden)) == (403, "Tidak diizinkan")
    assert (unreadable.status_code, heading_of(unreadable)) == (400, "Permintaan tidak dapat dibaca")
