"""Verification of issued documents, for strangers."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from services.documents.api.serializers import VerifiedOut
from services.documents.queries import VerifiedDocument, verify
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.problems import Problem, localized


def unknown_document() -> Problem:
    """Return the answer to a code that no document has."""
    return Problem(
        status=404,
        code="unknown_document",
        detail={
            "id": "Tidak ada dokumen dengan kode ini. Periksa kembali kodenya.",
            "en": "No document has this code. Check what you typed.",
        },
    )


class Verify(APIView):
    """Is this document genuine, and does it still hold?"""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "verify"  # codes are not for guessing

    @extend_schema(
        operation_id="documents_verify",
        summary="Verify an issued document by its code",
        description=(
            "For anybody who holds the document. The code is printed on it and in its QR code; case, dashes "
            "and look-alikes (O for 0, I for 1) do not matter. `sha256` tells whether the file in hand is "
            "the one issued."
        ),
        tags=["documents"],
        responses={200: VerifiedOut},
        examples=[
            OpenApiExample(
                "Valid",
                value={
                    "code": "7K3M-2Q9F-XT5R-V",
                    "status": "valid",
                    "title": "Kutipan Akta Kelahiran",
                    "number": "00042/AKL/DISDUKCAPIL/2026",
                    "kind": "kutipan-akta",
                    "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
                    "issued_at": "2026-11-24T10:00:00+08:00",
                    "valid_until": None,
                    "revoked_at": None,
                    "facts": [{"label": "Nama anak", "value": "A. F."}],
                    "demo": True,
                    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        found = verify(code, timezone.now())
        if found is None:
            raise unknown_document()
        return json_response(request, body_of(found, request_language(request)))


def body_of(found: VerifiedDocument, language: str) -> dict[str, Any]:
    """Return the document as the API shows it, in `language`."""
    return {
        "code": found.code,
        "status": found.status,
        "title": localized(found.title, language),
        "number": found.number,
        "kind": found.kind,
        "agency": {"code": found.agency_code, "name": found.agency_name},
        "issued_at": timezone.localtime(found.issued_at).isoformat(),
        "valid_until": found.valid_until.isoformat() if found.valid_until else None,
        "revoked_at": timezone.localtime(found.revoked_at).isoformat() if found.revoked_at else None,
        "facts": [{"label": localized(label, language), "value": value} for label, value in found.facts],
        "demo": found.demo,
        "sha256": found.sha256,
    }
