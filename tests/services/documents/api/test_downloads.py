from datetime import UTC, datetime

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from accounts.models import User
from services.documents.api.downloads import document_response, file_response
from services.documents.models import IssuedDocument, StoredFile
from services.documents.operations import accept_upload
from superapp.http.problems import Problem
from tests.services.documents.crafted import pdf

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def stored(owner: User) -> StoredFile:
    upload = SimpleUploadedFile('Surat "Lahir" Ñ.pdf', pdf())
    return accept_upload(owner_id=owner.id, upload=upload, allowed=("pdf",), max_bytes=10_000, now=NOW)


def asking(**headers: str) -> Request:
    return Request(APIRequestFactory().get("/", headers=headers))


def test_a_file_comes_as_an_attachment_that_no_browser_runs(stored: StoredFile) -> None:
    answer = file_response(asking(), stored)

    assert (answer.status_code, answer.content) == (200, pdf())
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == "attachment; filename*=utf-8''Surat%20_Lahir_%20%C3%91.pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["ETag"] == f'"{stored.sha256}"'
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("header", ['"{}"', 'W/"{}"', '"x", "{}"', "*"])
def test_who_has_the_file_is_not_sent_it_again(stored: StoredFile, header: str) -> None:
    answer = file_response(asking(**{"If-None-Match": header.format(stored.sha256)}), stored)

    assert (answer.status_code, answer.content) == (304, b"")


def test_bytes_that_the_storage_lost_are_our_fault(stored: StoredFile) -> None:
    default_storage.delete(stored.storage_key)

    with pytest.raises(Problem) as caught:
        file_response(asking(), stored)

    assert (caught.value.status, caught.value.code) == (503, "file_unavailable")


def test_a_document_is_named_by_what_it_is_and_its_code(stored: StoredFile) -> None:
    document = IssuedDocument(
        code="0A1B-2C3D-4E5F-3", kind="kutipan-akta", sha256=stored.sha256, storage_key=stored.storage_key
    )

    answer = document_response(asking(), document)

    assert answer["Content-Disposition"] == 'attachment; filename="kutipan-akta-0A1B-2C3D-4E5F-3.pdf"'
    assert answer.content == pdf()
