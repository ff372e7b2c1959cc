"""Acting for a child, an adult, a company: propose, accept, end, and see on both sides."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.mandates import operations, queries
from accounts.mandates.api.serializers import ChildIn, CompanyIn, GiveIn, MandateOut, RenewIn
from accounts.mandates.models import Mandate
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing

MANDATE = OpenApiExample(
    "A mother acts for her child",
    value={
        "id": "4b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "side": "agent",
        "kind": "child",
        "principal": {"id": "5b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b", "name": "Aisyah Putri", "kind": "dependant"},
        "agent": {"id": "6b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b", "name": "Siti Aminah", "kind": "person"},
        "invited": "",
        "scopes": ["applications", "profile"],
        "services": [],
        "state": "active",
        "awaiting": None,
        "basis": "UU 1/1974 Pasal 45-47 jo. UU 16/2019; UU 27/2022 Pasal 25",
        "evidence": "officer",
        "delegated_from": None,
        "created_at": "2026-11-24T09:00:00+08:00",
        "starts_at": "2026-11-24T10:00:00+08:00",
        "expires_at": "2037-03-14T00:00:00+08:00",
        "ended_at": None,
        "ending": None,
        "reason": None,
        "source": None,
        "renewal": None,
        "renewable": False,
        "version": 2,
    },
    response_only=True,
)
_GIVE = OpenApiExample(
    "For one service",
    value={"agent": "budi@balikpapan.example", "services": ["ktp-el"], "expires_on": "2027-06-30"},
    request_only=True,
)
_CHILD = OpenApiExample(
    "A child",
    value={"nik": "6471015403190001", "full_name": "Aisyah Putri", "birth_date": "2019-03-14"},
    request_only=True,
)
_RENEW = OpenApiExample("Half a year more", value={"expires_on": "2027-12-31"}, request_only=True)
_COMPANY = OpenApiExample(
    "A company", value={"name": "PT Beriman Jaya", "nib": "9120001234567", "npwp": ""}, request_only=True
)


def _answer(request: Request, mandate: Mandate, *, status: int = 200) -> HttpResponse:
    line = queries.line_of(mandate, caller(request).id, now=timezone.now())
    return json_response(request, MandateOut(line).data, status=status)


class Mandates(APIView):
    """Mandates that I gave and hold."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[dict[str, tuple[int, ...]]] = {"POST": (409,)}

    @extend_schema(
        operation_id="mandates_list",
        summary="Who acts for me, and for whom I act",
        tags=["me"],
        parameters=PAGE,
        responses={200: MandateOut(many=True)},
        examples=[MANDATE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked, me, now = read_page(request, [datetime, UUID]), caller(request).id, timezone.now()
        rows = queries.page_for(me, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row.created_at, row.id),
            line=lambda row: MandateOut(queries.line_of(row, me, now=now)).data,
        )
        return json_response(request, body)

    @extend_schema(
        operation_id="mandates_give",
        summary="Let somebody act for me, or for the company that I direct",
        description="They accept it or not; whether anybody has that address is not told. Needs a sign-in of the last "
        "10 minutes. With a mandate in force, `/o/token/` exchanges an access token of the agent (RFC 8693, with the "
        "parameter `mandate`) for one in which `sub` is the principal and `act` the agent.",
        tags=["me"],
        request=GiveIn,
        responses={201: MandateOut},
        examples=[_GIVE, MANDATE],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = GiveIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        try:
            mandate = operations.give(
                principal_id=caller(request).id,
                address=given["agent"],
                services=given["services"],
                expires_on=given["expires_on"],
                delegated_from=given["delegated_from"],
                now=timezone.now(),
            )
        except Mandate.DoesNotExist:
            raise Missing from None
        return _answer(request, mandate, status=201)


class OneMandate(APIView):
    """One mandate of mine."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="mandates_read",
        summary="One mandate that I gave or hold",
        tags=["me"],
        responses={200: MandateOut},
        examples=[MANDATE],
    )
    def get(self, request: Request, mandate_id: UUID) -> HttpResponse:
        mandate = queries.visible_to(caller(request).id).filter(id=mandate_id).first()
        if mandate is None:
            raise Missing
        return _answer(request, mandate)


class Accept(APIView):
    """Take on what was offered to me."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="mandates_accept",
        summary="Accept to act for somebody, or a renewal that the other side asked for",
        description="Whoever is represented needs a sign-in of the last 10 minutes to accept a renewal.",
        tags=["me"],
        request=None,
        responses={200: MandateOut},
        examples=[MANDATE],
    )
    def post(self, request: Request, mandate_id: UUID) -> HttpResponse:
        try:
            mandate = operations.accept(mandate_id=mandate_id, agent_id=caller(request).id, now=timezone.now())
        except Mandate.DoesNotExist:
            raise Missing from None
        return _answer(request, mandate)


class Renew(APIView):
    """Let it go on, if the other side consents."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="mandates_renew",
        summary="Ask that a mandate goes on",
        description="From either side, in the 30 days before its end. The other side accepts it (`.../accept/`); until "
        "then it ends as it did. A director's own is renewed by the register or an officer. A child's ends by age.",
        tags=["me"],
        request=RenewIn,
        responses={200: MandateOut},
        examples=[_RENEW, MANDATE],
    )
    def post(self, request: Request, mandate_id: UUID) -> HttpResponse:
        wanted = RenewIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            mandate = operations.ask_renewal(
                mandate_id=mandate_id, person_id=caller(request).id, now=timezone.now(), **wanted.validated_data
            )
        except Mandate.DoesNotExist:
            raise Missing from None
        return _answer(request, mandate)


class End(APIView):
    """End it, from either side."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="mandates_end",
        summary="End or decline a mandate",
        description="From either side, at once: tokens given by it are refused from then on.",
        tags=["me"],
        request=None,
        responses={200: MandateOut},
        examples=[MANDATE],
    )
    def post(self, request: Request, mandate_id: UUID) -> HttpResponse:
        try:
            mandate = operations.end(mandate_id=mandate_id, person_id=caller(request).id, now=timezone.now())
        except Mandate.DoesNotExist:
            raise Missing from None
        return _answer(request, mandate)


class Dependants(APIView):
    """My children."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="dependants_add",
        summary="Ask to act for my child under 18",
        description="In force at once where the family card in the registry shows both, else an officer of the "
        "population office compares the papers. It ends by itself on the 18th birthday.",
        tags=["me"],
        request=ChildIn,
        responses={201: MandateOut},
        examples=[_CHILD, MANDATE],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = ChildIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        mandate = operations.add_child(parent_id=caller(request).id, now=timezone.now(), **wanted.validated_data)
        return _answer(request, mandate, status=201)


class Companies(APIView):
    """Companies that I direct."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="companies_add",
        summary="Ask to act for the company that I direct",
        description="In force at once where the register of business licences names you, else an officer of the "
        "licensing office compares the registration (NIB). It holds for a year.",
        tags=["me"],
        request=CompanyIn,
        responses={201: MandateOut},
        examples=[_COMPANY, MANDATE],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = CompanyIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        mandate = operations.add_company(director_id=caller(request).id, now=timezone.now(), **wanted.validated_data)
        return _answer(request, mandate, status=201)
