"""Rounds of correction: the office asks, the resident puts right and sends back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import examples
from services.applications.api.corrections_shapes import (
    ASKED,
    ASKED_IN,
    CORRECTED_FILE,
    OFFICE_ROUNDS,
    ROUND,
    ROUNDS,
    SEND_IN,
    CorrectionAskIn,
    CorrectionFileOut,
    CorrectionOut,
    CorrectionSendIn,
    CorrectionsOut,
    OfficeCorrectionsOut,
)
from services.applications.api.office import OfficeView
from services.applications.api.resident import own, reach
from services.applications.api.serializers import AnswersIn, FileIn, OfficeApplicationOut, ReasonIn, SubmittedOut
from services.applications.city_time import city_day
from services.applications.models import Application, CorrectionFile
from services.applications.operations.corrections import (
    Item,
    ask_correction,
    attach_correction,
    cancel_correction,
    save_correction,
    send_correction,
)
from services.applications.operations.reading import highest
from services.applications.queries.corrections import (
    corrected_file,
    line_of,
    open_round,
    reason_codes,
    replaced_file,
    rounds_of,
)
from services.applications.queries.detail import Row, body_of, file_line, office_body_of
from services.applications.queries.receipts import receipt_of
from services.definitions import Evaluation
from services.documents.api.downloads import MEDIA_TYPES, file_response
from services.documents.models import StoredFile
from superapp.http.conditional import if_match, json_response
from superapp.http.idempotency import form_fingerprint, idempotent
from superapp.http.language import request_language
from superapp.http.problems import Missing

_SCOPES = ["applications"]


class Corrections(APIView):
    """What I am asked to put right."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"PATCH": (409, 422)}

    @extend_schema(
        operation_id="corrections_list",
        summary="What I am asked to put right, the latest round last",
        tags=["applications"],
        responses={200: CorrectionsOut},
        examples=[ROUNDS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row, language = own(id, request), request_language(request)
        lines = [line_of(each, language, evaluation=_judged(each, row)) for each in rounds_of(id)]
        return json_response(request, {"results": lines}, etag=str(row.revision))

    @extend_schema(
        operation_id="corrections_save",
        summary="Put answers right",
        description=(
            "Merges `answers` (RFC 7396) into the open round. Only what was marked may change, and what follows; "
            "anything else is refused with `locked`. Nothing reaches the agency before `send/`."
        ),
        tags=["applications"],
        request=AnswersIn,
        responses={200: CorrectionOut},
        examples=[examples.ANSWERS_IN, ROUND],
    )
    @if_match
    @transaction.atomic
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        wanted = AnswersIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        reach(id, request)
        try:
            evaluation = save_correction(
                application_id=id,
                applicant_id=caller(request).id,
                patch=wanted.initial_data["answers"],
                revision=request.META.get("HTTP_IF_MATCH"),
                now=timezone.now(),
            )
        except Application.DoesNotExist:
            raise Missing from None
        row = own(id, request)
        round_ = open_round(id)
        assert round_ is not None  # noqa: S101 - it was saved in this transaction
        line = line_of(round_, request_language(request), evaluation=evaluation)
        return json_response(request, line, etag=str(row.revision))


def _judged(round_: Any, row: Row) -> Evaluation | None:
    """Return what the answers of an open round mean as they would stand."""
    if round_.state != "open":
        return None
    answers = row.answers if round_.answers is None else round_.answers
    return row.version.definition.form.evaluate(answers, today=city_day(timezone.now()))


class CorrectionFiles(APIView):
    """Files of the open round."""

    required_scopes = acting_scopes = _SCOPES
    parser_classes = (MultiPartParser,)
    throttle_scope = "upload"
    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="corrections_attach",
        summary="Hand in a file anew that was marked",
        tags=["applications"],
        request={"multipart/form-data": FileIn},
        responses={201: CorrectionFileOut},
        examples=[examples.FILE_IN, CORRECTED_FILE],
    )
    @idempotent(required=False, mark_of=form_fingerprint)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        reach(id, request)
        wanted = FileIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            kept = attach_correction(
                application_id=id,
                applicant_id=caller(request).id,
                requirement=wanted.validated_data["requirement"],
                upload=wanted.validated_data["file"],
                now=timezone.now(),
            )
        except Application.DoesNotExist:
            raise Missing from None
        return json_response(request, file_line(kept), status=201)


class SendCorrections(APIView):
    """Hand the round back."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = (403, 409, 412, 422, 503)

    @extend_schema(
        operation_id="corrections_send",
        summary="Send what was put right; the clock goes on",
        description=(
            "Names what is still wrong, or was marked and stays as it was (422); a `note` says why that is right. "
            "`If-Match` guards when sent."
        ),
        tags=["applications"],
        request=CorrectionSendIn,
        responses={200: SubmittedOut},
        examples=[SEND_IN, examples.SUBMITTED],
    )
    @idempotent(required=True)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = CorrectionSendIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        reach(id, request)
        try:
            send_correction(
                application_id=id,
                applicant_id=caller(request).id,
                doer_id=caller(request).doer_id,
                behalf=caller(request).actor,
                note=wanted.validated_data["note"].strip(),
                revision=request.META.get("HTTP_IF_MATCH"),
                now=timezone.now(),
            )
        except Application.DoesNotExist:
            raise Missing from None
        row = own(id, request)
        body = body_of(row, request_language(request)) | {"receipt": receipt_of(id)}
        return json_response(request, body, etag=str(row.revision))


class CorrectionFileBytes(APIView):
    """A file of a round."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"GET": (503,)}

    @extend_schema(
        operation_id="corrections_file",
        summary="Download a file of a round: the new one, once sent the one that it replaced",
        tags=["applications"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES},
    )
    def get(self, request: Request, id: UUID, file_id: UUID) -> HttpResponse:
        own(id, request)
        return file_response(request, _found(corrected_file, id, file_id))


def _found(found: Callable[[UUID, UUID], StoredFile], id: UUID, file_id: UUID) -> StoredFile:
    try:
        return found(id, file_id)
    except CorrectionFile.DoesNotExist:
        raise Missing from None


class OfficeCorrections(OfficeView):
    """Ask, and see old beside new."""

    problem_statuses = {"POST": (409, 422)}

    @extend_schema(
        operation_id="office_corrections",
        summary="The rounds of an application: old beside new; and the reasons to choose from",
        tags=["office"],
        responses={200: OfficeCorrectionsOut},
        examples=[OFFICE_ROUNDS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row, language = self.found(id, what="application"), request_language(request)
        lines = [
            line_of(each, language, working=False) | {"asked_by": each.asked_by.full_name} for each in rounds_of(id)
        ]
        body = {
            "results": lines,
            "reason_codes": reason_codes(language),
            "rounds_left": max(row.version.definition.corrections.rounds - len(lines), 0),
        }
        return json_response(request, body)

    @extend_schema(
        operation_id="office_corrections_ask",
        summary="Ask the applicant to put single answers or files right",
        description="They alone unlock, and the clock stands until they come back.",
        tags=["office"],
        request=CorrectionAskIn,
        responses={201: CorrectionOut},
        examples=[ASKED_IN, ASKED],
    )
    @idempotent(required=True)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = CorrectionAskIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = self.found(id, what="decision")
        asked = ask_correction(
            application_id=id,
            actor_id=caller(request).id,
            role=highest(self.roles_at(row)),
            items=[Item(**each) for each in wanted.validated_data["items"]],
            message=wanted.validated_data["message"],
            now=timezone.now(),
        )
        return json_response(request, line_of(asked, request_language(request)), status=201)


class CancelCorrections(OfficeView):
    """Take a round back."""

    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="office_corrections_cancel",
        summary="Take the open round back: nothing needs putting right after all",
        tags=["office"],
        request=ReasonIn,
        responses={200: OfficeApplicationOut},
        examples=[examples.REASON_IN, examples.OFFICE_APPLICATION],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = ReasonIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = self.found(id, what="decision")
        cancel_correction(
            application_id=id,
            actor_id=caller(request).id,
            role=highest(self.roles_at(row)),
            reason=wanted.validated_data["reason"],
            now=timezone.now(),
        )
        row = self.found(id)
        return json_response(request, office_body_of(row, request_language(request)), etag=str(row.revision))


class OfficeCorrectionFile(OfficeView):
    """A file that was replaced, or not sent yet: the office sees the former."""

    @extend_schema(
        operation_id="office_corrections_file",
        summary="Download a file that was replaced in a round",
        tags=["office"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES},
    )
    def get(self, request: Request, id: UUID, file_id: UUID) -> HttpResponse:
        row = self.found(id)
        stored = _found(replaced_file, id, file_id)
        self.note(row, "file")
        return file_response(request, stored)
