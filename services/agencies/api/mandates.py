"""At the counter: proposed mandates whose papers an officer compares."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.mandates import operations, queries
from accounts.mandates.api.serializers import MandateOut
from accounts.mandates.api.views import MANDATE
from accounts.mandates.models import Mandate, Relation
from services.agencies.models import Membership
from superapp.http.conditional import json_response
from superapp.http.problems import Missing, Problem

# Which office keeps the register in which the relation stands.
_KEEPERS = {"DISDUKCAPIL": (Relation.CHILD, Relation.GUARDIAN), "DPMPTSP": (Relation.COMPANY,)}
_WAITING = OpenApiExample(
    "A mother and her child",
    value={
        "id": "4b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
        "kind": "child",
        "principal": "Aisyah Putri",
        "agent": "Siti Aminah",
        "created_at": "2026-11-24T09:00:00+08:00",
        "expires_at": "2037-03-14T00:00:00+08:00",
    },
    response_only=True,
    status_codes=["200"],
)
_CONFIRM = OpenApiExample("The NIK on the family card", value={"number": "6471015403190001"}, request_only=True)


class WaitingOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Relation.values)
    principal = serializers.CharField()
    agent = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class ConfirmIn(serializers.Serializer[Any]):
    number = serializers.RegexField(r"\A[0-9]{13,16}\Z", help_text="The NIK (child) or NIB (company) on the papers.")


def _kinds(request: Request) -> list[str]:
    """Return the kinds of mandates that this officer may confirm.

    :raises Problem: 403 for everybody else.
    """
    posts = Membership.objects.filter(user_id=caller(request).id, agency__code__in=_KEEPERS)
    kinds = [kind.value for code in posts.values_list("agency__code", flat=True) for kind in _KEEPERS[code]]
    if not kinds:
        raise Problem(
            status=403,
            code="not_staff",
            detail={
                "id": "Hanya petugas Disdukcapil (keluarga) dan DPMPTSP (perusahaan).",
                "en": "Only staff of the population office (families) and the licensing office (companies).",
            },
        )
    return kinds


class WaitingMandates(APIView):
    """Mandates that wait for an officer."""

    required_scopes = ["office"]

    @extend_schema(
        operation_id="office_mandates",
        summary="Proposed mandates whose papers an officer must compare",
        description="The oldest 100.",
        tags=["office"],
        responses={200: WaitingOut(many=True)},
        examples=[_WAITING],
    )
    def get(self, request: Request) -> HttpResponse:
        results = [
            {
                "id": each.id,
                "kind": each.kind,
                "principal": each.principal.full_name,
                "agent": each.agent.full_name if each.agent else "",
                "created_at": each.created_at,
                "expires_at": each.expires_at,
            }
            for each in queries.waiting_for_officer(_kinds(request))
        ]
        body = {"next": None, "previous": None, "results": WaitingOut(results, many=True).data}
        return json_response(request, body)


class ConfirmMandate(APIView):
    """The papers are right."""

    required_scopes = ["office"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_mandate_confirm",
        summary="Confirm a mandate after comparing the papers",
        description="Not one's own. Both sides are told.",
        tags=["office"],
        request=ConfirmIn,
        responses={200: MandateOut},
        examples=[_CONFIRM, MANDATE],
    )
    def post(self, request: Request, mandate_id: UUID) -> HttpResponse:
        wanted = ConfirmIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            mandate = operations.confirm(
                mandate_id=mandate_id,
                officer_id=caller(request).id,
                number=wanted.validated_data["number"],
                kinds=_kinds(request),
                now=timezone.now(),
            )
        except Mandate.DoesNotExist:
            raise Missing from None
        line = queries.line_of(mandate, caller(request).id, now=timezone.now())
        return json_response(request, MandateOut(line).data)
