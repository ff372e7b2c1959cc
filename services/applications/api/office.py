"""What OPD staff do: one application, what they may do now, doing it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.agencies.models import Agency
from services.agencies.queries import memberships_of
from services.applications.api import examples
from services.applications.api.actions import in_words
from services.applications.api.serializers import (
    ActionsOut,
    OfficeActionIn,
    OfficeApplicationOut,
    TimelineOut,
)
from services.applications.models import Application, ApplicationFile
from services.applications.operations.reading import MAX_WHY, note_reading, step_of
from services.applications.operations.transitions import act, available
from services.applications.queries.behalf import involved
from services.applications.queries.detail import Row, get_office_row, office_body_of
from services.applications.queries.history import timeline
from services.applications.queries.stored import document_of, file_of
from services.catalogue.models import Service
from services.documents.api.downloads import MEDIA_TYPES, document_response, file_response
from superapp.http.conditional import json_response, may_match
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.problems import FieldError, Missing, Problem, invalid


def not_staff() -> Problem:
    """Return the refusal of a person who is a member of no agency."""
    return Problem(
        status=403,
        code="not_staff",
        detail={
            "id": "Hanya petugas perangkat daerah yang dapat membuka halaman ini.",
            "en": "Only members of an agency's staff may see this.",
        },
    )


def service_among(agency: Agency, slug: str) -> Service | None:
    """Return the agency's service named, None for no name.

    :raises Problem: 400 for one that it has not.
    """
    if not slug:
        return None
    service = Service.objects.filter(slug=slug, agency=agency).first()
    if service is None:
        detail = {"id": "OPD Anda tidak memiliki layanan ini.", "en": "Your agency has no such service."}
        raise invalid([FieldError("/service", "unknown_service", detail)])
    return service


class OfficeView(APIView):
    """For members of an agency; each sees that agency's applications and no others."""

    required_scopes = ["office"]
    roles: dict[UUID, frozenset[str]]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.roles = memberships_of(caller(request).id)
        if not self.roles:
            raise not_staff()

    def found(self, id: UUID, *, what: str = "") -> Row:
        """Return the application, and note `what` of it was read.

        :raises Problem: 404 when there is none at this person's agencies.
        """
        try:
            row = get_office_row(id, agency_ids=list(self.roles))
        except Application.DoesNotExist:
            raise Missing from None
        if what:
            self.note(row, what)
        return row

    def roles_at(self, row: Row) -> frozenset[str]:
        """Return the caller's roles where the application lies."""
        return self.roles[row.agency_id]

    def apart(self, row: Row) -> bool:
        """Return whether the caller has no part in the application: only then they read what colleagues keep of it."""
        return not involved(row, caller(self.request).id)

    def note(self, row: Row, what: str) -> None:
        """Record that `what` of this application was read, where the resident sees it."""
        person = caller(self.request)
        assert row.applicant_id  # noqa: S101 - the office's query reads it
        assert row.place  # noqa: S101 - and this, too
        note_reading(
            application_id=row.id,
            applicant_id=row.applicant_id,
            number=row.number or "",
            agency_code=row.place.agency_code,
            agency_name=row.place.agency_name,
            reader_id=person.id,
            reader_name=person.full_name,
            roles=self.roles_at(row),
            what=what,
            why=_reason(self.request) or step_of(row.version, row.state),
            now=timezone.now(),
        )


def _reason(request: Request) -> str:
    """Return why the caller reads, where they say so (`?reason=`).

    :raises Problem: 400 when it is too long to be kept.
    """
    reason = " ".join(request.GET.get("reason", "").replace("\x00", " ").split())
    if len(reason) > MAX_WHY:
        detail = {"id": f"Paling banyak {MAX_WHY} huruf.", "en": f"At most {MAX_WHY} characters."}
        raise invalid([FieldError("/reason", "max_length", detail)])
    return reason


class OneApplication(OfficeView):
    """One application of my agency."""

    @extend_schema(
        operation_id="office_application_read",
        summary="One application of my agency",
        description="The resident sees that it was read, by whom, when and why.",
        tags=["office"],
        parameters=[OpenApiParameter("reason", str, description="Why; the resident reads it. Any reading takes one.")],
        responses={200: OfficeApplicationOut},
        examples=[examples.OFFICE_APPLICATION],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = self.found(id, what="application")
        return json_response(request, office_body_of(row, request_language(request)), etag=str(row.revision))


class Timeline(OfficeView):
    """History of an application of my agency."""

    @extend_schema(
        operation_id="office_timeline",
        summary="History of an application of my agency",
        tags=["office"],
        responses={200: TimelineOut},
        examples=[examples.TIMELINE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = self.found(id, what="timeline")
        below = request.build_absolute_uri("../")
        lines = timeline(id, row.version, request_language(request), below=below, staff=self.apart(row))
        return json_response(request, {"results": lines})


class Actions(OfficeView):
    """What I may do now."""

    @extend_schema(
        operation_id="office_actions",
        summary="What I may do with this application now",
        tags=["office"],
        responses={200: ActionsOut},
        examples=[examples.ACTIONS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = self.found(id)
        offered = available(row, actor_id=caller(request).id, roles=self.roles_at(row))
        return json_response(request, in_words(request, row, offered))


class TakeAction(OfficeView):
    """Do it."""

    problem_statuses = (409, 412, 422, 503)

    @extend_schema(
        operation_id="office_action",
        summary="Take an action of the workflow",
        description="`actions/` tells which are open to me now and whether a reason is owed; the resident reads it. "
        "Files that it asks are handed in before, at `actions/{action}/files/`.",
        tags=["office"],
        request=OfficeActionIn,
        responses={200: OfficeApplicationOut},
        examples=[examples.DECISION_IN, examples.OFFICE_APPLICATION],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID, action: str) -> HttpResponse:
        wanted = OfficeActionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = self.found(id, what="decision")
        act(
            application_id=id,
            actor_id=caller(request).id,
            roles=self.roles_at(row),
            action=action,
            reason=wanted.validated_data["reason"],
            reason_code=wanted.validated_data["reason_code"],
            basis=wanted.validated_data["basis"],
            if_match=request.META.get("HTTP_IF_MATCH"),
            now=timezone.now(),
        )
        row = self.found(id)
        return json_response(request, office_body_of(row, request_language(request)), etag=str(row.revision))


class OneFile(OfficeView):
    """A file of an application of my agency."""

    @extend_schema(
        operation_id="office_file",
        summary="Download a file that the resident handed in",
        tags=["office"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in MEDIA_TYPES},
    )
    def get(self, request: Request, id: UUID, file_id: UUID) -> HttpResponse:
        row = self.found(id)
        try:
            stored = file_of(id, file_id)
        except ApplicationFile.DoesNotExist:
            raise Missing from None
        self.note(row, "file")
        return file_response(request, stored)


class DocumentFile(OfficeView):
    """The document that was issued."""

    @extend_schema(
        operation_id="office_document",
        summary="Download the issued document (PDF)",
        tags=["office"],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = self.found(id)
        document = document_of(id)
        if document is None:
            raise Missing
        self.note(row, "document")
        return document_response(request, document)
