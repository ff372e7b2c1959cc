"""Erasing my account."""

from typing import ClassVar

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.privacy.api import examples
from accounts.privacy.api.serializers import DeletionOut
from accounts.privacy.operations.deletion import ask_for_deletion, cancel_deletion
from accounts.privacy.queries.deletion import deletion_body, latest_deletion
from accounts.privacy.queries.proof import require_recent_proof
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language


class MyDeletion(APIView):
    """Erasing my account."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[dict[str, tuple[int, ...]]] = {"POST": (409,)}

    @extend_schema(
        operation_id="deletion_read",
        summary="What erasing my account would delete and keep, and whether it was asked for",
        tags=["me"],
        responses={200: DeletionOut},
        examples=[examples.DELETION],
    )
    def get(self, request: Request) -> HttpResponse:
        return json_response(request, deletion_body(latest_deletion(caller(request).id), request_language(request)))

    @extend_schema(
        operation_id="deletion_ask",
        summary="Have my account erased in seven days",
        description=(
            "Signing in, or DELETE, within the seven days cancels it. Needs a sign-in of the last 15 minutes (403 "
            "`reauthentication_required`). 409 `still_staff` while the person holds a role."
        ),
        tags=["me"],
        request=None,
        responses={202: DeletionOut},
        examples=[examples.DELETION_ASKED],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        now = timezone.now()
        require_recent_proof(request, now=now)
        asked = ask_for_deletion(person_id=caller(request).id, now=now)
        return json_response(request, deletion_body(asked, request_language(request)), status=202)

    @extend_schema(
        operation_id="deletion_cancel",
        summary="Keep my account after all",
        tags=["me"],
        responses={204: None},
    )
    def delete(self, request: Request) -> HttpResponse:
        cancel_deletion(person_id=caller(request).id, now=timezone.now())
        return HttpResponse(status=204)
