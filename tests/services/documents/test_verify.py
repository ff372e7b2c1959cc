from datetime import UTC, date, datetime

import pytest

from services.documents.models import IssuedDocument
from services.documents.operations import revoke
from services.documents.queries import verify

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
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
        issued_at=NOW,
        valid_until=date(2026, 11, 25),
        demo=True,
        sha256="a" * 64,
        size=1,
        storage_key="issued/2026/x.pdf",
    )


@pytest.mark.parametrize("typed", [CODE, "0a1b2c3d4e5f3", "OaIb zc3d 4e5f 3"])
def test_a_code_finds_its_document_however_it_is_typed(document: IssuedDocument, typed: str) -> None:
    found = verify(typed, NOW)

    assert found is not None
    assert (found.code, found.status, found.number) == (CODE, "valid", "00042/AKL/DISDUKCAPIL/2026")
    assert found.facts == (({"id": "Inisial", "en": "Initials"}, "A. F."),)
    assert found.sha256 == "a" * 64


def test_a_wrong_code_finds_nothing(document: IssuedDocument) -> None:
    assert verify("0A1B-2C3D-4E5F-X", NOW) is None
    assert verify("1111-1111-1111-8", NOW) is None
    assert verify("nonsense", NOW) is None


def test_the_last_day_still_counts_by_the_citys_clock(document: IssuedDocument) -> None:
    last_minute = verify(CODE, datetime(2026, 11, 25, 15, 59, tzinfo=UTC))
    next_day = verify(CODE, datetime(2026, 11, 25, 16, 0, tzinfo=UTC))

    assert last_minute is not None
    assert next_day is not None
    assert (last_minute.status, next_day.status) == ("valid", "expired")


def test_a_revoked_document_says_so_even_after_it_expired(document: IssuedDocument) -> None:
    revoke(document=document, reason="Salah nama", now=NOW)
    revoke(document=document, reason="again", now=datetime(2026, 12, 1, tzinfo=UTC))

    found = verify(CODE, datetime(2027, 1, 1, tzinfo=UTC))

    assert found is not None
    assert (found.status, found.revoked_at) == ("revoked", NOW)
    assert document.revoked_reason == "Salah nama"
