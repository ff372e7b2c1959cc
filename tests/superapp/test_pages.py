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
