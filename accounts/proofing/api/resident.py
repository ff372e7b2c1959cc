"""`me/identity/`: proving who one is, a NIK that somebody else holds, a code for the counter."""

from typing import ClassVar
from uuid import UUID

import orjson
from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.proofing.api import examples
from accounts.proofing.api.serializers import (
    CodeOut,
    DisputeOut,
    DisputesOut,
    IdentityChecked,
    IdentityIn,
    IdentityOut,
    StatementIn,
)
from accounts.proofing.models import Dispute
from accounts.proofing.numbers import doubts
from accounts.proofing.operations import counters, disputes, raising
from accounts.proofing.queries import disputes_of, identity_of
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.problems import Missing


class Identity(APIView):
    """How surely the city knows me."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[dict[str, tuple[int, ...]]] = {"POST": (409,)}

    @extend_schema(
        operation_id="identity_read",
        summary="How surely the city knows you, and why",
        tags=["me"],
        responses={200: IdentityOut},
        examples=[examples.IDENTITY],
    )
    def get(self, request: Request) -> HttpResponse:
        return json_response(request, IdentityOut(identity_of(caller(request).id, timezone.now())).data)

    @extend_schema(
        operation_id="identity_prove",
        summary="Prove who you are by the population registry",
        description=(
            "`check.state` tells what came of it: `matched` (you are verified from now on), `mismatched` (which field "
            "differs is not told), `taken` (another account holds the NIK: open a dispute), or `pending` when the "
            "registry does not answer: it is asked again, and a notice tells the result. Five tries in 24 hours."
        ),
        tags=["me"],
        request=IdentityIn,
        responses={200: IdentityChecked},
        examples=[examples.IDENTITY_IN, examples.CHECKED],
    )
    def post(self, request: Request) -> HttpResponse:
        taken = self._take(request)
        raising.ask_soon(check_id=UUID(orjson.loads(taken.content)["check"]), now=timezone.now())
        wanted = IdentityIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = wanted.validated_data
        body = identity_of(caller(request).id, timezone.now()) | {"warnings": doubts(said["nik"], said["birth_date"])}
        response = json_response(request, IdentityChecked(body).data)
        if "Idempotency-Replayed" in taken.headers:
            response.headers["Idempotency-Replayed"] = "true"
        return response

    @idempotent(required=True)
    def _take(self, request: Request) -> HttpResponse:
        """Take the submission, in a transaction that ends before the registry is asked."""
        wanted = IdentityIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        check = raising.submit_identity(person_id=caller(request).id, now=timezone.now(), **wanted.validated_data)
        return HttpResponse(orjson.dumps({"check": check.pk}), content_type="application/json")

    post.idempotency_key = "required"  # type: ignore[attr-defined]


class Disputes(APIView):
    """Somebody already holds my NIK."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses: ClassVar[dict[str, tuple[int, ...]]] = {"POST": (409,)}

    @extend_schema(
        operation_id="identity_disputes",
        summary="Disputes about a NIK in which you are a party",
        tags=["me"],
        responses={200: DisputesOut},
        examples=[examples.DISPUTES],
    )
    def get(self, request: Request) -> HttpResponse:
        return json_response(request, DisputesOut({"results": disputes_of(caller(request).id)}).data)

    @extend_schema(
        operation_id="identity_dispute",
        summary="Say that a NIK which another account holds is yours",
        description="Possible after a check that ended as `taken`. The holder has three days to answer; an officer of "
        "the population agency decides.",
        tags=["me"],
        request=StatementIn,
        responses={201: DisputeOut},
        examples=[examples.STATEMENT, examples.DISPUTE],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = StatementIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        person_id = caller(request).id
        opened = disputes.open_dispute(person_id=person_id, statement=wanted.validated_data["text"], now=timezone.now())
        return json_response(request, _mine(person_id, opened.pk), status=201)


class AnswerDispute(APIView):
    """The answer of who holds the NIK."""

    required_scopes: ClassVar[list[str]] = ["account"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="identity_dispute_answer",
        summary="Answer somebody who says that your NIK is theirs",
        tags=["me"],
        request=StatementIn,
        responses={200: DisputeOut},
        examples=[examples.STATEMENT, examples.DISPUTE],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = StatementIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        person_id = caller(request).id
        try:
            disputes.answer_dispute(
                dispute_id=id, person_id=person_id, answer=wanted.validated_data["text"], now=timezone.now()
            )
        except Dispute.DoesNotExist:
            raise Missing from None
        return json_response(request, _mine(person_id, id))


def _mine(person_id: UUID, dispute_id: UUID) -> object:
    return DisputeOut(next(each for each in disputes_of(person_id) if each["id"] == dispute_id)).data


class CounterCode(APIView):
    """A code to show at a counter."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="identity_counter_code",
        summary="Make a one-time code to show at a counter",
        description="Valid for ten minutes, once; the one before it is void.",
        tags=["me"],
        request=None,
        responses={200: CodeOut},
        examples=[examples.CODE],
    )
    def post(self, request: Request) -> HttpResponse:
        code, until = counters.make_code(person_id=caller(request).id, now=timezone.now())
        return json_response(request, CodeOut({"code": code, "expires_at": until}).data)
