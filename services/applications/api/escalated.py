"""What was escalated, for whoever supervises: the head of an agency, the Inspektorat."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.agencies.queries import supervises
from services.applications.api import examples
from services.applications.api.serializers import ApplicationLine
from services.applications.city_time import city_day
from services.applications.queries.escalated import escalated, escalated_line
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Problem


class EscalatedLine(ApplicationLine):
    escalated_to = serializers.ChoiceField(choices=["head", "inspectorate"], help_text="The highest level told.")
    escalated_at = serializers.DateTimeField()
    days_late = serializers.IntegerField(help_text="Working days since the due date.")


def not_supervisor() -> Problem:
    """Return the refusal of a person who supervises nobody."""
    detail = {
        "id": "Hanya untuk kepala perangkat daerah dan Inspektorat.",
        "en": "Only for the heads of agencies and the Inspektorat.",
    }
    return Problem(status=403, code="not_supervisor", detail=detail)


class Escalated(APIView):
    """Open applications whose answer is late."""

    required_scopes = ["office"]
    heads: list[UUID]
    inspects: bool

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.heads, self.inspects = supervises(caller(request).id)
        if not self.heads and not self.inspects:
            raise not_supervisor()

    @extend_schema(
        operation_id="office_escalated",
        summary="Open applications that were escalated to me, the longest overdue first",
        description="The head of an agency sees its own, the Inspektorat those that came to it from every agency "
        "(UU 25/2009 Pasal 35). Names nobody. What is decided leaves the list.",
        tags=["office"],
        parameters=PAGE,
        responses={200: EscalatedLine(many=True)},
        examples=[
            OpenApiExample(
                "Three working days late",
                value=examples.LINE.value
                | {"escalated_to": "head", "escalated_at": "2026-11-27T09:00:00+08:00", "days_late": 3},
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [date, UUID])
        language, today = request_language(request), city_day(timezone.now())
        rows = escalated(
            heads=self.heads,
            inspects=self.inspects,
            limit=asked.limit + 1,
            after=asked.after,
            before=asked.before,
        )
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row[11], row[0]),
            line=lambda row: escalated_line(row, language, today),
        )
        return json_response(request, body)
