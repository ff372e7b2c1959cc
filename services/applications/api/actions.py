"""What an application's workflow lets its applicant do besides taking it back: explain, complete, confirm, dispute."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import examples
from services.applications.api.resident import own
from services.applications.api.serializers import ActionIn, ActionsOut, ApplicationOut
from services.applications.models import ActionFile
from services.applications.operations.reasons import decides, owes_reason
from services.applications.operations.transitions import act, available, blocked_by
from services.applications.queries.action_files import asked_with, staged_by
from services.applications.queries.detail import Row, body_of
from services.catalogue.queries import local
from services.definitions import Transition
from superapp.http.conditional import json_response, may_match
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language

_RESIDENT = frozenset({"resident"})


def in_words(request: Request, row: Row, offered: Sequence[Transition]) -> dict[str, Any]:
    """Return actions as an `ActionsOut`: labels, reasons to choose from, files asked, why one is blocked now."""
    language, now = request_language(request), timezone.now()
    blocked = blocked_by(row, row.version, offered, now)
    staged: list[ActionFile] = []
    if any(each.documents for each in offered):
        staged = list(staged_by(row.id, caller(request).doer_id, now))
    return {
        "results": [
            {
                "action": each.action,
                "label": local(dict(each.label), language),
                "target": each.target,
                "reason": owes_reason(each, row.version),
                "decides": decides(each, row.version),
                "reason_codes": [
                    {
                        "code": code.code,
                        "label": local(dict(code.label), language),
                        "words": code.words,
                        "basis": code.basis or None,
                    }
                    for code in each.reason_codes
                ],
                "documents": asked_with(
                    each, staged, language, url=request.build_absolute_uri(f"{each.action}/files/")
                ),
                "blocked": local(blocked.get(each.action, {}), language) or None,
                "url": request.build_absolute_uri(each.action + "/"),
            }
            for each in offered
        ]
    }


class MyActions(APIView):
    """What I may do now."""

    required_scopes = acting_scopes = ["applications"]

    @extend_schema(
        operation_id="applications_actions",
        summary="What I may do with my application now",
        description="As its service's workflow says: withdraw it, explain or complete what was asked, say that a "
        "complaint is resolved or not. A draft has none: it is submitted or thrown away.",
        tags=["applications"],
        responses={200: ActionsOut},
        examples=[examples.MY_ACTIONS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = own(id, request)
        offered = available(row, actor_id=caller(request).doer_id, roles=_RESIDENT)
        return json_response(request, in_words(request, row, offered))


class TakeMyAction(APIView):
    """Do it."""

    required_scopes = acting_scopes = ["applications"]
    problem_statuses = (403, 409, 412, 422, 503)

    @extend_schema(
        operation_id="applications_action",
        summary="Take an action of the workflow that is mine to take",
        description="`actions/` tells which are open to me now and whether a reason is owed; the agency's staff read "
        "it. Files that it asks are handed in before, at `actions/{action}/files/`.",
        tags=["applications"],
        request=ActionIn,
        responses={200: ApplicationOut},
        examples=[examples.REASON_IN, examples.APPLICATION],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID, action: str) -> HttpResponse:
        wanted = ActionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        own(id, request)
        act(
            application_id=id,
            actor_id=caller(request).doer_id,
            behalf=caller(request).actor,
            roles=_RESIDENT,
            action=action,
            reason=wanted.validated_data["reason"],
            reason_code=wanted.validated_data["reason_code"],
            if_match=request.META.get("HTTP_IF_MATCH"),
            now=timezone.now(),
        )
        row = own(id, request)
        return json_response(request, body_of(row, request_language(request)), etag=str(row.revision))
