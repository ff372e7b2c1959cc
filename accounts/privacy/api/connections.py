"""Why data is used, who receives it, who looked at it."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.models import RelyingParty
from accounts.privacy import purposes
from accounts.privacy.api import examples
from accounts.privacy.api.serializers import AccessLine, ConnectionOut, PurposeOut
from accounts.privacy.operations.connections import disconnect
from accounts.privacy.queries.access import access_line, accesses_of
from accounts.privacy.queries.connections import connection_line, connections_of
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing


class Purposes(APIView):
    """Why the city uses personal data."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="purposes_list",
        summary="For what the city uses personal data, and on which ground of the law",
        description="UU 27/2022, articles 20 and 21. Each entry says whether one can withdraw, and why not.",
        tags=["me"],
        responses={200: PurposeOut(many=True)},
        examples=[examples.PURPOSE],
    )
    def get(self, request: Request) -> HttpResponse:
        language = request_language(request)
        results = [purposes.explain(each, language) for each in purposes.purposes()]
        return json_response(request, {"next": None, "previous": None, "results": results})


class Connections(APIView):
    """Apps and sites that I am connected to."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="connections_list",
        summary="Apps and agencies' sites that may act or ask for me",
        tags=["me"],
        responses={200: ConnectionOut(many=True)},
        examples=[examples.CONNECTION],
    )
    def get(self, request: Request) -> HttpResponse:
        language = request_language(request)
        results = [connection_line(row, language) for row in connections_of(caller(request).id)]
        return json_response(request, {"next": None, "previous": None, "results": results})


class OneConnection(APIView):
    """One app or site that I am connected to."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="connections_end",
        summary="Disconnect an app or site",
        description="Its tokens end at once, and it is told. Disconnecting the app that asks ends its own token, too.",
        tags=["me"],
        responses={204: None},
    )
    def delete(self, request: Request, client_id: str) -> HttpResponse:
        try:
            disconnect(person_id=caller(request).id, client_id=client_id, now=timezone.now())
        except RelyingParty.DoesNotExist:
            raise Missing from None
        return HttpResponse(status=204)


class AccessLog(APIView):
    """Who looked at my data."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="access_log_list",
        summary="Who read what of mine, when and why",
        description="Readings by the city's staff, and what apps and sites received.",
        tags=["me"],
        parameters=PAGE,
        responses={200: AccessLine(many=True)},
        examples=[examples.ACCESS],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        rows = accesses_of(caller(request).id, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(request, asked, rows, key=lambda row: (row[2], row[0]), line=access_line)
        return json_response(request, body)
