"""Who of the city read an application, for its resident."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.privacy.api.examples import ACCESS
from accounts.privacy.api.serializers import AccessLine
from accounts.privacy.queries.access import access_line, accesses_about
from services.applications.api.resident import own
from superapp.http.conditional import json_response
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE


class ApplicationAccessLog(APIView):
    """Who read it."""

    required_scopes = acting_scopes = ["applications"]

    @extend_schema(
        operation_id="applications_access_log",
        summary="Who of the city read my application, what of it, when and why",
        description="Each reading of the application, its files, timeline, document or corrections by staff, and each "
        "decision. `why` is the reason that the officer gave, else the step at which it was read.",
        tags=["applications"],
        parameters=PAGE,
        responses={200: AccessLine(many=True)},
        examples=[ACCESS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        asked = read_page(request, [datetime, UUID])
        rows = accesses_about(caller(request).id, id, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(request, asked, rows, key=lambda row: (row[2], row[0]), line=access_line)
        return json_response(request, body)
