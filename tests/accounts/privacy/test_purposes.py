"""For what the city uses data, and on which ground."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from accounts.privacy import purposes
from accounts.scopes import SCOPES


def test_a_stranger_reads_each_purpose_with_its_ground() -> None:
    told = Client().get("/api/v1/purposes/", headers={"Accept-Language": "en"}).json()["results"]

    by_code = {each["code"]: each for each in told}
    assert by_code["sign_in_elsewhere"]["basis"] == "a"
    assert by_code["sign_in_elsewhere"]["withdrawable"] is True
    assert by_code["archives"]["withdrawable"] is False
    assert "UU 43/2009" in by_code["archives"]["regulation"]
    assert by_code["archives"]["how_to_stop"].startswith("This does not rest on consent")
    assert all(each["regulation"] and each["retention"] and each["recipients"] for each in told)


def test_each_scope_serves_a_purpose() -> None:
    assert {scope for scope in SCOPES if not purposes.of_scopes([scope])} == set()
    assert [each.code for each in purposes.of_scopes(["profile", "openid"])] == [
        "sign_in_elsewhere",
        "profile_elsewhere",
    ]


ENTRY = """
- {code: a, version: 1, since: 2026-01-01, basis: a, regulation: UU, title: {id: x, en: x}, data: {id: [x], en: [x]},
   why: {id: x, en: x}, retention: {id: x, en: x}, recipients: {id: [x], en: [x]}}
"""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("basis: a", "basis: z"), "no letter"),
        (("why: {id: x, en: x}", "why: {id: x}"), "'en'"),
        (("regulation: UU", "regulation: ''"), "say regulation"),
        (("version: 1", "version: 3"), "does not follow on"),
        (("basis: a", "basis: a, scopes: [nonsense]"), "unknown scopes nonsense"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    file = tmp_path / "purposes.yaml"
    file.write_text(ENTRY.replace(*change))

    with pytest.raises(ImproperlyConfigured, match=complaint):
        purposes._read(file)


def test_an_older_version_stays_readable() -> None:
    assert purposes.purpose("archives", 1).basis == "c"
    with pytest.raises(KeyError):
        purposes.purpose("archives", 99)
