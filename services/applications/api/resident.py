"""The resident's applications."""

from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import examples
from services.applications.api.mine import changes_page, mine_page
from services.applications.api.serializers import (
    ApplicationOut,
    ChangesOut,
    DeadlineOut,
    DraftAnswersIn,
    DraftIn,
    DraftOut,
    FileIn,
    FileOut,
    MyPage,
    ReasonIn,
    SubmittedOut,
    TimelineOut,
)
from services.applications.conflicts import Conflict, changed_elsewhere, reconciled
from services.applications.models import DRAFT, Application, ApplicationFile
from services.applications.operations.drafts import create_draft, discard_draft, not_a_draft, save_answers
from services.applications.operations.files import attach_file, remove_file
from services.applications.operations.moving import opened
from services.applications.operations.retention import note_delivery
from services.applications.operations.submission import Command, NotFound, submit
from services.applications.operations.transitions import act
from services.applications.queries.behalf import covers
from services.applications.queries.deadline import explain
from services.applications.queries.detail import body_of, file_line
from services.applications.queries.history import timeline
from services.applications.queries.stored import document_of, file_of
from services.definitions import Evaluation
from services.documents.api.downloads import MEDIA_TYPES, document_response, file_response
from superapp.http.conditional import if_match, is_match, json_response, may_match, require_match
from superapp.http.idempotency import fingerprint, form_fingerprint, idempotent, read_key
from superapp.http.language import request_language
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing, Problem, localized

_SCOPES = ["applications"]


def own(id: UUID, request: Request) -> Any:
    """Return the row of the signed-in person's application.

    :raises Missing: 404 when there is none, or it is another's.
    """
    try:
        row = opened(id, applicant_id=caller(request).id, now=timezone.now())
    except Application.DoesNotExist:
        raise Missing from None
    if not covers(caller(request).actor, row.version):
        raise Missing
    return row


def reach(id: UUID, request: Request) -> None:
    """Refuse who acts for another what their mandate does not reach; who acts for themselves costs nothing.

    :raises Missing: 404, as if there were none.
    """
    if caller(request).actor is not None:
        own(id, request)


class Applications(APIView):
    """My applications: list, and begin one."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"POST": (403, 409)}

    @extend_schema(
        operation_id="applications_list",
        summary="My applications, most recently changed first",
        tags=["applications"],
        description=(
            "With `updated_since`, what changed instead: each application in full, oldest change first, and what was "
            "deleted. Empty at first, then the `cursor` of the answer before; `next` leads on while there is more. "
            "Nothing is missed, and something may come twice."
        ),
        parameters=[
            *PAGE,
            OpenApiParameter("updated_since", str, allow_blank=True, description="Empty, or a `cursor`."),
        ],
        responses={
            200: PolymorphicProxySerializer(
                component_name="MyApplications", serializers=[MyPage, ChangesOut], resource_type_field_name=None
            )
        },
        examples=[examples.MY_PAGE, examples.CHANGES],
    )
    def get(self, request: Request) -> HttpResponse:
        return changes_page(request) if "updated_since" in request.GET else mine_page(request)

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
            applicant_id=caller(request).id,
            assurance=caller(request).assurance,
            service=wanted.validated_data["service"],
            actor=caller(request).actor,
            now=timezone.now(),
        )
        return _application(request, application.id, status=201 if created else 200)


def _application(request: Request, id: UUID, *, status: int = 200) -> HttpResponse:
    row = own(id, request)
    return json_response(request, body_of(row, request_language(request)), etag=str(row.revision), status=status)


class OneApplication(APIView):
    """One of my applications."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"PATCH": (409,), "DELETE": (409,)}

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
            "unknown fields and wrong types are refused. `If-Match` carries the ETag that was read. When the draft was "
            "changed elsewhere meanwhile, nothing is saved, and 412 names each field in `conflicts`: `base`, `yours` "
            "and `theirs`. With `base`, only a field that was changed on both sides is one; without any, all is saved. "
            "With `merge`, too, the others are saved (200)."
        ),
        tags=["applications"],
        request=DraftAnswersIn,
        responses={200: DraftOut},
        examples=[examples.ANSWERS_IN, examples.DRAFT],
    )
    @if_match
    @transaction.atomic
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        wanted = DraftAnswersIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        reach(id, request)
        application = lock(id, request)
        if application.state != DRAFT:
            raise not_a_draft(application.state)
        patch = wanted.initial_data["answers"]
        conflicts: list[Conflict] = []
        if not is_match(request, str(application.revision)):
            patch, conflicts = reconciled(application.answers, patch, wanted.initial_data.get("base"))
            if conflicts and not ("base" in wanted.initial_data and wanted.validated_data["merge"]):
                raise changed_elsewhere(conflicts, f"{application.revision}.{request_language(request)}")
        evaluation = save_answers(application=application, patch=patch, now=timezone.now())
        body = draft_body(request, id, evaluation) | {"conflicts": [each.body() for each in conflicts]}
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
        reach(id, request)
        application = lock(id, request)
        require_match(request, str(application.revision))
        discard_draft(application=application)
        return HttpResponse(status=204)


def draft_body(request: Request, id: UUID, evaluation: Evaluation) -> dict[str, Any]:
    """Return a draft as it stands, with what still keeps it from being submitted."""
    language = request_language(request)
    return body_of(own(id, request), language) | {
        "problems": [
            {"pointer": f"/answers{each.pointer}", "code": each.code, "detail": localized(each.detail, language)}
            for each in evaluation.problems
        ],
        "conflicts": [],
    }


