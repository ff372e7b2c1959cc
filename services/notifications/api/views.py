"""My inbox: list, mark as read."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.notifications.api.serializers import NoticeOut
from services.notifications.models import Notice
from services.notifications.operations import mark_read
from services.notifications.queries import inbox, line_of
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Missing, Problem

_EXAMPLE = OpenApiExample(
    "Notice",
    value={
        "id": "0193a6f2-0000-4000-8000-000000000001",
        "kind": "application.submitted",
        "title": "Akta Kelahiran: diterima",
        "body": "Permohonan BPN-7K3M-2Q9F-0 kami terima. Jawaban paling lambat 30 November 2026.",
        "application_id": "0193a6f2-0000-4000-8000-000000000002",
        "created_at": "2026-11-24T10:00:00+08:00",
        "read_at": None,
        "url": "https://layanan.balikpapan.example/permohonan/0193a6f2-0000-4000-8000-000000000002/",
    },
    response_only=True,
)
_CHOICES = {"": False, "false": False, "0": False, "true": True, "1": True}


class Notifications(APIView):
    """My notices."""

    required_scopes: ClassVar[list[str]] = ["notifications"]

    @extend_schema(
        operation_id="notifications_list",
        summary="My notices, newest first",
        tags=["notifications"],
        parameters=[
            OpenApiParameter("unread", bool, description="Only those not yet read."),
            *PAGE,
        ],
        responses={200: NoticeOut(many=True)},
        examples=[_EXAMPLE],
    )
    def get(self, request: Request) -> HttpResponse:
        unread = _unread(request.query_params.get("unread", ""))
        asked = read_page(request, [datetime, UUID])
        rows = inbox(caller(request).id, unread=unread, limit=asked.limit + 1, after=asked.after, before=asked.before)
        language = request_language(request)
        body = page_of(request, asked, rows, key=lambda row: (row[5], row[0]), line=lambda row: line_of(row, language))
        return json_response(request, body)


class MarkRead(APIView):
    """One of my notices."""

    required_scopes: ClassVar[list[str]] = ["notifications"]

    @extend_schema(
        operation_id="notifications_read",
        summary="Mark a notice as read",
        description="Done again, it changes nothing: `read_at` stays the time of the first reading.",
        tags=["notifications"],
        request=None,
        responses={200: NoticeOut},
        examples=[_EXAMPLE],
    )
    def post(self, request: Request, notice_id: UUID) -> HttpResponse:
        try:
            row = mark_read(notice_id=notice_id, recipient_id=caller(request).id, now=timezone.now())
        except Notice.DoesNotExist:
            raise Missing from None
        return json_response(request, line_of(row, request_language(request)))


def _unread(asked: str) -> bool:
    if asked.lower() in _CHOICES:
        return _CHOICES[asked.lower()]
    raise _bad_parameter("unread", "Isi dengan true atau false.", "Say true or false.")


def _bad_parameter(name: str, indonesian: str, english: str) -> Problem:
    detail = {"id": indonesian, "en": english}
    return Problem(
        status=400,
        code="invalid_parameter",
        detail=detail,
        errors=[FieldError(f"/{name}", "invalid", detail)],
    )
