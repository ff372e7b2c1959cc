from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from pytest_django import Settings

from services.documents.codes import read_code
from services.documents.models import IssuedDocument, NumberSequence
from services.documents.operations import issue, open_document
from services.documents.operations.numbering import PatternError

NOW = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)  # already 2027 in Balikpapan
SUBJECT = UUID("22222222-2222-4222-8222-222222222222")


def issued(subject: UUID = SUBJECT, **changes: Any) -> IssuedDocument:
    wanted: dict[str, Any] = {
        "subject": subject,
        "agency_code": "DISDUKCAPIL",
        "agency_name": "Dinas Kependudukan dan Pencatatan Sipil",
        "kind": "kutipan-akta",
        "title": {"id": "Kutipan Akta Kelahiran", "en": "Birth certificate extract"},
        "number_pattern": "{seq:05d}/AKL/{agency}/{year}",
        "rows": [({"id": "Nama anak", "en": "Child"}, "Ahmad #panic(1) $x$ \\ *Fauzan*")],
        "public_facts": [({"id": "Inisial", "en": "Initials"}, "A. F.")],
        "holder": "Siti Rahmawati",
        "basis": "UU 24/2013 Pasal 27",
        "valid_until": None,
        "demo": True,
        "now": NOW,
    }
    return issue(**wanted | changes)


def content_of(document: IssuedDocument) -> bytes:
    with open_document(document) as opened:
        return bytes(opened.read())


@pytest.mark.django_db
def test_it_is_numbered_coded_and_kept_with_its_fingerprint() -> None:
    document = issued()

    content = content_of(document)
    assert document.number == "00001/AKL/DISDUKCAPIL/2027"
    assert read_code(document.code) == document.code
    assert document.public_facts == [{"label": {"id": "Inisial", "en": "Initials"}, "value": "A. F."}]
    assert content.startswith(b"%PDF-1.7")
    assert (document.sha256, document.size) == (sha256(content).hexdigest(), len(content))
    assert (document.issued_at, document.demo, document.revoked_at) == (NOW, True, None)


@pytest.mark.django_db
def test_one_subject_has_one_document() -> None:
    first = issued()
    again = issued(holder="Somebody Else")

    assert again.id == first.id
    assert IssuedDocument.objects.count() == 1
    assert NumberSequence.objects.get().latest == 1


@pytest.mark.django_db
def test_each_register_counts_for_itself_and_anew_each_year() -> None:
    numbers = [
        issued(uuid4()).number,
        issued(uuid4()).number,
        issued(uuid4(), kind="ktp-el").number,
        issued(uuid4(), agency_code="DPMPTSP").number,
        issued(uuid4(), now=datetime(2028, 1, 5, tzinfo=UTC)).number,
    ]

    assert numbers == [
        "00001/AKL/DISDUKCAPIL/2027",
        "00002/AKL/DISDUKCAPIL/2027",
        "00001/AKL/DISDUKCAPIL/2027",
        "00001/AKL/DPMPTSP/2027",
        "00001/AKL/DISDUKCAPIL/2028",
    ]


@pytest.mark.django_db
def test_a_pattern_without_the_year_counts_on_so_that_no_number_comes_twice() -> None:
    first = issued(uuid4(), number_pattern="{seq}/IMB/{month_roman}")
    second = issued(uuid4(), number_pattern="{seq}/IMB/{month_roman}", now=datetime(2028, 1, 5, tzinfo=UTC))

    assert (first.number, second.number) == ("1/IMB/I", "2/IMB/I")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pattern",
    ["{seq.__class__}", "{0}", "{seq}{", "AKL/{year}", "{seq}/{secret}", "{seq:>1000000}", "{seq!r}"],
)
def test_a_pattern_cannot_reach_beyond_its_words(pattern: str) -> None:
    with pytest.raises(PatternError):
        issued(number_pattern=pattern)

    assert NumberSequence.objects.count() == 0
    assert IssuedDocument.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_number_given_in_work_that_fails_is_given_to_the_next() -> None:
    with transaction.atomic():
        issued(uuid4())
        transaction.set_rollback(True)

    assert issued(uuid4()).number == "00001/AKL/DISDUKCAPIL/2027"


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_double() -> None:
    subjects = [uuid4() for _each in range(6)]

    def work(subject: UUID) -> UUID:
        try:
            return issued(subject).id
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        ids = list(pool.map(work, subjects * 3))

    assert len(set(ids)) == 6
    assert sorted(IssuedDocument.objects.values_list("number", flat=True)) == [
        f"{sequence:05d}/AKL/DISDUKCAPIL/2027" for sequence in range(1, 7)
    ]
    assert NumberSequence.objects.get().latest == 6


@pytest.mark.django_db
def test_the_page_carries_the_address_of_its_verification(settings: Settings) -> None:
    settings.BASE_URL = "https://layanan.example"

    document = issued(valid_until=date(2027, 12, 31), demo=False, language="en")

    assert content_of(document).startswith(b"%PDF-1.7")
    assert document.valid_until == date(2027, 12, 31)
