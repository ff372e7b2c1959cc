"""One action on many applications: order it, look how far it is, read what became of each."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.bearer import caller
from services.applications.api.office import OfficeView
from services.applications.api.serializers import OfficeActionIn
from services.applications.models import BulkItem, BulkJob
from services.applications.operations.bulk import MOST, order
from services.applications.queries.bulk import job_body, job_of
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.problems import Missing


class BulkLineIn(Exact):
    id = serializers.UUIDField()
    revision = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=1,
        max_value=2**31 - 1,
        help_text="As you saw it: an application that moved on since is left alone.",
    )


class BulkIn(OfficeActionIn):
    id = serializers.UUIDField(required=False, help_text="Made by the client, so that sending twice orders once.")
    action = serializers.SlugField(max_length=40)
    applications = serializers.ListField(child=BulkLineIn(), allow_empty=False, max_length=MOST)


class BulkProblemError(serializers.Serializer[dict[str, object]]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class BulkProblem(serializers.Serializer[dict[str, object]]):
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField()
    errors = BulkProblemError(many=True)  # type: ignore[assignment]  # a field, not the property


class BulkLineOut(serializers.Serializer[dict[str, object]]):
    application = serializers.UUIDField()
    number = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=BulkItem.State.values)
    problem = BulkProblem(allow_null=True, help_text="What the action taken by itself would have answered.")


class BulkOut(serializers.Serializer[dict[str, object]]):
    id = serializers.UUIDField()
    action = serializers.CharField()
    state = serializers.ChoiceField(choices=BulkJob.State.values)
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    refused = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    items = BulkLineOut(many=True, help_text="In the order sent.")


_IN = OpenApiExample(
    "Begin with three",
    value={
        "id": "7c1d0b1e-5c44-4d3a-9a55-2f6a0c1f7d10",
        "action": "start_review",
        "applications": [
            {"id": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b", "revision": 4},
            {"id": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6c"},
        ],
    },
    request_only=True,
)
_OUT = OpenApiExample(
    "One done, one refused",
    value={
        "id": "7c1d0b1e-5c44-4d3a-9a55-2f6a0c1f7d10",
        "action": "start_review",
        "state": "done",
        "total": 2,
        "done": 1,
        "refused": 1,
        "asked_at": "2026-11-25T09:12:03+08:00",
        "finished_at": "2026-11-25T09:12:05+08:00",
        "items": [
            {
                "application": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
                "number": "BPN-7K3M-2Q9F-0",
                "state": "done",
                "problem": None,
            },
            {
                "application": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6c",
                "number": None,
                "state": "refused",
                "problem": {"status": 404, "code": "not_found", "detail": "Tidak ditemukan.", "errors": []},
            },
        ],
    },
    response_only=True,
    status_codes=["200", "202"],
)


class BulkOrder(OfficeView):
    """Order it."""

    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_bulk",
        summary=f"Take one action on up to {MOST} applications",
        description=(
            "The worker does them one by one, each as `actions/{action}/` would; ask the job how far it is. Each is "
            "judged when its turn comes, by what you may do then. The same `id` again returns the same job. Actions "
            "that ask for documents are taken one by one."
        ),
        tags=["office"],
        request=BulkIn,
        responses={202: BulkOut},
        examples=[_IN, _OUT],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        wanted = BulkIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(wanted.validated_data)
        job = order(
            id=values.pop("id", None) or uuid4(), ordered_by=caller(request).id, wanted=values, now=timezone.now()
        )
        response = json_response(request, job_body(job, request_language(request)), status=202)
        response.headers["Location"] = f"{request.build_absolute_uri()}{job.id}/"
        return response


class BulkState(OfficeView):
    """How far it is."""

    @extend_schema(
        operation_id="office_bulk_read",
        summary="How far an order of mine is, and what became of each application",
        tags=["office"],
        responses={200: BulkOut},
        examples=[_OUT],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        try:
            job = job_of(id, caller(request).id)
        except BulkJob.DoesNotExist:
            raise Missing from None
        return json_response(request, job_body(job, request_language(request)))
