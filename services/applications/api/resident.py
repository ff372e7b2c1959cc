"""The resident's applications."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from services.applications.api import examples
from services.applications.api.lists import mine_page
from services.applications.api.serializers import (
    AccessLine,
    AnswersIn,
    ApplicationLine,
    ApplicationOut,
    DeadlineOut,
    DraftIn,
    DraftOut,
    FileIn,
    FileOut,
    ReasonIn,
    TimelineOut,
)
from services.applications.models import DRAFT, Application, ApplicationFile
from services.applications.operations.drafts import create_draft, save_answers
from services.applications.operations.files import attach_file, remove_file
from services.applications.operations.submission import Command, NotFound, submit
from services.applications.operations.transitions import act
from services.applications.queries.deadline import explain
from services.applications.queries.detail import body_of, file_line, get_row
from services.applications.queries.history import access_line, accesses_of, timeline
from services.applications.queries.stored import document_of, file_of
from services.documents.api.downloads import file_response
from superapp.http.conditional import if_match, json_response, require_match
from superapp.http.idempotency import fingerprint, idempotent, read_key
from superapp.http.language import request_language
from superapp.http.pagination import KeysetPagination
from superapp.http.problems import Missing, Problem, localized

_SCOPES = ["applications"]


def own(id: UUID, request: Request) -> Any:
    """Return the row of the signed-in person's application.

    :raises Missing: 404 when there is none, or it is another's.
    """
    try:
        return get_row(id, applicant_id=request.user.id)
    except Application.DoesNotExist:
        raise Missing from None


class Applications(APIView):
    """My applications: list, and begin one."""

    required_scopes = _SCOPES

    @extend_schema(
        operation_id="applications_list",
        summary="My applications, most recently changed first",
        tags=["applications"],
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int, description="1 to 100")],
        responses={200: ApplicationLine(many=True)},
        examples=[examples.LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        return mine_page(request)

    @extend_schema(
        operation_id="applications_create",
        summary="Begin an application (a draft)",
        description="`id` is made by the client (UUID). The same id again returns the same draft.",
        tags=["applications"],
        request=DraftIn,
        responses={201: ApplicationOut, 200: ApplicationOut},
        examples=[examples.DRAFT_IN, examples.APPLICATION],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        wanted = DraftIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        application, created = create_draft(
            id=wanted.validated_data.get("id") or uuid4(),
            applicant_id=request.user.id,
            assurance=request.user.assurance,
            service=wanted.validated_data["service"],
            now=timezone.now(),
        )
        return _application(request, application.id, status=201 if created else 200)


def _application(request: Request, id: UUID, *, status: int = 200) -> HttpResponse:
    row = own(id, request)
    return json_response(request, body_of(row, request_language(request)), etag=str(row.revision), status=status)


class OneApplication(APIView):
    """One of my applications."""

    required_scopes = _SCOPES

    @extend_schema(
        operation_id="applications_read",
        summary="One of my applications",
        tags=["applications"],
        responses={200: ApplicationOut},
        examples=[examples.APPLICATION],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return _application(request, id)

    @extend_schema(
        operation_id="applications_save",
        summary="Save a draft's answers",
        description=(
            "Merges `answers` into the draft (RFC 7396). What is not yet right is saved and told in `problems`; "
            "unknown fields and wrong types are refused. `If-Match` carries the ETag that was read."
        ),
        tags=["applications"],
        request=AnswersIn,
        responses={200: DraftOut},
        examples=[examples.ANSWERS_IN, examples.DRAFT],
    )
    @if_match
    @transaction.atomic
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        wanted = AnswersIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        application = _lock(id, request)
        require_match(request, str(application.revision))
        evaluation = save_answers(
            application=application, patch=request.data["answers"], now=timezone.now()
        )
        language = request_language(request)
        body = body_of(own(id, request), language) | {
            "problems": [
                {
                    "pointer": f"/answers{each.pointer}",
                    "code": each.code,
                    "detail": localized(each.detail, language),
                }
                for each in evaluation.problems
            ]
        }
        return json_response(request, body, etag=str(application.revision))

    @extend_schema(
        operation_id="applications_discard",
        summary="Discard a draft",
        tags=["applications"],
        responses={204: None},
    )
    @if_match
    @transaction.atomic
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        application = _lock(id, request)
        require_match(request, str(application.revision))
        discard_draft(application=application)
        return HttpResponse(status=204)


def _lock(id: UUID, request: Request) -> Application:
    found = Application.objects.select_for_update().filter(id=id, applicant_id=request.user.id).first()
    if found is None:
        raise Missing
    return found
