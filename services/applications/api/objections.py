"""Objecting to a decision, appealing, opening again."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import examples
from services.applications.api.office import OfficeView
from services.applications.api.resident import own
from services.applications.api.serializers import ApplicationOut, OfficeApplicationOut, ReasonIn
from services.applications.models import Application
from services.applications.operations.objections import begin_objection
from services.applications.operations.reopening import reopen
from services.applications.queries.detail import Row, body_of, office_body_of
from services.applications.queries.objections import objections_of, standing_of
from services.catalogue.queries import local
from superapp.http.conditional import json_response, may_match
from superapp.http.exact import Exact
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.problems import Missing


class ObjectionIn(Exact):
    id = serializers.UUIDField(required=False, help_text="Made by the client, so that sending twice makes one.")


class ObjectionLine(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    number = serializers.CharField(allow_null=True, help_text="Null while a draft.")
    kind = serializers.ChoiceField(choices=["application", "objection", "appeal"])
    state = serializers.CharField()
    state_label = serializers.CharField()
    end = serializers.ChoiceField(choices=["granted", "rejected", "withdrawn"], allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    submitted_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)


class MayObjectOut(serializers.Serializer[dict[str, object]]):
    until = serializers.DateField(allow_null=True, help_text="The last day for it; null where it may not be done.")
    basis = serializers.CharField(allow_null=True, help_text="Law and article.")
    code = serializers.CharField(allow_null=True, help_text="Why not, for programs.")
    detail = serializers.CharField(allow_null=True, help_text="Why not, in words.")


class DefinitionOfMineOut(serializers.Serializer[dict[str, object]]):
    version = serializers.IntegerField()
    sha256 = serializers.CharField()
    definition = serializers.DictField(help_text="As `schemas/service-definition.json` describes it.")


class OfficeObjectionsOut(serializers.Serializer[dict[str, object]]):
    results = ObjectionLine(many=True)


class ObjectionsOut(OfficeObjectionsOut):
    may = MayObjectOut(help_text="Whether this may be objected to now.")


_LINE: dict[str, Any] = {
    "id": "5e6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "number": "BPN-9Q2F-7K3M-4",
    "kind": "objection",
    "state": "submitted",
    "state_label": "Keberatan diterima",
    "end": None,
    "due_on": "2026-12-10",
    "submitted_at": "2026-11-26T09:12:03+08:00",
    "closed_at": None,
}
_OPEN = {"until": None, "basis": None, "code": "objection_open", "detail": "Keberatan Anda sudah ada."}
_LIST = OpenApiExample(
    "One objection", value={"results": [_LINE], "may": _OPEN}, response_only=True, status_codes=["200"]
)
_OFFICE_LIST = OpenApiExample("One objection", value={"results": [_LINE]}, response_only=True, status_codes=["200"])
_DEFINITION = OpenApiExample(
    "An objection's",
    value={
        "version": 1,
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "definition": {"title": {"id": "Keberatan: Akta Kelahiran", "en": "Objection: Birth certificate"}},
    },
    response_only=True,
    status_codes=["200"],
)
_BEGIN = OpenApiExample("Begin", value={"id": "5e6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b"}, request_only=True)


class Objections(APIView):
    """Objections to a decision on my application."""

    required_scopes = acting_scopes = ["applications"]
    problem_statuses: Any = {"POST": (403, 409)}

    @extend_schema(
        operation_id="applications_objections",
        summary="Objections to this decision, and whether I may object now",
        description="Of an objection: the appeals.",
        tags=["applications"],
        responses={200: ObjectionsOut},
        examples=[_LIST],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row, language = own(id, request), request_language(request)
        body = {"results": objections_of(id, language, drafts=True), "may": _may(row, language)}
        return json_response(request, body)

    @extend_schema(
        operation_id="applications_object",
        summary="Begin an objection to a decision, or an appeal to one on an objection",
        description=(
            "Makes a draft under an `id` of the client's; the same id again returns it. It is filled in, given files "
            "and submitted at its own address, as every application, and has its own number, history and clock. "
            "Refused (409) where nothing was refused, the time is over, one stands already, or it was decided."
        ),
        tags=["applications"],
        request=ObjectionIn,
        responses={201: ApplicationOut, 200: ApplicationOut},
        examples=[_BEGIN, examples.APPLICATION],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = ObjectionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        own(id, request)
        try:
            made, new = begin_objection(
                id=wanted.validated_data.get("id") or uuid4(),
                application_id=id,
                applicant_id=caller(request).id,
                assurance=caller(request).assurance,
                actor=caller(request).actor,
                now=timezone.now(),
            )
        except Application.DoesNotExist:
            raise Missing from None
        row = own(made.id, request)
        body = body_of(row, request_language(request))
        return json_response(request, body, etag=str(row.revision), status=201 if new else 200)


def _may(row: Row, language: str) -> dict[str, Any]:
    standing = standing_of(row, row.version, now=timezone.now())
    return {
        "until": standing.until.isoformat() if standing.until else None,
        "basis": standing.basis or None,
        "code": standing.code or None,
        "detail": local(standing.why, language) if standing.why else None,
    }


class FormOfMine(APIView):
    """The definition under which my application stands."""

    required_scopes = acting_scopes = ["applications"]

    @extend_schema(
        operation_id="applications_definition",
        summary="The definition under which my application stands: its form, the files that it asks",
        description="That of an objection is in no catalogue; of other applications it is what "
        "`services/{slug}/versions/{version}/` gives. It never changes for one application, but by a draft that moves.",
        tags=["applications"],
        responses={200: DefinitionOfMineOut},
        examples=[_DEFINITION],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        version = own(id, request).version
        body = {"version": version.number, "sha256": version.sha256, "definition": version.definition.content}
        return json_response(request, body, etag=version.sha256)


class OfficeObjections(OfficeView):
    """Objections to a decision of my agency."""

    @extend_schema(
        operation_id="office_objections",
        summary="Objections to this decision; of an objection, the appeals",
        tags=["office"],
        responses={200: OfficeObjectionsOut},
        examples=[_OFFICE_LIST],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        self.found(id, what="application")
        return json_response(request, {"results": objections_of(id, request_language(request), drafts=False)})


class Reopen(OfficeView):
    """Open again what ended."""

    problem_statuses = (409, 412, 422)

    @extend_schema(
        operation_id="office_application_reopen",
        summary="Open again what ended, as the service's rule lets",
        description="With a reason that the resident reads; a clock of its own begins. Refused (409) where the "
        "definition has no `reopening` for this end, or the time for it is over.",
        tags=["office"],
        request=ReasonIn,
        responses={200: OfficeApplicationOut},
        examples=[examples.REASON_IN, examples.OFFICE_APPLICATION],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = ReasonIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        row = self.found(id, what="decision")
        reopen(
            application_id=id,
            actor_id=caller(request).id,
            roles=self.roles_at(row),
            reason=wanted.validated_data["reason"],
            if_match=request.META.get("HTTP_IF_MATCH"),
            now=timezone.now(),
        )
        row = self.found(id)
        return json_response(request, office_body_of(row, request_language(request)), etag=str(row.revision))
