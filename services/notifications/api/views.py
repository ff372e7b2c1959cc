"""My inbox: list, mark as read."""

from datetime import datetime
from typing import ClassVar, cast
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.bearer import Principal
from services.notifications.api.serializers import NoticeOut
from services.notifications.models import Notice
from services.notifications.operations import mark_read
from services.notifications.queries import Key, Row, inbox, line_of
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import InvalidCursor, decode_cursor, encode_cursor
from superapp.http.problems import FieldError, Missing, Problem

_EXAMPLE = OpenApiExample(
    "Notice",
    value={
        "id": "0193a6f2-0000-4000-8000-000000000001",
        "kind": "application.submitted",
        "title": "Akta Kelahiran: diterima",
        "body": "Permohonan BPN-7K3M-2Q9F-X kami terima. Jawaban paling lambat 30 November 2026.",
        "application_id": "0193a6f2-0000-4000-8000-000000000002",
        "created_at": "2026-11-24T10:00:00+08:00",
        "read_at": None,
    },
    response_only=True,
)
_DEFAULT_LIMIT, _MOST = 20, 100
_CHOICES = {"": False, "false": False, "0": False, "true": True, "1": True}
_AFTER, _BEFORE = "after", "before"


class Notifications(APIView):
    """My notices."""

    required_scopes: ClassVar[list[str]] = ["notifications"]

    @extend_schema(
        operation_id="notifications_list",
        summary="My notices, newest first",
        tags=["notifications"],
        parameters=[
            OpenApiParameter("unread", bool, description="Only those not yet read."),
            OpenApiParameter("cursor", str),
            OpenApiParameter("limit", int, description="1 to 100"),
        ],
        responses={200: NoticeOut(many=True)},
        examples=[_EXAMPLE],
    )
    def get(self, request: Request) -> HttpResponse:
        limit = _limit(request.query_params.get("limit"))
        unread = _unread(request.query_params.get("unread", ""))
        direction, key = _position(request.query_params.get("cursor", ""))
        rows = inbox(
            _person_id(request),
            unread=unread,
            limit=limit + 1,
            after=key if direction == _AFTER else None,
            before=key if direction == _BEFORE else None,
        )
        return json_response(request, _page(request, rows, limit, direction))


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
            row = mark_read(notice_id=notice_id, recipient_id=_person_id(request), now=timezone.now())
        except Notice.DoesNotExist:
            raise Missing from None
        return json_response(request, line_of(row, request_language(request)))


def _person_id(request: Request) -> UUID:
    return cast(Principal, request.user).id


def _page(request: Request, rows: list[Row], limit: int, direction: str) -> dict[str, object]:
    """Return one page of `rows`, which hold one more than `limit` when that way leads further."""
    further = len(rows) > limit
    if direction == _BEFORE:
        rows = rows[-limit:]
        older, newer = True, further
    else:
        rows = rows[:limit]
        older, newer = further, direction == _AFTER
    language = request_language(request)
    return {
        "next": _link(request, _AFTER, rows[-1]) if rows and older else None,
        "previous": _link(request, _BEFORE, rows[0]) if rows and newer else None,
        "results": [line_of(row, language) for row in rows],
    }


def _link(request: Request, direction: str, edge: Row) -> str:
    cursor = encode_cursor([direction, edge[5].isoformat(), str(edge[0])])
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)


def _position(cursor: str) -> tuple[str, Key | None]:
    """Return the way and the edge that `cursor` names.

    :raises InvalidCursor: for a cursor that this list did not give.
    """
    if not cursor:
        return "", None
    direction, created_at, id_text = decode_cursor(cursor, [str, str, str])
    try:
        key = datetime.fromisoformat(created_at), UUID(id_text)
    except ValueError:
        raise InvalidCursor from None
    if direction not in (_AFTER, _BEFORE) or key[0].tzinfo is None:
        raise InvalidCursor
    return direction, key


def _limit(asked: str | None) -> int:
    if asked is None:
        return _DEFAULT_LIMIT
    if asked.isascii() and asked.isdigit() and len(asked) <= 3 and 1 <= int(asked) <= _MOST:
        return int(asked)
    raise _bad_parameter("limit", f"Angka 1 sampai {_MOST}.", f"A number from 1 to {_MOST}.")


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
