"""A copy of everything that the city holds of me."""

from typing import ClassVar
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.privacy.api import examples
from accounts.privacy.api.serializers import ExportOut
from accounts.privacy.models import Export
from accounts.privacy.operations.export import ask_for_export
from accounts.privacy.queries.export import export_body, export_to_download, latest_export, open_export
from accounts.privacy.queries.proof import require_recent_proof
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.problems import Missing, Problem


class MyExport(APIView):
    """A copy of all of my data."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[dict[str, tuple[int, ...]]] = {"GET": (404,)}

    @extend_schema(
        operation_id="export_read",
        summary="How far the copy of my data is",
        description="The one asked for last; 404 when none was ever asked for.",
        tags=["me"],
        responses={200: ExportOut},
        examples=[examples.EXPORT],
    )
    def get(self, request: Request) -> HttpResponse:
        export = latest_export(caller(request).id)
        if export is None:
            raise Missing
        return json_response(request, export_body(export, request_language(request)))

    @extend_schema(
        operation_id="export_ask",
        summary="Ask for a copy of all of my data",
        description=(
            "A worker prepares it; a notice tells when it is ready. While one is being prepared, asking again returns "
            "that one. Needs a sign-in of the last 15 minutes: else 403 `reauthentication_required`, for which the app "
            "asks anew with `max_age`."
        ),
        tags=["me"],
        request=None,
        responses={202: ExportOut},
        examples=[examples.EXPORT_ASKED],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        now = timezone.now()
        require_recent_proof(request, now=now)
        export = ask_for_export(person_id=caller(request).id, now=now)
        return json_response(request, export_body(export, request_language(request)), status=202)


class ExportDownload(APIView):
    """The archive itself."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[tuple[int, ...]] = (503,)

    @extend_schema(
        operation_id="export_download",
        summary="Download the copy of my data (ZIP)",
        description="For 72 hours, by its owner alone, after a sign-in of the last 15 minutes.",
        tags=["me"],
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:
        now = timezone.now()
        require_recent_proof(request, now=now)
        try:
            return archive_response(export_to_download(id, person_id=caller(request).id, now=now))
        except Export.DoesNotExist:
            raise Missing from None


def archive_response(export: Export) -> FileResponse:
    """Answer with the archive, block by block; nobody keeps it on the way.

    :raises Problem: 503 when the storage has lost it.
    """
    try:
        opened = open_export(export)
    except OSError as error:
        raise _unavailable() from error
    response = FileResponse(opened, as_attachment=True, filename=f"data-{export.asked_at:%Y-%m-%d}.zip")
    response.headers["Content-Type"] = "application/zip"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["ETag"] = f'"{export.sha256}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _unavailable() -> Problem:
    return Problem(
        status=503,
        code="file_unavailable",
        detail={
            "id": "Berkas sedang tidak dapat diambil. Coba lagi nanti.",
            "en": "The file cannot be read at the moment. Try again later.",
        },
    )
