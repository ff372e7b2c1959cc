"""The days' roots for everybody, and for a resident the proof that an event of theirs is in one."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from services.applications.api.resident import own
from services.applications.models import Event
from services.applications.queries.roots import latest_roots, proof_of, root_line, root_of_day
from superapp.http.conditional import json_response
from superapp.http.pagination import InvalidCursor, page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing, Problem

_FOR_FIVE_MINUTES = "public, max-age=300"
_FOR_EVER = "public, max-age=31536000, immutable"


class RootOut(serializers.Serializer[dict[str, Any]]):
    number = serializers.IntegerField()
    since = serializers.DateField(help_text="The first day that it stands for.")
    day = serializers.DateField(help_text="The last.")
    events = serializers.IntegerField()
    root = serializers.CharField(  # type: ignore[assignment]  # a field, not the property
        help_text="Merkle root (RFC 9162, SHA-256) over the events' hashes."
    )
    previous = serializers.CharField(help_text="`hash` of the root before; 64 zeros before the first.")
    hash = serializers.CharField(help_text="SHA-256 over the canonical JSON (RFC 8785) of the others as they stand.")
    sealed_at = serializers.DateTimeField()


class StepOut(serializers.Serializer[dict[str, Any]]):
    side = serializers.ChoiceField(choices=["left", "right"])
    hash = serializers.CharField()


class ProofOut(serializers.Serializer[dict[str, Any]]):
    sequence = serializers.IntegerField()
    hash = serializers.CharField(help_text="As the timeline shows it.")
    place = serializers.IntegerField(help_text="Of the event among the root's, from 0.")
    path = StepOut(many=True, help_text="From the leaf, SHA-256(0x00, hash as text), up: SHA-256(0x01, left, right).")
    root = RootOut()


_ROOT: dict[str, Any] = {
    "number": 12,
    "since": "2026-11-24",
    "day": "2026-11-24",
    "events": 3821,
    "root": "5df6e0e2761359d30a8275058e299fcc0381534545f55cf43e41983f5d4c9456",
    "previous": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "hash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "sealed_at": "2026-11-24T16:05:00.000000+00:00",
}
_ONE = OpenApiExample("A day", value=_ROOT, response_only=True, status_codes=["200"])
_PROOF = OpenApiExample(
    "One of two",
    value={
        "sequence": 1,
        "hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "place": 0,
        "path": [{"side": "right", "hash": "4355a46b19d348dc2f57c046f8ef63d4538ebb936000f3c9ee954a27460dd865"}],
        "root": _ROOT,
    },
    response_only=True,
    status_codes=["200"],
)


class _PublicView(APIView):
    """Open to strangers; a token, good or bad, is not even read."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class Roots(_PublicView):
    """All of them."""

    @extend_schema(
        operation_id="history_roots",
        summary="The root over each day's events of all applications, the latest first",
        description="Made shortly after midnight and never changed: who keeps a copy sees any later change of the "
        "history. Holds no personal data.",
        tags=["history"],
        auth=[],
        parameters=PAGE,
        responses={200: RootOut(many=True)},
        examples=[_ONE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [str])
        rows = latest_roots(below=_number(asked.after), above=_number(asked.before), limit=asked.limit + 1)
        body = page_of(request, asked, rows, key=lambda root: [root.number], line=root_line)
        return _public(request, body, _FOR_FIVE_MINUTES)


def _number(key: tuple[Any, ...] | None) -> int | None:
    if key is None:
        return None
    text = str(key[0])
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise InvalidCursor
    return int(text)


class RootOfDay(_PublicView):
    """One of them."""

    @extend_schema(
        operation_id="history_root",
        summary="The root that stands for a day",
        tags=["history"],
        auth=[],
        responses={200: RootOut},
        examples=[_ONE],
    )
    def get(self, request: Request, day: str) -> HttpResponse:
        try:
            root = root_of_day(date.fromisoformat(day))
        except ValueError:
            raise Missing from None
        if root is None:
            raise Missing
        return _public(request, root_line(root), _FOR_EVER)


def _public(request: Request, body: Any, cached: str) -> HttpResponse:
    """Answer with what is the same for everybody, in every language."""
    response = json_response(request, body)
    response.headers["Cache-Control"] = cached
    del response.headers["Vary"]
    return response


class Proof(APIView):
    """That an event of mine is in its day's root."""

    required_scopes = acting_scopes = ["applications"]

    @extend_schema(
        operation_id="applications_timeline_proof",
        summary="The proof that an event of my application is in its day's published root",
        description="404 `not_sealed` until the day's root is made, shortly after midnight.",
        tags=["applications"],
        responses={200: ProofOut},
        examples=[_PROOF],
    )
    def get(self, request: Request, id: UUID, sequence: int) -> HttpResponse:
        own(id, request)
        try:
            proof = proof_of(id, sequence)
        except Event.DoesNotExist:
            raise Missing from None
        if proof is None:
            detail = {
                "id": "Hari ini belum disegel; akarnya dibuat lewat tengah malam.",
                "en": "The day is not sealed yet; its root is made after midnight.",
            }
            raise Problem(status=404, code="not_sealed", detail=detail)
        return json_response(request, proof)
