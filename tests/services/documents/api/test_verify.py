from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from services.documents.api.serializers import VerifiedOut
from services.documents.models import IssuedDocument

CODE = "0A1B-2C3D-4E5F-3"
pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> IssuedDocument:
    return IssuedDocument.objects.create(
        code=CODE,
        subject="22222222-2222-4222-8222-222222222222",
        agency_code="DISDUKCAPIL",
        agency_name="Dinas Kependudukan dan Pencatatan Sipil",
        kind="kutipan-akta",
        title={"id": "Kutipan Akta Kelahiran", "en": "Birth certificate extract"},
        number="00042/AKL/DISDUKCAPIL/2026",
        public_facts=[{"label": {"id": "Inisial", "en": "Initials"}, "value": "A. F."}],
        issued_at=datetime(2026, 11, 24, 2, 0, tzinfo=UTC),
        valid_until=date(9999, 12, 31),
        demo=True,
        sha256="a" * 64,
        size=1,
        storage_key="issued/2026/x.pdf",
    )


def test_a_stranger_learns_what_the_document_says_and_no_more(
    client: Client, document: IssuedDocument, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        answer = client.get("/api/v1/documents/verify/oaib2c3d4e5f3/")

    assert answer.status_code == 200
    assert answer.json() == {
        "code": CODE,
        "status": "valid",
        "title": "Kutipan Akta Kelahiran",
        "number": "00042/AKL/DISDUKCAPIL/2026",
        "kind": "kutipan-akta",
        "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
        "issued_at": "2026-11-24T10:00:00+08:00",
        "valid_until": "9999-12-31",
        "revoked_at": None,
        "facts": [{"label": "Inisial", "value": "A. F."}],
        "demo": True,
        "sha256": "a" * 64,
    }
    assert set(answer.json()) == set(VerifiedOut().fields)


def test_it_speaks_english_when_asked(client: Client, document: IssuedDocument) -> None:
    answer = client.get(f"/api/v1/documents/verify/{CODE}/", headers={"Accept-Language": "en"})

    assert answer.json()["title"] == "Birth certificate extract"
    assert answer.json()["facts"] == [{"label": "Initials", "value": "A. F."}]


@pytest.mark.parametrize("code", ["0A1B-2C3D-4E5F-4", "x", "A" * 3000, "%F0%9F%98%80"])
def test_an_unknown_code_is_a_problem_that_says_so(client: Client, document: IssuedDocument, code: str) -> None:
    answer = client.get(f"/api/v1/documents/verify/{code}/")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_document")
