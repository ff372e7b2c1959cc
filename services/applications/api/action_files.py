"""Files that an action asks: handed in before it is taken, read afterwards by who may."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api.office import OfficeView
from services.applications.api.resident import own
from services.applications.api.serializers import StagedFileOut
from services.applications.models import ActionFile
from services.applications.operations.staging import stage_file, unstage_file
from services.applications.queries.action_files import given_file, staged_line
from services.documents.api.downloads import MEDIA_TYPES, file_response
from services.documents.models import StoredFile
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.idempotency import form_fingerprint, idempotent
from superapp.http.problems import Missing

_RESIDENT = frozenset({"resident"})
_STAGING = (
    "`actions/` tells which files an action asks. One handed in again takes the place of the first; none is part of "
    "the application before the action is taken by the same person, within seven days."
)


class ActionFileIn(Exact):
    document = serializers.CharField(max_length=60, help_text="Id of a document that the action asks.")
    file = serializers.FileField()


_FILE_IN = OpenApiExample(
    "A report",
    value={"document": "berita_acara", "file": "(bytes of berita-acara.pdf)"},
    request_only=True,
    media_type="multipart/form-data",
)
_STAGED = OpenApiExample(
    "Waits for its action",
    value={
        "id": "1c7f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "document": "berita_acara",
        "name": "berita-acara.pdf",
        "media_type": "application/pdf",
        "size": 184233,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "expires_at": "2026-12-02T10:40:51+08:00",
    },
    response_only=True,
    status_codes=["201"],
)


def _staged(request: Request, id: UUID, action: str, roles: frozenset[str]) -> HttpResponse:
    wanted = ActionFileIn(data=request.data)
    wanted.is_valid(raise_exception=True)
    kept = stage_file(
        application_id=id,
        actor_id=caller(request).doer_id,
        roles=roles,
        action=action,
        document=wanted.validated_data["document"],
        upload=wanted.validated_data["file"],
        now=timezone.now(),
    )
    return json_response(request, staged_line(kept), status=201)


def _found(request: Request, id: UUID, action: str, file_id: UUID, *, staff: bool) -> StoredFile:
    try:
        return given_file(id, file_id, reader_id=caller(request).doer_id, staff=staff, action=action)
    except ActionFile.DoesNotExist:
        raise Missing from None


def _taken_back(request: Request, id: UUID, action: str, file_id: UUID) -> HttpResponse:
    try:
        unstage_file(application_id=id, actor_id=caller(request).doer_id, action=action, file_id=file_id)
    except ActionFile.DoesNotExist:
        raise Missing from None
    return HttpResponse(status=204)


class MyActionFiles(APIView):
    """Files for an action of mine."""

    required_scopes = acting_scopes = ["applications"]
    parser_classes = (MultiPartParser,)
    throttle_scope = "upload"
    problem_statuses = (403, 409, 422)

    @extend_schema(
        operation_id="applications_action_attach",
        summary="Hand in a file for an action that is mine to take",
        description=_STAGING,
        tags=["applications"],
        request={"multipart/form-data": ActionFileIn},
        responses={201: StagedFileOut},
        examples=[_FILE_IN, _STAGED],
    )
    @idempotent(required=False, mark_of=form_fingerprint)
    def post(self, request: Request, id: UUID, action: str) -> HttpResponse:
        own(id, request)
        return _staged(request, id, action, _RESIDENT)


class MyActionFile(APIView):
    """A file of an action."""

    required_scopes = acting_scopes = ["applications"]
    problem_statuses: Any = {"GET": (503,), "DELETE": (409,)}

    @extend_schema(
        operation_id="applications_action_file",
        summary="Download a file that was given with an action, by the agency or by me",
        tags=["applications"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES},
    )
    def get(self, request: Request, id: UUID, action: str, file_id: UUID) -> HttpResponse:
        own(id, request)
        return file_response(request, _found(request, id, action, file_id, staff=False))

    @extend_schema(
        operation_id="applications_action_detach",
        summary="Take back a file before its action is taken",
        tags=["applications"],
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID, action: str, file_id: UUID) -> HttpResponse:
        own(id, request)
        return _taken_back(request, id, action, file_id)


class OfficeActionFiles(OfficeView):
    """Files for an action of an officer."""

    parser_classes = (MultiPartParser,)
    throttle_scope = "upload"
    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="office_action_attach",
        summary="Hand in a file for an action",
        description=_STAGING,
        tags=["office"],
        request={"multipart/form-data": ActionFileIn},
        responses={201: StagedFileOut},
        examples=[_FILE_IN, _STAGED],
    )
    @idempotent(required=False, mark_of=form_fingerprint)
    def post(self, request: Request, id: UUID, action: str) -> HttpResponse:
        row = self.found(id)
        return _staged(request, id, action, self.roles_at(row))


class OfficeActionFile(OfficeView):
    """A file of an action."""

    problem_statuses: Any = {"GET": (503,), "DELETE": (409,)}

    @extend_schema(
        operation_id="office_action_file",
        summary="Download a file that was given with an action",
        tags=["office"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES},
    )
    def get(self, request: Request, id: UUID, action: str, file_id: UUID) -> HttpResponse:
        row = self.found(id)
        stored = _found(request, id, action, file_id, staff=self.apart(row))
        self.note(row, "file")
        return file_response(request, stored)

    @extend_schema(
        operation_id="office_action_detach",
        summary="Take back a file before its action is taken",
        tags=["office"],
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID, action: str, file_id: UUID) -> HttpResponse:
        self.found(id)
        return _taken_back(request, id, action, file_id)
