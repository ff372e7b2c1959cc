"""Life events for anybody; bundles: one start at several agencies, for residents."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from services.applications.api import bundles_shapes as shapes
from services.applications.life_events import life_events
from services.applications.models import LifeBundle
from services.applications.operations.bundles import Fault, answer_bundle, hand_in, open_bundle, submit_bundle
from services.applications.queries.bundles import (
    Standing,
    bundle_body,
    bundle_line,
    bundle_of,
    bundle_timeline,
    bundles_of,
    event_body,
)
from superapp.http.conditional import json_response
from superapp.http.idempotency import form_fingerprint, idempotent
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Missing, invalid, localized

_SCOPES = ["applications"]
_TAGS = ["life events"]


class LifeEvents(APIView):
    """What happens in a life, and which services it calls for."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="life_events_list",
        summary="Life events, and the services that each opens",
        tags=_TAGS,
        auth=[],
        responses={200: shapes.LifeEventsOut},
        examples=[shapes.EVENTS],
    )
    def get(self, request: Request) -> HttpResponse:
        language = request_language(request)
        found = [event_body(each, language, full=False) for each in life_events().values()]
        return json_response(request, {"results": found})


class OneLifeEvent(APIView):
    """One life event."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="life_events_read",
        summary="A life event: its services, and what is asked once for all of them",
        description="A service with `after` is handed in when that one is decided; `why` tells it in words.",
        tags=_TAGS,
        auth=[],
        responses={200: shapes.LifeEventOut},
        examples=[shapes.EVENT],
    )
    def get(self, request: Request, key: str) -> HttpResponse:
        event = life_events().get(key)
        if event is None:
            raise Missing
        return json_response(request, event_body(event, request_language(request), full=True))


class Bundles(APIView):
    """Mine, and beginning one."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"POST": (403, 409)}

    @extend_schema(
        operation_id="bundles_list",
        summary="My bundles, latest first",
        description=(
            "With how each application stands; what drafts still lack is told by the bundle itself. For who acts by a "
            "mandate: of each what the mandate reaches, and none of which it reaches nothing."
        ),
        tags=_TAGS,
        parameters=[*PAGE],
        responses={200: shapes.LifeBundleLine(many=True)},
        examples=[shapes.BUNDLE_LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        person, language = caller(request), request_language(request)
        rows = bundles_of(person.id, person.actor, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row[0].created_at, row[0].id),
            line=lambda row: bundle_line(*row, language),
        )
        return json_response(request, body)

    @extend_schema(
        operation_id="bundles_create",
        summary="Begin a bundle: a draft at each service of a life event",
        description=(
            "`id` is made by the client; the same again returns the same bundle. `services` chooses some. A service "
            "that refuses is told in `refused`, and the others begin. Each draft is an application like any other: "
            "what the bundle does not ask is answered there."
        ),
        tags=_TAGS,
        request=shapes.LifeBundleIn,
        responses={201: shapes.LifeBundleOut, 200: shapes.LifeBundleOut},
        examples=[shapes.BUNDLE_IN, shapes.BUNDLE],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        wanted = shapes.LifeBundleIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        event = life_events().get(wanted.validated_data["life_event"])
        if event is None:
            detail = {"id": "Peristiwa tidak dikenal.", "en": "There is no such life event."}
            raise invalid([FieldError("/life_event", "unknown_life_event", detail)])
        person = caller(request)
        bundle, is_new, refused = open_bundle(
            id=wanted.validated_data["id"],
            applicant_id=person.id,
            assurance=person.assurance,
            event=event,
            chosen=wanted.validated_data.get("services"),
            actor=person.actor,
            now=timezone.now(),
        )
        return _answer(request, bundle.id, refused, status=201 if is_new else 200)


class OneBundle(APIView):
    """One bundle of mine."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"PATCH": (409,)}

    @extend_schema(
        operation_id="bundles_read",
        summary="One of my bundles: how each application stands, and what each still lacks",
        tags=_TAGS,
        responses={200: shapes.LifeBundleOut},
        examples=[shapes.BUNDLE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return _answer(request, id)

    @extend_schema(
        operation_id="bundles_answer",
        summary="Answer the shared questions",
        description=(
            "By their ids; null removes an answer. Each is written into every draft that asks it; what was handed in "
            "already stays. The latest to come stands: sent again it changes nothing."
        ),
        tags=_TAGS,
        request=shapes.BundleAnswersIn,
        responses={200: shapes.LifeBundleOut},
        examples=[shapes.BUNDLE_ANSWERS_IN, shapes.BUNDLE],
    )
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        wanted = shapes.BundleAnswersIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        bundle, standing = _own(request, id)
        answer_bundle(bundle=bundle, reached=_ids(standing), patch=wanted.initial_data["answers"], now=timezone.now())
        return _answer(request, id)


class BundleFiles(APIView):
    """Shared documents."""

    required_scopes = acting_scopes = _SCOPES
    parser_classes = (MultiPartParser,)
    throttle_scope = "upload"
    problem_statuses = (409, 422)

    @extend_schema(
        operation_id="bundles_attach",
        summary="Hand in a shared document once, for every draft that asks for it",
        tags=_TAGS,
        request={"multipart/form-data": shapes.BundleFileIn},
        responses={200: shapes.LifeBundleOut},
        examples=[shapes.BUNDLE_FILE_IN, shapes.BUNDLE],
    )
    @idempotent(required=False, mark_of=form_fingerprint)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        bundle, standing = _own(request, id)
        wanted = shapes.BundleFileIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        hand_in(
            bundle=bundle,
            reached=_ids(standing),
            document=wanted.validated_data["document"],
            upload=wanted.validated_data["file"],
            now=timezone.now(),
        )
        return _answer(request, id)


class SubmitBundle(APIView):
    """Hand it in."""

    required_scopes = acting_scopes = _SCOPES

    @extend_schema(
        operation_id="bundles_submit",
        summary="Hand in all that can be",
        description=(
            "Each application by itself: what is refused is told in `refused` under its service, and keeps no other "
            "back. Sent again it goes on with the rest, and does nothing twice. What waits for another's outcome is "
            "handed in by itself when that is there; for who acts by a mandate, when they send this again."
        ),
        tags=_TAGS,
        request=None,
        responses={200: shapes.LifeBundleOut},
        examples=[shapes.BUNDLE],
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        bundle, standing = _own(request, id)
        actor = caller(request).actor
        refused = submit_bundle(
            bundle=bundle,
            standing=standing,
            actor=actor,
            assurance=caller(request).assurance if actor else None,
            now=timezone.now(),
        )
        return _answer(request, id, refused)


class BundleTimeline(APIView):
    """What happened to all of it."""

    required_scopes = acting_scopes = _SCOPES

    @extend_schema(
        operation_id="bundles_timeline",
        summary="What happened to all of it, oldest first",
        tags=_TAGS,
        responses={200: shapes.BundleTimelineOut},
        examples=[shapes.BUNDLE_TIMELINE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        _, standing = _own(request, id)
        return json_response(request, {"results": bundle_timeline(standing, request_language(request))})


def _own(request: Request, id: UUID) -> tuple[LifeBundle, list[Standing]]:
    try:
        return bundle_of(id, caller(request).id, caller(request).actor)
    except LifeBundle.DoesNotExist:
        raise Missing from None


def _ids(standing: Sequence[Standing]) -> list[UUID]:
    return [each.row.id for each in standing]


def _answer(request: Request, id: UUID, refused: Sequence[Fault] = (), *, status: int = 200) -> HttpResponse:
    bundle, standing = _own(request, id)
    language = request_language(request)
    body = bundle_body(bundle, standing, language, now=timezone.now())
    return json_response(request, body | {"refused": [_refusal(each, language) for each in refused]}, status=status)


def _refusal(fault: Fault, language: str) -> dict[str, Any]:
    service, problem = fault
    return {
        "service": service,
        "code": problem.code,
        "detail": localized(problem.detail, language),
        "errors": [
            {"pointer": each.pointer, "code": each.code, "detail": localized(each.detail, language)}
            for each in problem.errors
        ],
    }
