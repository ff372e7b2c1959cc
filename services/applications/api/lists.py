"""Views kept by name, and lists of the queue taken out as files."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.bearer import caller
from services.agencies.queries import agencies_named
from services.applications.api.filters import ExactFiltersIn
from services.applications.api.office import OfficeView
from services.applications.models import QueueExport
from services.applications.operations.lists import COLUMNS, ask_for_list, keep_view, remove_view
from services.applications.queries.exports import (
    export_line,
    exports_for,
    open_list,
    own_export,
    view_line,
    views_for,
)
from services.applications.queries.narrowing import filters_of
from services.catalogue.api.serializers import AgencyRef
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Missing, Problem, invalid

_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class ViewIn(Exact):
    name = serializers.CharField(min_length=2, max_length=80)
    filters = ExactFiltersIn()
    shared = serializers.BooleanField(
        required=False, default=False, help_text="With who works in my unit; where I have none, at my agency."
    )


class ViewOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    agency = AgencyRef()
    filters = serializers.DictField(help_text="As the queue takes them; `me` is who uses the view.")
    shared = serializers.BooleanField()
    mine = serializers.BooleanField()
    owner = serializers.CharField()


class ListIn(Exact):
    filters = ExactFiltersIn()
    columns = serializers.ListField(
        child=serializers.ChoiceField(choices=list(COLUMNS)), min_length=1, max_length=len(COLUMNS)
    )
    format = serializers.ChoiceField(choices=list(_TYPES))
    reason = serializers.CharField(min_length=5, max_length=300, help_text="For what. Each applicant reads it.")


class ListOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    agency = AgencyRef()
    asked_by = serializers.CharField()
    reason = serializers.CharField()
    filters = serializers.DictField()
    columns = serializers.ListField(child=serializers.CharField())
    format = serializers.ChoiceField(choices=list(_TYPES))
    state = serializers.ChoiceField(choices=QueueExport.State.values)
    asked_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.IntegerField(allow_null=True)
    capped = serializers.BooleanField(help_text="There were more than the 50,000 of one file.")
    size = serializers.IntegerField(allow_null=True, help_text="Bytes.")


_CAPIL = {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"}
VIEW = OpenApiExample(
    "Overdue and mine",
    value={
        "id": "1a6d2b1c-1111-4222-8333-444455556666",
        "name": "Terlambat",
        "agency": _CAPIL,
        "filters": {"assignee": "me", "overdue": True},
        "shared": True,
        "mine": True,
        "owner": "Rina Wulandari",
    },
    response_only=True,
    status_codes=["200", "201"],
)
VIEW_IN = OpenApiExample(
    "Overdue and mine",
    value={"name": "Terlambat", "filters": {"assignee": "me", "overdue": True}, "shared": True},
    request_only=True,
)
_LIST: dict[str, Any] = {
    "filters": {"state": "in_review"},
    "columns": ["number", "service", "due_on", "applicant"],
    "format": "xlsx",
    "reason": "Rapat evaluasi bulanan",
}
LIST_IN = OpenApiExample("For a meeting", value=_LIST, request_only=True)
LIST = OpenApiExample(
    "Ready",
    value=_LIST
    | {
        "id": "2a6d2b1c-1111-4222-8333-444455556666",
        "agency": _CAPIL,
        "asked_by": "Rina Wulandari",
        "state": "ready",
        "asked_at": "2026-11-26T08:00:00+08:00",
        "ready_at": "2026-11-26T08:00:04+08:00",
        "expires_at": "2026-11-27T08:00:04+08:00",
        "rows": 412,
        "capped": False,
        "size": 21931,
    },
    response_only=True,
    status_codes=["200", "202"],
)
BYTES = OpenApiExample(
    "A workbook", value="(bytes of antrean-2026-11-26.xlsx)", response_only=True, media_type=_TYPES["xlsx"]
)


def kept_filters(
    filters: dict[str, Any], *, me: UUID, roles: Mapping[UUID, frozenset[str]]
) -> tuple[UUID, dict[str, Any]]:
    """Return the one agency that filters are about, and the filters as they are kept: checked, in words.

    :raises Problem: 400 for another's agency, when one must be named, or naming what there is not.
    """
    known = {code: id for id, (code, _name) in agencies_named(roles).items()}
    fitting = [id for code, id in known.items() if filters.get("agency", "").upper() in ("", code)]
    if len(fitting) != 1:
        detail = {"id": "Sebutkan kode OPD tempat Anda bekerja.", "en": "Name the code of an agency where you work."}
        raise invalid([FieldError("/filters/agency", "invalid", detail)])
    words = {name: value if isinstance(value, bool) else str(value) for name, value in filters.items()}
    filters_of(words, me=me, agency_ids=fitting, now=timezone.now())
    return fitting[0], words


class Views(OfficeView):
    """Filters under a name."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_views",
        summary="My views of the queue, and those that colleagues share",
        tags=["office"],
        responses={200: ViewOut(many=True)},
        examples=[VIEW],
    )
    def get(self, request: Request) -> HttpResponse:
        me = caller(request).id
        lines = [view_line(each, me) for each in views_for(me, list(self.roles))]
        return json_response(request, {"next": None, "previous": None, "results": lines})

    @extend_schema(
        operation_id="office_view_keep",
        summary="Keep filters under a name, in place of those that bore it",
        tags=["office"],
        request=ViewIn,
        responses={200: ViewOut, 201: ViewOut},
        examples=[VIEW_IN, VIEW],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted = ViewIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        me = caller(request).id
        place, filters = kept_filters(wanted.validated_data["filters"], me=me, roles=self.roles)
        view, made = keep_view(
            owner_id=me,
            agency_id=place,
            name=wanted.validated_data["name"],
            filters=filters,
            shared=wanted.validated_data["shared"],
        )
        return json_response(request, view_line(view, me), status=201 if made else 200)


class OneView(OfficeView):
    """One of mine."""

    @extend_schema(
        operation_id="office_view_remove", summary="Keep a view no longer", tags=["office"], responses={204: None}
    )
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        remove_view(view_id=id, owner_id=caller(request).id)
        return Response(status=204)


class Exports(OfficeView):
    """Lists taken out."""

    problem_statuses = {"POST": (409, 422)}

    @extend_schema(
        operation_id="office_exports",
        summary="Lists that I took out; an OPD admin sees who of the agency did, what and why",
        tags=["office"],
        parameters=[*PAGE],
        responses={200: ListOut(many=True)},
        examples=[LIST],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        administered = [id for id, held in self.roles.items() if "admin" in held]
        rows = exports_for(
            caller(request).id, administered, limit=asked.limit + 1, after=asked.after, before=asked.before
        )
        body = page_of(request, asked, rows, key=lambda each: (each.asked_at, each.pk), line=export_line)
        return json_response(request, body)

    @extend_schema(
        operation_id="office_export_ask",
        summary="Take a list of the queue out as CSV or XLSX",
        description=(
            "Written by the worker, at most 50,000 rows, kept for 24 hours; a notice tells when it is ready. Each "
            "applicant in it sees who took it out and why."
        ),
        tags=["office"],
        request=ListIn,
        responses={202: ListOut},
        examples=[LIST_IN, LIST],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = ListIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        place, filters = kept_filters(asked["filters"], me=caller(request).id, roles=self.roles)
        export = ask_for_list(
            asked_by=caller(request).id,
            agency_id=place,
            reason=asked["reason"],
            filters=filters,
            columns=list(dict.fromkeys(asked["columns"])),
            kind=asked["format"],
            language=request_language(request),
            now=timezone.now(),
        )
        return json_response(request, export_line(export), status=202)


class OneExport(OfficeView):
    """How far it is."""

    @extend_schema(
        operation_id="office_export_read",
        summary="How far a list of mine is",
        tags=["office"],
        responses={200: ListOut},
        examples=[LIST],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return json_response(request, export_line(self.mine(id)))

    def mine(self, id: UUID) -> QueueExport:
        """Return the caller's list.

        :raises Missing: when it is another's, or they work there no more.
        """
        try:
            return own_export(id, caller(self.request).id, list(self.roles))
        except QueueExport.DoesNotExist:
            raise Missing from None


class ExportFile(OneExport):
    """The file."""

    problem_statuses = (503,)

    @extend_schema(
        operation_id="office_export_file",
        summary="Download a list of mine",
        description="For 24 hours, by who asked for it alone.",
        tags=["office"],
        responses={(200, kind): OpenApiTypes.BINARY for kind in _TYPES.values()},
        examples=[BYTES],
    )
    def get(self, request: Request, id: UUID) -> HttpResponseBase:  # type: ignore[override]  # bytes, block by block
        return file_of_list(self.mine(id), timezone.now())


def file_of_list(export: QueueExport, now: datetime) -> HttpResponseBase:
    """Answer with the file of a list.

    :raises Missing: when it is not ready, or kept no longer. :raises Problem: 503 when its bytes cannot be read.
    """
    try:
        opened = open_list(export, now)
    except QueueExport.DoesNotExist:
        raise Missing from None
    except OSError as error:
        detail = {"id": "Berkas sedang tidak dapat diambil.", "en": "The file cannot be read at the moment."}
        raise Problem(status=503, code="file_unavailable", detail=detail) from error
    name = f"antrean-{export.asked_at:%Y-%m-%d}.{export.format}"
    response = FileResponse(opened, as_attachment=True, filename=name, content_type=_TYPES[export.format])
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["ETag"] = f'"{export.sha256}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
