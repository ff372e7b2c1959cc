"""Legal holds, and the register of what was destroyed: for the heads and admins of the agency that decided."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.bearer import caller
from services.agencies.queries import agencies_named
from services.applications.api.office import OfficeView
from services.applications.city_time import moment
from services.applications.models import Application, Destruction, LegalHold
from services.applications.operations.holds import lift_hold, not_keeper, place_hold
from services.applications.queries.holds import KEEPERS, holds_of, keeps
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing


class HoldReasonIn(Exact):
    reason = serializers.CharField(min_length=5, max_length=1000)


class HoldOut(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    reason = serializers.CharField()
    placed_by = serializers.CharField()
    placed_at = serializers.DateTimeField()
    lift_reason = serializers.CharField(allow_null=True)
    lifted_by = serializers.CharField(allow_null=True)
    lifted_at = serializers.DateTimeField(allow_null=True)


class HoldsOut(serializers.Serializer[dict[str, object]]):
    results = HoldOut(many=True)


class DestructionOut(serializers.Serializer[dict[str, object]]):
    """A line of the register: what went, by which rule, with the last hash of its history."""

    number = serializers.IntegerField()
    reference = serializers.CharField(help_text="The application's number.")
    service = serializers.CharField()
    version = serializers.IntegerField()
    then = serializers.ChoiceField(choices=["anonymise", "destroy"])
    months = serializers.IntegerField()
    basis = serializers.CharField(allow_null=True)
    closed_at = serializers.DateTimeField()
    warned_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    files = serializers.IntegerField()
    events = serializers.IntegerField()
    head = serializers.CharField()
    at = serializers.DateTimeField()
    previous_hash = serializers.CharField()
    hash = serializers.CharField()


_HOLD = {
    "id": "3f1d2b6a-8f7e-4c55-9a77-3f2b1c0d9e8f",
    "reason": "Perkara di PTUN Samarinda",
    "placed_by": "Bambang Sutrisno",
    "placed_at": "2026-11-25T09:00:00+08:00",
    "lift_reason": None,
    "lifted_by": None,
    "lifted_at": None,
}
_HOLD_OUT = OpenApiExample("A hold", value=_HOLD, response_only=True, status_codes=["200", "201"])
_REASON = OpenApiExample("Why", value={"reason": "Perkara di PTUN Samarinda"}, request_only=True)
_SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class Holds(OfficeView):
    """Holds of one application."""

    @extend_schema(
        operation_id="office_holds",
        summary="Legal holds of an application of my agency",
        tags=["office"],
        responses={200: HoldsOut},
        examples=[OpenApiExample("One", value={"results": [_HOLD]}, response_only=True, status_codes=["200"])],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        if not keeps(self.found(id).version, self.roles):
            raise not_keeper()
        return json_response(request, {"results": [_line(each) for each in holds_of(id)]})

    @extend_schema(
        operation_id="office_hold_place",
        summary="Place a legal hold: nothing of the application is destroyed while it stands",
        tags=["office"],
        request=HoldReasonIn,
        responses={201: HoldOut},
        examples=[_REASON, _HOLD_OUT],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = HoldReasonIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        self.found(id)
        try:
            hold = place_hold(
                application_id=id,
                actor_id=caller(request).id,
                roles=self.roles,
                now=timezone.now(),
                **wanted.validated_data,
            )
        except Application.DoesNotExist:
            raise Missing from None
        return json_response(request, _line(hold), status=201)


class LiftHold(OfficeView):
    """Lift one."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_hold_lift",
        summary="Lift a legal hold",
        tags=["office"],
        request=HoldReasonIn,
        responses={200: HoldOut},
        examples=[_REASON, _HOLD_OUT],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID, hold_id: UUID) -> HttpResponse:
        wanted = HoldReasonIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        self.found(id)
        try:
            hold = lift_hold(
                application_id=id,
                hold_id=hold_id,
                actor_id=caller(request).id,
                roles=self.roles,
                now=timezone.now(),
                **wanted.validated_data,
            )
        except LegalHold.DoesNotExist:
            raise Missing from None
        return json_response(request, _line(hold))


class Destructions(OfficeView):
    """The register."""

    @extend_schema(
        operation_id="office_destructions",
        summary="What was anonymised or destroyed of my agencies, the latest first, with its proof",
        description="Each line holds the hash of the one before; `head` is the last hash of the history, whose chain "
        "stays without its content.",
        tags=["office"],
        parameters=PAGE,
        responses={200: DestructionOut(many=True)},
        examples=[
            OpenApiExample(
                "Made anonymous after five years",
                value={
                    "number": 1,
                    "reference": "BPN-7K3M-2Q9F-0",
                    "service": "akta-kelahiran",
                    "version": 3,
                    "then": "anonymise",
                    "months": 60,
                    "basis": None,
                    "closed_at": "2026-11-25T10:00:00+08:00",
                    "warned_at": "2031-10-26T10:00:00+08:00",
                    "delivered_at": "2026-11-26T08:00:00+08:00",
                    "files": 3,
                    "events": 4,
                    "head": _SHA,
                    "at": "2031-11-25T10:00:00+08:00",
                    "previous_hash": "0" * 64,
                    "hash": _SHA,
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        mine = [agency_id for agency_id, roles in self.roles.items() if roles & KEEPERS]
        if not mine:
            raise not_keeper()
        codes = [code for code, _name in agencies_named(mine).values()]
        asked = read_page(request, [int])
        lines = Destruction.objects.filter(agency_code__in=codes)
        if asked.after:
            lines = lines.filter(number__lt=asked.after[0])
        if asked.before:
            lines = lines.filter(number__gt=asked.before[0])
        found = lines.order_by("number" if asked.before else "-number").values_list(*_COLUMNS)[: asked.limit + 1]
        rows = list(found)[:: -1 if asked.before else 1]
        return json_response(request, page_of(request, asked, rows, key=lambda row: (row[0],), line=_register_line))


_COLUMNS = tuple(DestructionOut().fields)


def _register_line(row: tuple[Any, ...]) -> dict[str, Any]:
    line = {name: _shown(value) for name, value in zip(_COLUMNS, row, strict=True)}
    return line | {"basis": line["basis"] or None}


def _shown(value: Any) -> Any:
    return moment(value) if hasattr(value, "astimezone") else value


def _line(hold: LegalHold) -> dict[str, Any]:
    return {
        "id": str(hold.id),
        "reason": hold.reason,
        "placed_by": hold.placed_by.full_name,
        "placed_at": moment(hold.placed_at),
        "lift_reason": hold.lift_reason or None,
        "lifted_by": hold.lifted_by.full_name if hold.lifted_by else None,
        "lifted_at": moment(hold.lifted_at),
    }
