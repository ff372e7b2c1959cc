"""`office/impersonations/` and `me/impersonations/`: support sees an account, and its person sees that."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import caller
from accounts.models import User
from accounts.privacy.api import examples
from accounts.privacy.api.platform import PlatformOffice
from accounts.privacy.api.serializers import ImpersonationIn, ImpersonationOut, ImpersonationTokenOut
from accounts.privacy.models import Impersonation
from accounts.privacy.operations.impersonations import begin_impersonation, end_impersonation
from accounts.privacy.queries.impersonations import impersonation_line, impersonations_of
from superapp.http.conditional import json_response
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Missing, Problem, invalid


def unknown_person() -> Problem:
    """Return 400: nobody with an open account has this id."""
    detail = {"id": "Tidak ada akun warga ini.", "en": "There is no account of this person."}
    return invalid([FieldError("/person", "does_not_exist", detail)])


class OfficeImpersonations(PlatformOffice):
    """Seeing an account as its person does."""

    problem_statuses: ClassVar[tuple[int, ...]] = (409,)

    @extend_schema(
        operation_id="office_impersonation_begin",
        summary="See a person's account as they do, to help",
        description="For staff of the platform with a second factor. The token reads and changes nothing; the person "
        "is told at once, sees each reading, and can end it. Never the account of staff. Begun again, the one before "
        "ends, so that a request sent twice leaves one.",
        tags=["office"],
        request=ImpersonationIn,
        responses={201: ImpersonationTokenOut},
        examples=[examples.IMPERSONATION_IN, examples.IMPERSONATION_TOKEN],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted, now, staff = ImpersonationIn(data=request.data), timezone.now(), caller(request)
        wanted.is_valid(raise_exception=True)
        said = dict(wanted.validated_data)
        try:
            begun, token = begin_impersonation(
                person_id=said.pop("person"), staff_id=staff.id, client_id=staff.client_id, now=now, **said
            )
        except User.DoesNotExist:
            raise unknown_person() from None
        return json_response(request, impersonation_line(begun, now=now) | {"access_token": token}, status=201)


class OfficeImpersonation(PlatformOffice):
    """One that I began."""

    @extend_schema(
        operation_id="office_impersonation_end",
        summary="Stop seeing a person's account",
        tags=["office"],
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        try:
            end_impersonation(id=id, staff_id=caller(request).id, now=timezone.now())
        except Impersonation.DoesNotExist:
            raise Missing from None
        return HttpResponse(status=204)


class MyImpersonations(APIView):
    """Who of the staff saw my account as I do."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="impersonations_list",
        summary="When support saw your account as you do, who and why",
        tags=["me"],
        parameters=PAGE,
        responses={200: ImpersonationOut(many=True)},
        examples=[examples.IMPERSONATION],
    )
    def get(self, request: Request) -> HttpResponse:
        asked, now = read_page(request, [datetime, UUID]), timezone.now()
        rows = impersonations_of(caller(request).id, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(
            request,
            asked,
            rows,
            key=lambda each: (each.began_at, each.pk),
            line=lambda each: impersonation_line(each, now=now),
        )
        return json_response(request, body)


class MyImpersonation(APIView):
    """One of them."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="impersonations_end",
        summary="Have support stop seeing your account, at once",
        tags=["me"],
        responses={204: None},
    )
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        try:
            end_impersonation(id=id, person_id=caller(request).id, now=timezone.now())
        except Impersonation.DoesNotExist:
            raise Missing from None
        return HttpResponse(status=204)
