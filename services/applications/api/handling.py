"""Who has an application in hand, and where it lies, over the API."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.bearer import caller
from services.applications.api.handling_shapes import (
    ASSIGN_IN,
    HAND_OVER_IN,
    PLACE,
    REASON_IN,
    SENT,
    STAYS,
    AssignIn,
    HandOverIn,
    MovedIn,
    SentOut,
    StaysOut,
)
from services.applications.api.office import OfficeView
from services.applications.api.serializers import PlaceOut
from services.applications.models import Application
from services.applications.operations import handling
from services.applications.operations.handling.steps import Doer
from services.applications.queries.hops import sent_by, sent_line, stays_of
from superapp.http.conditional import json_response, may_match
from superapp.http.idempotency import idempotent
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE


class _Step(OfficeView):
    """One step; the answer is where it lies then, which names no resident."""

    problem_statuses = (409, 412, 422)

    def done(self, request: Request, step: Callable[..., Application], id: UUID, **said: Any) -> HttpResponse:
        """Do it for the caller, and answer with the place."""
        doer = Doer(caller(request).id, self.roles, request.META.get("HTTP_IF_MATCH"))
        application = step(application_id=id, doer=doer, now=timezone.now(), **said)
        unit, assignee = application.unit, application.assignee
        person: dict[str, str] | None
        if application.assignee_id == doer.id:
            person = {"id": str(doer.id), "name": caller(request).full_name}
        else:
            person = {"id": str(assignee.pk), "name": assignee.full_name} if assignee else None
        body = {
            "agency": {"code": application.agency.code, "name": application.agency.name},
            "unit": {"code": unit.code, "name": unit.name} if unit else None,
            "assignee": person,
        }
        return json_response(request, body, etag=str(application.revision))


class Claim(_Step):
    """Mine."""

    @extend_schema(
        operation_id="office_claim",
        summary="Take an application in hand that nobody has",
        description="Of two at once one gets it; the other is told who did (409 `held_by_another`, `assignee`).",
        tags=["office"],
        request=None,
        responses={200: PlaceOut},
        examples=[PLACE],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        return self.done(request, handling.claim, id)


class Release(_Step):
    """Nobody's."""

    @extend_schema(
        operation_id="office_release",
        summary="Give an application back to nobody",
        description="One's own; another's may who shares out the work (approvers, admins).",
        tags=["office"],
        request=None,
        responses={200: PlaceOut},
        examples=[PLACE],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        return self.done(request, handling.release, id)


class Assign(_Step):
    """Somebody's."""

    @extend_schema(
        operation_id="office_assign",
        summary="Put an application into an officer's hands",
        description="Somebody of the same agency, and unit, who did not apply for it. They are told.",
        tags=["office"],
        request=AssignIn,
        responses={200: PlaceOut},
        examples=[ASSIGN_IN, PLACE],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = AssignIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.done(request, handling.assign, id, assignee_id=wanted.validated_data["assignee"])


class HandOver(_Step):
    """To another unit or agency."""

    @extend_schema(
        operation_id="office_hand_over",
        summary="Hand an application to another unit or agency",
        description=(
            "With the reason, which its resident reads. The law's due date runs on. The agency that it goes to sees it "
            "from then on, and the one that it came from no more; it decides nothing, and gives it back."
        ),
        tags=["office"],
        request=HandOverIn,
        responses={200: PlaceOut},
        examples=[HAND_OVER_IN, PLACE],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = HandOverIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.done(request, handling.hand_over, id, **wanted.validated_data)


class GiveBack(_Step):
    """To where it came from."""

    @extend_schema(
        operation_id="office_give_back",
        summary="Send an application back to who handed it over",
        description="Done, or not for us: the reason says which. The due date stays as it was.",
        tags=["office"],
        request=MovedIn,
        responses={200: PlaceOut},
        examples=[REASON_IN, PLACE],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = MovedIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.done(request, handling.give_back, id, **wanted.validated_data)


class Recall(_Step):
    """Back to whose service it is."""

    @extend_schema(
        operation_id="office_recall",
        summary="Call an application of my agency's own service back from another agency",
        tags=["office"],
        request=MovedIn,
        responses={200: PlaceOut},
        examples=[REASON_IN, PLACE],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = MovedIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.done(request, handling.recall, id, **wanted.validated_data)


class Places(OfficeView):
    """Where it has been."""

    @extend_schema(
        operation_id="office_places",
        summary="Where an application has been, how long, by whom and why",
        tags=["office"],
        responses={200: StaysOut},
        examples=[STAYS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        row = self.found(id, what="timeline")
        return json_response(request, {"results": stays_of(row, now=timezone.now())})


class Sent(OfficeView):
    """What we handed to others."""

    @extend_schema(
        operation_id="office_sent",
        summary="What my agency handed to others, the latest first",
        description="That it did, when and why, and when it left there: nothing of what is in it, which is theirs now.",
        tags=["office"],
        parameters=[*PAGE],
        responses={200: SentOut(many=True)},
        examples=[SENT],
    )
    def get(self, request: Request) -> HttpResponse:
        asked, language = read_page(request, [datetime, UUID]), request_language(request)
        hops = sent_by(list(self.roles), limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request, asked, hops, key=lambda hop: (hop.at, hop.pk), line=lambda hop: sent_line(hop, language)
        )
        return json_response(request, body)