def lock(id: UUID, request: Request) -> Application:
    """Return the signed-in person's application, its row locked.

    :raises Missing: when it is not theirs.
    """
    found = Application.objects.select_for_update().filter(id=id, applicant_id=caller(request).id).first()
    if found is None:
        raise Missing
    return found


class Submit(APIView):
    """Submit a draft."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = (403, 409, 412, 422, 503)

    @extend_schema(
        operation_id="applications_submit",
        summary="Submit a draft",
        description=(
            "Checks everything and names every field and file that is missing or wrong (422). Sent again, it answers "
            "with what stands: one application, one event, one number. `receipt` is signed; it is kept at "
            "`applications/{id}/receipt/`. `If-Match`, when sent, guards against submitting what another device "
            "changed."
        ),
        tags=["applications"],
        request=None,
        responses={200: SubmittedOut},
        examples=[examples.SUBMITTED],
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        reach(id, request)
        command = Command(
            application_id=id,
            applicant_id=caller(request).id,
            key=str(read_key(request)),
            fingerprint=fingerprint(request),
            language=request_language(request),
            if_match=request.META.get("HTTP_IF_MATCH"),
            now=timezone.now(),
            actor=caller(request).actor,
            assurance=caller(request).assurance if caller(request).actor else None,
        )
        try:
            return submit(command).response()
        except NotFound:
            raise Missing from None

    post.idempotency_key = "required"  # type: ignore[attr-defined]


class Withdraw(APIView):
    """Take an application back."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = (403, 409, 412, 422)

    @extend_schema(
        operation_id="applications_withdraw",
        summary="Withdraw an application that is still open",
        tags=["applications"],
        request=ReasonIn,
        responses={200: ApplicationOut},
        examples=[examples.REASON_IN, examples.APPLICATION],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = ReasonIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        own(id, request)
        act(
            application_id=id,
            actor_id=caller(request).doer_id,
            behalf=caller(request).actor,
            roles={"resident"},
            action="withdraw",
            reason=wanted.validated_data["reason"],
            if_match=request.META.get("HTTP_IF_MATCH"),
            now=timezone.now(),
        )
        return _application(request, id)


class Timeline(APIView):
    """What happened to my application."""

    required_scopes = acting_scopes = _SCOPES

    @extend_schema(
        operation_id="applications_timeline",
        summary="What happened, oldest first",
        tags=["applications"],
        responses={200: TimelineOut},
        examples=[examples.TIMELINE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = own(id, request)
        below = request.build_absolute_uri("../")
        return json_response(request, {"results": timeline(id, row.version, request_language(request), below=below)})


class Deadline(APIView):
    """By when, and why."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = (409,)

    @extend_schema(
        operation_id="applications_deadline",
        summary="By which date the law owes an answer, and why",
        tags=["applications"],
        responses={200: DeadlineOut},
        examples=[examples.DEADLINE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = own(id, request)
        if row.submitted_at is None:
            raise Problem(
                status=409,
                code="not_submitted",
                detail={
                    "id": "Permohonan belum diajukan, jadi tenggat belum berjalan.",
                    "en": "This was not submitted yet, so no clock runs.",
                },
            )
        return json_response(request, explain(row, request_language(request)))


class Files(APIView):
    """Files of a draft."""

    required_scopes = acting_scopes = _SCOPES
    parser_classes = (MultiPartParser,)
    throttle_scope = "upload"
    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="applications_attach",
        summary="Hand in a file for one of the required documents",
        description=(
            "The type is found from the bytes, not the name; pictures are made anew without their metadata. Sent "
            "again for the same document, the new file takes the old one's place; an `Idempotency-Key` keeps an upload "
            "that arrives late a second time from doing so."
        ),
        tags=["applications"],
        request={"multipart/form-data": FileIn},
        responses={201: FileOut},
        examples=[examples.FILE_IN, examples.FILE],
    )
    @idempotent(required=False, mark_of=form_fingerprint)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        reach(id, request)
        wanted = FileIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            attached = attach_file(
                application_id=id,
                applicant_id=caller(request).id,
                requirement=wanted.validated_data["requirement"],
                upload=wanted.validated_data["file"],
                now=timezone.now(),
            )
        except Application.DoesNotExist:
            raise Missing from None
        return json_response(request, file_line(attached), status=201)


class OneFile(APIView):
    """One file of mine."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"DELETE": (409,), "GET": (503,)}

    @extend_schema(
        operation_id="applications_file",
        summary="Download a file that I handed in",
        tags=["applications"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES},
    )
    def get(self, request: Request, id: UUID, file_id: UUID) -> HttpResponse:
        own(id, request)
        try:
            return file_response(request, file_of(id, file_id))
        except ApplicationFile.DoesNotExist:
            raise Missing from None

    @extend_schema(
        operation_id="applications_detach",
        summary="Take a file out of a draft",
        tags=["applications"],
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID, file_id: UUID) -> HttpResponse:
        reach(id, request)
        try:
            remove_file(application_id=id, applicant_id=caller(request).id, file_id=file_id, now=timezone.now())
        except (Application.DoesNotExist, ApplicationFile.DoesNotExist):
            raise Missing from None
        return HttpResponse(status=204)


class DocumentFile(APIView):
    """The document that was issued to me."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = (503,)

    @extend_schema(
        operation_id="applications_document",
        summary="Download the issued document (PDF)",
        description="404 until it is issued.",
        tags=["applications"],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        document = document_of(id)
        if document is None:
            raise Missing
        note_delivery(id, now=timezone.now())
        return document_response(request, document)
