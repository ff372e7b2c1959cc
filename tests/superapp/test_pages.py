"""What every page tells the browser."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/o/logout/", "/akun/", "/nowhere/"])
def test_a_page_runs_our_scripts_only_and_stands_in_no_frame(path: str) -> None:
    headers = Client().get(path).headers

    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"


def test_the_documentations_viewer_has_its_own_policy() -> None:
    assert "'unsafe-inline'" in Client().get("/api/docs/").headers["Content-Security-Policy"]


def test_a_program_passes_by_what_pages_need() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies["sessionid"] = "made-up"

    read = browser.get("/api/v1/services/")
    written = browser.post("/api/v1/applications/", {}, content_type="application/json")

    assert read.status_code == 200
    assert "Cookie" not in read.headers.get("Vary", "")
    assert "Content-Security-Policy" not in read.headers
    assert written.status_code == 401  # for want of a bearer token, not of a CSRF token
    assert not hasattr(written.wsgi_request, "session")
    assert read.headers["X-Frame-Options"] == "DENY"


def test_a_page_that_takes_a_form_wants_its_token() -> None:
    assert Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"}).status_code == 403
