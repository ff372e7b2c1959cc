"""For officers of the agencies that prove identities: disputes, and proofing at a counter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.proofing.api import examples
from accounts.proofing.api.serializers import (
    CounterIn,
    DecisionIn,
    OfficeCounterLine,
    OfficeCounterOut,
    OfficeDisputeLine,
    OfficeDisputeOut,
    RefusalIn,
)
from accounts.proofing.models import CounterProofing, Dispute
from accounts.proofing.operations import counters, disputes
from accounts.proofing.operations.reading import read_counter, read_dispute
from accounts.proofing.queries import Officer, counter_line, officer_of, waiting_counters, waiting_disputes
from accounts.proofing.registry import Asked
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing, Problem


def not_an_identity_officer() -> Problem:
    """Return the refusal of who is no officer of an agency that proves identities."""
    detail = {
        "id": "Hanya petugas yang berwenang membuktikan identitas.",
        "en": "Only for officers who prove identities.",
    }
    return Problem(status=403, code="not_identity_officer", detail=detail)


class IdentityOffice(APIView):
    """For officers of `IDENTITY_AGENCIES`."""

    required_scopes = ["office"]
    officer: Officer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        officer = officer_of(caller(request).id, caller(request).full_name)
        if officer is None:
            raise not_an_identity_officer()
        self.officer = officer


class OfficeDisputes(IdentityOffice):
    """Open disputes."""

    @extend_schema(
        operation_id="office_identity_disputes",
        summary="Open disputes about a NIK, oldest first",
        description="Names nobody: reading one is recorded.",
        tags=["office"],
        parameters=PAGE,
        responses={200: OfficeDisputeLine(many=True)},
        examples=[examples.OFFICE_DISPUTE_LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        rows = waiting_disputes(limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row.opened_at, row.pk),
            line=lambda row: OfficeDisputeLine(row).data,
        )
        return json_response(request, body)


class OfficeDispute(IdentityOffice):
    """One dispute."""

    @extend_schema(
        operation_id="office_identity_dispute",
        summary="One dispute about a NIK, with its two parties",
        description="Both parties see that it was read.",
        tags=["office"],
        responses={200: OfficeDisputeOut},
        examples=[examples.OFFICE_DISPUTE],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return json_response(request, self.read(id))

    def read(self, dispute_id: UUID) -> Any:
        """Return it, and note the reading.

        :raises Missing: 404 when there is none.
        """
        try:
            shown = read_dispute(dispute_id=dispute_id, officer=self.officer, now=timezone.now())
        except Dispute.DoesNotExist:
            raise Missing from None
        return OfficeDisputeOut(shown).data


class DecideDispute(OfficeDispute):
    """Decide it."""

    http_method_names = ["post", "options"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_identity_dispute_decide",
        summary="Decide a dispute about a NIK",
        description="Once the holder has answered, or had three days to. When the claimant wins, the holder's account "
        "falls back to `basic` and its tokens of a higher assurance end. A party may not decide.",
        tags=["office"],
        request=DecisionIn,
        responses={200: OfficeDisputeOut},
        examples=[examples.OFFICE_DISPUTE, examples.DECISION],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = DecisionIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            disputes.decide_dispute(dispute_id=id, officer=self.officer, now=timezone.now(), **wanted.validated_data)
        except Dispute.DoesNotExist:
            raise Missing from None
        return json_response(request, self.read(id))


class OfficeCounters(IdentityOffice):
    """Proofings at a counter."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_identity_proofings",
        summary="Residents who wait for the second officer, oldest first",
        tags=["office"],
        parameters=PAGE,
        responses={200: OfficeCounterLine(many=True)},
        examples=[examples.OFFICE_COUNTER_LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        rows = waiting_counters(timezone.now(), limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row.started_at, row.pk),
            line=lambda row: OfficeCounterLine(counter_line(row, timezone.now())).data,
        )
        return json_response(request, body)

    @extend_schema(
        operation_id="office_identity_proofing_start",
        summary="Begin to prove a resident at the counter, as the first officer",
        description="With the code that the resident shows. A second officer confirms within 24 hours.",
        tags=["office"],
        request=CounterIn,
        responses={201: OfficeCounterOut},
        examples=[examples.COUNTER_IN, examples.OFFICE_COUNTER],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = CounterIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        said = dict(wanted.validated_data)
        code, document = said.pop("code"), said.pop("document")
        now = timezone.now()
        begun = counters.start_counter(code=code, document=document, asked=Asked(**said), officer=self.officer, now=now)
        shown = read_counter(proofing_id=begun.pk, officer=self.officer, now=now)
        return json_response(request, OfficeCounterOut(shown).data, status=201)


class OfficeCounter(IdentityOffice):
    """One proofing at a counter."""

    @extend_schema(
        operation_id="office_identity_proofing",
        summary="One proofing at a counter",
        description="The resident sees that it was read.",
        tags=["office"],
        responses={200: OfficeCounterOut},
        examples=[examples.OFFICE_COUNTER],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return json_response(request, self.read(id))

    def read(self, proofing_id: UUID) -> Any:
        """Return it, and note the reading.

        :raises Missing: 404 when there is none.
        """
        try:
            shown = read_counter(proofing_id=proofing_id, officer=self.officer, now=timezone.now())
        except CounterProofing.DoesNotExist:
            raise Missing from None
        return OfficeCounterOut(shown).data


class ConfirmCounter(OfficeCounter):
    """Confirm it."""

    http_method_names = ["post", "options"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_identity_proofing_confirm",
        summary="Confirm a proofing, as the second officer",
        tags=["office"],
        request=None,
        responses={200: OfficeCounterOut},
        examples=[examples.OFFICE_COUNTER],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        try:
            counters.confirm_counter(proofing_id=id, officer=self.officer, now=timezone.now())
        except CounterProofing.DoesNotExist:
            raise Missing from None
        return json_response(request, self.read(id))


class RejectCounter(OfficeCounter):
    """Reject it."""

    http_method_names = ["post", "options"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_identity_proofing_reject",
        summary="Reject a proofing, as either officer",
        tags=["office"],
        request=RefusalIn,
        responses={200: OfficeCounterOut},
        examples=[examples.OFFICE_COUNTER, examples.REFUSAL],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = RefusalIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            counters.reject_counter(proofing_id=id, officer=self.officer, now=timezone.now(), **wanted.validated_data)
        except CounterProofing.DoesNotExist:
            raise Missing from None
        return json_response(request, self.read(id))
