"""For officers at the counter: accounts opened again, numbers freed that now are another person's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.proofing.api import examples
from accounts.proofing.api.office import IdentityOffice
from accounts.proofing.api.serializers import RecoveryCodeIn, RecoveryIn, RecoveryLine, RecoveryOut, RefusalIn
from accounts.proofing.models import Recovery
from accounts.proofing.operations import recoveries
from accounts.proofing.operations.reading import read_recovery
from accounts.proofing.queries import waiting_recoveries
from superapp.http.conditional import json_response
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing


class OfficeRecoveries(IdentityOffice):
    """Recoveries that wait."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_recoveries",
        summary="Accounts to be opened again, numbers to be freed, that wait for the second officer, oldest first",
        tags=["office"],
        parameters=PAGE,
        responses={200: RecoveryLine(many=True)},
        examples=[examples.RECOVERY_LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        rows = waiting_recoveries(timezone.now(), limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda row: (row.started_at, row.pk),
            line=lambda row: RecoveryLine(row).data,
        )
        return json_response(request, body)

    @extend_schema(
        operation_id="office_recovery_start",
        summary="Begin to open an account again, or to free a number, as the first officer",
        description="For who cannot sign in any more. A worker sends a code to the contact; who stands at the counter "
        "reads it out. A second officer confirms within 24 hours. Within an hour three codes are sent for one account, "
        "and twenty by one officer; then 429 `too_many_codes`.",
        tags=["office"],
        request=RecoveryIn,
        responses={201: RecoveryOut},
        examples=[examples.RECOVERY_IN, examples.RECOVERY],
    )
    @idempotent(required=True)
    def post(self, request: Request) -> HttpResponse:
        wanted = RecoveryIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        now = timezone.now()
        begun = recoveries.start_recovery(officer=self.officer, now=now, **wanted.validated_data)
        shown = read_recovery(recovery_id=begun.pk, officer=self.officer, now=now)
        return json_response(request, RecoveryOut(shown).data, status=201)


class OfficeRecovery(IdentityOffice):
    """One recovery."""

    @extend_schema(
        operation_id="office_recovery",
        summary="One recovery, with the account that it changes",
        description="The account's person sees that it was read.",
        tags=["office"],
        responses={200: RecoveryOut},
        examples=[examples.RECOVERY],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return json_response(request, self.read(id))

    def read(self, recovery_id: UUID) -> Any:
        """Return it, and note the reading.

        :raises Missing: 404 when there is none.
        """
        try:
            shown = read_recovery(recovery_id=recovery_id, officer=self.officer, now=timezone.now())
        except Recovery.DoesNotExist:
            raise Missing from None
        return RecoveryOut(shown).data


class EnterCode(OfficeRecovery):
    """Show that the contact is in the hands of who stands there."""

    http_method_names = ["post", "options"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_recovery_code",
        summary="Enter the code that the person at the counter reads out, as the first officer",
        description="Three wrong ones end it.",
        tags=["office"],
        request=RecoveryCodeIn,
        responses={200: RecoveryOut},
        examples=[examples.RECOVERY, examples.RECOVERY_CODE],
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        # Not under an Idempotency-Key: its transaction would take back the count of wrong codes.
        wanted = RecoveryCodeIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            recoveries.enter_code(recovery_id=id, officer=self.officer, now=timezone.now(), **wanted.validated_data)
        except Recovery.DoesNotExist:
            raise Missing from None
        return json_response(request, self.read(id))


class ConfirmRecovery(OfficeRecovery):
    """Confirm it."""

    http_method_names = ["post", "options"]
    problem_statuses = (400, 409)

    @extend_schema(
        operation_id="office_recovery_confirm",
        summary="Confirm a recovery, as the second officer",
        description="`reopen`: every other way into the account ends, with all sign-ins and tokens. `free`: an account "
        "that is left without any contact is closed.",
        tags=["office"],
        request=None,
        responses={200: RecoveryOut},
        examples=[examples.RECOVERY],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        try:
            recoveries.confirm_recovery(recovery_id=id, officer=self.officer, now=timezone.now())
        except Recovery.DoesNotExist:
            raise Missing from None
        return json_response(request, self.read(id))


class RejectRecovery(OfficeRecovery):
    """Reject it."""

    http_method_names = ["post", "options"]
    problem_statuses = (409,)

    @extend_schema(
        operation_id="office_recovery_reject",
        summary="Reject a recovery, as either officer",
        tags=["office"],
        request=RefusalIn,
        responses={200: RecoveryOut},
        examples=[examples.RECOVERY, examples.REFUSAL],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = RefusalIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            recoveries.reject_recovery(
                recovery_id=id, officer=self.officer, now=timezone.now(), **wanted.validated_data
            )
        except Recovery.DoesNotExist:
            raise Missing from None
        return json_response(request, self.read(id))
