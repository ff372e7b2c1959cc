"""Handing out bytes: as an attachment of the type that we found, never as something a browser would run."""

from collections.abc import Callable

from django.core.files.base import File
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from rest_framework.request import Request

from services.documents.models import IssuedDocument, StoredFile
from services.documents.operations import open_document, open_file
from superapp.http.conditional import unless_held
from superapp.http.problems import Problem

# What a file that was handed in may be, as kept.
MEDIA_TYPES = ("application/pdf", "image/jpeg", "image/png")


def file_response(request: Request, stored: StoredFile) -> HttpResponse:
    """Answer with a file that was handed in; the caller has found that this person may see it."""
    return _attachment(
        request,
        lambda: open_file(stored),
        name=stored.name,
        media_type=stored.media_type,
        sha256=stored.sha256,
    )


def document_response(request: Request, document: IssuedDocument) -> HttpResponse:
    """Answer with the PDF of an issued document; the caller has found that this person may see it."""
    return _attachment(
        request,
        lambda: open_document(document),
        name=f"{document.kind}-{document.code}.pdf",
        media_type="application/pdf",
        sha256=document.sha256,
    )


def _attachment(
    request: Request, open_bytes: "Callable[[], File[bytes]]", *, name: str, media_type: str, sha256: str
) -> HttpResponse:
    """Answer with the bytes, or 304 to who has them; the ETag is their SHA-256.

    :raises Problem: 503 when the storage does not give them.
    """

    def attachment() -> HttpResponse:
        try:
            with open_bytes() as opened:
                response = HttpResponse(opened.read(), content_type=media_type)
        except OSError as error:
            raise _unavailable() from error
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        # Even shown in a browser by force, it may load and run nothing.
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response

    response = unless_held(request, sha256, attachment)
    response["Cache-Control"] = "private, no-cache"
    return response


def _unavailable() -> Problem:
    """Return the answer when the row stands and the storage has no bytes: ours to mend, not the caller's."""
    return Problem(
        status=503,
        code="file_unavailable",
        detail={
            "id": "Berkas sedang tidak dapat diambil. Coba lagi nanti.",
            "en": "The file cannot be read at the moment. Try again later.",
        },
    )
