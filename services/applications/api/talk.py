"""Notes among colleagues, messages between an agency and the applicant. Never mixed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api.office import OfficeView
from services.applications.api.resident import own, reach
from services.applications.api.serializers import PersonRef
from services.applications.operations.handling.steps import Doer
from services.applications.operations.talk import mark_read, write_note, write_to_office, write_to_resident
from services.applications.operations.transitions import action_forbidden
from services.applications.queries.talk import message_line, messages_of, note_line, notes_of, unread_by
from services.catalogue.api.serializers import AgencyRef
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE


class TextIn(Exact):
    text = serializers.CharField(max_length=4000)


class NoteIn(TextIn):
    mentions = serializers.ListField(
        child=serializers.UUIDField(), required=False, default=list, max_length=20, help_text="Ids of `office/staff/`."
    )


class NoteOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    author = PersonRef()
    text = serializers.CharField()
    mentions = PersonRef(many=True)
    at = serializers.DateTimeField()


class MessageOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    agency = AgencyRef(help_text="Where the application lay when it was written.")
    author = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True, help_text="When the other side read it.")

    def get_fields(self) -> dict[str, Any]:
        """Add the member whose name is a word of Python."""
        return super().get_fields() | {"from": serializers.ChoiceField(choices=["office", "resident"])}


class MessagesOut(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    unread = serializers.IntegerField(help_text="Messages of the other side that mine has not read.")
    results = MessageOut(many=True)


_NOTE: dict[str, Any] = {
    "id": "4a6d2b1c-1111-4222-8333-444455556666",
    "author": {"id": "7a6d2b1c-1111-4222-8333-444455556666", "name": "Rina Wulandari"},
    "text": "Berkas asli sudah saya lihat di loket.",
    "mentions": [{"id": "8a6d2b1c-1111-4222-8333-444455556666", "name": "Agus Pratama"}],
    "at": "2026-11-26T08:00:00+08:00",
}
_MESSAGE: dict[str, Any] = {
    "id": "5a6d2b1c-1111-4222-8333-444455556666",
    "from": "office",
    "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
    "author": "Rina Wulandari",
    "text": "Mohon bawa buku nikah asli saat mengambil dokumen.",
    "at": "2026-11-26T08:00:00+08:00",
    "read_at": None,
}
NOTE = OpenApiExample("A note", value=_NOTE, response_only=True, status_codes=["200", "201"])
NOTE_IN = OpenApiExample(
    "For a colleague",
    value={"text": _NOTE["text"], "mentions": ["8a6d2b1c-1111-4222-8333-444455556666"]},
    request_only=True,
)
MESSAGE = OpenApiExample("A message", value=_MESSAGE, response_only=True, status_codes=["201"])
MESSAGES = OpenApiExample(
    "One, unread",
    value={"next": None, "previous": None, "unread": 1, "results": [_MESSAGE]},
    response_only=True,
    status_codes=["200"],
)
TEXT_IN = OpenApiExample("In words", value={"text": _MESSAGE["text"]}, request_only=True)


def _key(written: Any) -> tuple[Any, Any]:
    return written.at, written.pk


def _messages(request: Request, id: UUID, *, office: bool) -> HttpResponse:
    """Answer with a page of messages, and how many this side has not read."""
    asked = read_page(request, [datetime, UUID])
    rows = messages_of(id, limit=asked.limit + 1, after=asked.after, before=asked.before)
    body = page_of(request, asked, rows, key=_key, line=message_line)
    return json_response(request, body | {"unread": unread_by(id, office=office)})


class Notes(OfficeView):
    """Notes of my agency."""

    problem_statuses = {"POST": (409, 422)}

    @extend_schema(
        operation_id="office_notes",
        summary="Notes that my agency's staff wrote for each other, the latest first",
        description=(
            "No resident's route shows them; another agency that has the application does not see them, nor does who "
            "applied for it."
        ),
        tags=["office"],
        parameters=[*PAGE],
        responses={200: NoteOut(many=True)},
        examples=[NOTE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        row = self.found(id, what="note")
        if not self.apart(row):
            raise action_forbidden("notes")
        rows = notes_of(id, [row.agency_id], limit=asked.limit + 1, after=asked.after, before=asked.before)
        return json_response(request, page_of(request, asked, rows, key=_key, line=note_line))

    @extend_schema(
        operation_id="office_note_write",
        summary="Write a note for my colleagues",
        description="It stays as it is. Colleagues who are mentioned are told.",
        tags=["office"],
        request=NoteIn,
        responses={201: NoteOut},
        examples=[NOTE_IN, NOTE],
    )
    @idempotent(required=True)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = NoteIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        doer = Doer(caller(request).id, self.roles)
        note = write_note(application_id=id, doer=doer, now=timezone.now(), **wanted.validated_data)
        return json_response(request, note_line(note), status=201)


class OfficeMessages(OfficeView):
    """Messages, as the agency sees them."""

    problem_statuses = {"POST": (409, 422)}

    @extend_schema(
        operation_id="office_messages",
        summary="Messages to the applicant and from them, the latest first",
        tags=["office"],
        parameters=[*PAGE],
        responses={200: MessagesOut},
        examples=[MESSAGES],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        self.found(id, what="message")
        return _messages(request, id, office=True)

    @extend_schema(
        operation_id="office_message_write",
        summary="Write to the applicant",
        description="They are told that there is a message; its words stay in the app.",
        tags=["office"],
        request=TextIn,
        responses={201: MessageOut},
        examples=[TEXT_IN, MESSAGE],
    )
    @idempotent(required=True)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = TextIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        doer = Doer(caller(request).id, self.roles)
        text = wanted.validated_data["text"]
        message = write_to_resident(application_id=id, text=text, doer=doer, now=timezone.now())
        return json_response(request, message_line(message), status=201)


class OfficeRead(OfficeView):
    """Read by the agency."""

    @extend_schema(
        operation_id="office_messages_read",
        summary="Say that my agency read the applicant's messages",
        tags=["office"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        if not self.apart(self.found(id)):
            raise action_forbidden("messages")
        mark_read(application_id=id, by_office=True, now=timezone.now())
        return Response(status=204)


class MyMessages(APIView):
    """Messages, as the applicant sees them."""

    required_scopes = acting_scopes = ["applications"]
    problem_statuses = {"POST": (409, 422)}

    @extend_schema(
        operation_id="messages_list",
        summary="Messages between me and the agency, the latest first",
        tags=["applications"],
        parameters=[*PAGE],
        responses={200: MessagesOut},
        examples=[MESSAGES],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        return _messages(request, id, office=False)

    @extend_schema(
        operation_id="messages_write",
        summary="Write to the agency that has my application",
        tags=["applications"],
        request=TextIn,
        responses={201: MessageOut},
        examples=[TEXT_IN, MESSAGE],
    )
    @idempotent(required=True)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = TextIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        reach(id, request)
        person = caller(request)
        message = write_to_office(
            application_id=id,
            applicant_id=person.id,
            text=wanted.validated_data["text"],
            doer_id=person.doer_id,
            now=timezone.now(),
        )
        return json_response(request, message_line(message), status=201)


class MyRead(APIView):
    """Read by the applicant."""

    required_scopes = acting_scopes = ["applications"]

    @extend_schema(
        operation_id="messages_read",
        summary="Say that I read the agency's messages",
        tags=["applications"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        mark_read(application_id=id, by_office=False, now=timezone.now())
        return Response(status=204)
