"""`me/data-requests/` and `office/data-requests/`: rights that the law has the city answer within 3 x 24 hours."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.privacy.api import examples
from accounts.privacy.api.platform import PlatformOffice
from accounts.privacy.api.serializers import AnswerIn, OfficeRequestOut, RequestIn, RequestOut, WaitingRequest
from accounts.privacy.models import DataRequest
from accounts.privacy.operations.requests import answer_request, make_request
from accounts.privacy.queries.requests import (
    office_request,
    open_requests,
    request_line,
    request_with_person,
    requests_of,
    waiting_line,
)
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing


class MyRequests(APIView):
    """What I asked of the city about my data."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[dict[str, tuple[int, ...]]] = {"POST": (409,)}

    @extend_schema(
        operation_id="data_requests_list",
        summary="Your requests about your data, and their answers",
        tags=["me"],
        parameters=PAGE,
        responses={200: RequestOut(many=True)},
        examples=[examples.REQUEST],
    )
    def get(self, request: Request) -> HttpResponse:
        asked, now = read_page(request, [datetime, UUID]), timezone.now()
        rows = requests_of(caller(request).id, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda each: (each.made_at, each.pk),
            line=lambda each: request_line(each, now=now),
        )
        return json_response(request, body)

    @extend_schema(
        operation_id="data_requests_make",
        summary="Ask for access, a correction, or that a use stops",
        description="UU 27/2022, articles 30, 32 and 40: answered within 3 x 24 hours, `due_at`; a notice tells. "
        "With a correction of the name, `full_name` is the name as it should be: granted, it is changed. "
        "409 `too_many_open_requests` while five wait.",
        tags=["me"],
        request=RequestIn,
        responses={201: RequestOut},
        examples=[examples.REQUEST_IN, examples.REQUEST],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted, now = RequestIn(data=request.data), timezone.now()
        wanted.is_valid(raise_exception=True)
        made = make_request(person_id=caller(request).id, now=now, **wanted.validated_data)
        return json_response(request, request_line(made, now=now), status=201)


class OfficeRequests(PlatformOffice):
    """Requests that wait for an answer."""

    @extend_schema(
        operation_id="office_data_requests",
        summary="Requests about personal data that wait, the most urgent first",
        description="For staff of the platform with a second factor. Names nobody: reading one is recorded.",
        tags=["office"],
        parameters=PAGE,
        responses={200: WaitingRequest(many=True)},
        examples=[examples.WAITING_REQUEST],
    )
    def get(self, request: Request) -> HttpResponse:
        asked, now = read_page(request, [datetime, UUID]), timezone.now()
        rows = open_requests(limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda each: (each.due_at, each.pk),
            line=lambda each: waiting_line(each, now=now),
        )
        return json_response(request, body)


class OfficeRequest(PlatformOffice):
    """One request."""

    @extend_schema(
        operation_id="office_data_request",
        summary="One request about personal data, and whose it is",
        description="The person sees that it was read.",
        tags=["office"],
        responses={200: OfficeRequestOut},
        examples=[examples.OFFICE_REQUEST],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        try:
            found = request_with_person(id)
        except DataRequest.DoesNotExist:
            raise Missing from None
        self.note(request, found.person_id, why=str(found.get_kind_display()))
        return json_response(request, office_request(found, now=timezone.now()))


class AnswerRequest(PlatformOffice):
    """The answer to one request."""

    problem_statuses: ClassVar[tuple[int, ...]] = (409,)

    @extend_schema(
        operation_id="office_data_request_answer",
        summary="Answer a request about personal data",
        description="Once; the person reads the words. Granting a correction of the name changes the name. "
        "Nobody answers their own request.",
        tags=["office"],
        request=AnswerIn,
        responses={200: OfficeRequestOut},
        examples=[examples.ANSWER_IN, examples.OFFICE_REQUEST],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted, now = AnswerIn(data=request.data), timezone.now()
        wanted.is_valid(raise_exception=True)
        try:
            answer_request(request_id=id, staff_id=caller(request).id, now=now, **wanted.validated_data)
        except DataRequest.DoesNotExist:
            raise Missing from None
        return json_response(request, office_request(request_with_person(id), now=now))
