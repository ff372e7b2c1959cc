"""For officers of the agencies that prove identities: disputes, and proofing at a counter."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string
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
from accounts.proofing.numbers import masked
from accounts.proofing.operations import counters, disputes
from accounts.proofing.operations.keeping import read_claim
from accounts.proofing.queries import counter_line, post_of, waiting_counters, waiting_disputes
from accounts.proofing.registry import Asked
from accounts.sign_in.queries import has_second_factor
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing, Problem

_SHOWN = ("id", "state", "statement", "answer", "opened_at", "answer_until", "answered_at", "decided_at", "reason")


def not_an_identity_officer() -> Problem:
    """Return the refusal of who is no officer of an agency that proves identities."""
    detail = {
        "id": "Hanya petugas yang berwenang membuktikan identitas.",
        "en": "Only for officers who prove identities.",
    }
    return Problem(status=403, code="not_identity_officer", detail=detail)


def second_factor_required() -> Problem:
    """Return the refusal to act of an officer who signs in without a second factor."""
    detail = {
        "id": "Pasang dahulu faktor kedua di halaman keamanan akun Anda.",
        "en": "First set up a second factor on the security page of your account.",
    }
    return Problem(status=403, code="second_factor_required", detail=detail)


class IdentityOffice(APIView):
    """For officers of `IDENTITY_AGENCIES`."""

    required_scopes = ["office"]
    post_held: dict[str, str]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        post = post_of(caller(request).id)
        if post is None:
            raise not_an_identity_officer()
        if request.method == "POST" and not has_second_factor(caller(request).id):
            raise second_factor_required()
        self.post_held = post

    @property
    def officer(self) -> dict[str, Any]:
        """Return who acts, as the operations take it."""
        person = caller(self.request)
        return {
            "officer_id": person.id,
            "officer_name": person.full_name,
            "agency_name": self.post_held["name"],
            "now": timezone.now(),
        }

    def note(self, person_id: UUID, what: str) -> None:
        """Record that this person's identity data was read, where they see it."""
        person = caller(self.request)
        import_string(settings.READING_NOTED_BY)(
            person_id=person_id,
            reader_id=person.id,
            reader_name=person.full_name,
            reader_role=self.post_held["role"],
            agency_code=self.post_held["code"],
            agency_name=self.post_held["name"],
            what=what,
            now=timezone.now(),
        )


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
        found = Dispute.objects.select_related("claim", "claimant", "holder").filter(pk=dispute_id).first()
        if found is None:
            raise Missing
        for person_id in (found.claimant_id, found.holder_id):
            self.note(person_id, "identity")
        shown: dict[str, Any] = {name: getattr(found, name) for name in _SHOWN}
        shown["nik"] = masked(read_claim(found.claim).nik) if found.claim else None
        shown["registry"] = found.results
        shown["claimant"], shown["holder"] = found.claimant.full_name, found.holder.full_name
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
            disputes.decide_dispute(dispute_id=id, **self.officer, **wanted.validated_data)
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
        begun = counters.start_counter(code=code, document=document, asked=Asked(**said), **self.officer)
        self.note(begun.person_id, "identity")
        return json_response(request, _counter_body(begun), status=201)


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
        found = CounterProofing.objects.select_related("claim").filter(pk=proofing_id).first()
        if found is None:
            raise Missing
        self.note(found.person_id, "identity")
        return _counter_body(found)


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
            counters.confirm_counter(proofing_id=id, **self.officer)
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
            counters.reject_counter(proofing_id=id, **self.officer, **wanted.validated_data)
        except CounterProofing.DoesNotExist:
            raise Missing from None
        return json_response(request, self.read(id))


def _counter_body(each: CounterProofing) -> Any:
    body = counter_line(each, timezone.now()) | {"full_name": "", "birth_date": None, "nik": None, "kk": None}
    if each.claim:
        asked = read_claim(each.claim)
        body |= {"full_name": asked.full_name, "birth_date": asked.birth_date}
        body |= {"nik": masked(asked.nik), "kk": masked(asked.kk)}
    return OfficeCounterOut(body).data
