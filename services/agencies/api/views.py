"""The city for everybody: agencies, districts, holidays; and for staff, where they belong."""

from typing import Any, ClassVar, cast

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.bearer import Principal
from services.agencies import queries
from services.agencies.api.serializers import AgencyOut, DistrictOut, HolidayOut, MembershipOut
from services.agencies.models import Agency
from superapp.http.conditional import json_response
from superapp.http.problems import FieldError, Missing, Problem

_AGENCY = OpenApiExample(
    "Agency",
    value={
        "code": "DISDUKCAPIL",
        "name": "Dinas Kependudukan dan Pencatatan Sipil",
        "kind": "dinas",
        "aliases": ["Dukcapil"],
        "confidence": "seen",
        "source": "realisasi2024.pdf 'Renja Perangkat Daerah ...'",
    },
    response_only=True,
)
FIRST_YEAR, LAST_YEAR = 2000, 2100
YEAR = OpenApiParameter(
    "year",
    {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR},
    description="This year when left out.",
)


class _PublicView(APIView):
    """Open to strangers; what it tells changes a few times a year."""

    authentication_classes = ()
    permission_classes = (AllowAny,)


class Agencies(_PublicView):
    """All agencies."""

    @extend_schema(
        operation_id="agencies_list",
        summary="All agencies (OPD) of the city",
        tags=["agencies"],
        responses={200: AgencyOut(many=True)},
        examples=[_AGENCY],
    )
    def get(self, request: Request) -> HttpResponse:
        return _page(request, AgencyOut(queries.agencies(), many=True).data)


class OneAgency(_PublicView):
    """One agency."""

    @extend_schema(
        operation_id="agencies_read",
        summary="One agency, by its code",
        tags=["agencies"],
        responses={200: AgencyOut},
        examples=[_AGENCY],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        try:
            agency = queries.agency_by_code(code)
        except Agency.DoesNotExist:
            raise Missing from None
        return json_response(request, AgencyOut(agency).data)


class Regions(_PublicView):
    """Districts and subdistricts."""

    @extend_schema(
        operation_id="regions_list",
        summary="Kecamatan, each with its kelurahan",
        tags=["agencies"],
        responses={200: DistrictOut(many=True)},
        examples=[
            OpenApiExample(
                "District",
                value={
                    "code": "64.71.01",
                    "name": "Balikpapan Timur",
                    "subdistricts": [{"code": "64.71.01.1001", "name": "Manggar", "aliases": []}],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        return _page(request, DistrictOut(queries.districts(), many=True).data)


class Holidays(_PublicView):
    """The calendar from which due dates are counted."""

    @extend_schema(
        operation_id="holidays_list",
        summary="Public holidays and joint leave (cuti bersama) of a year",
        tags=["agencies"],
        parameters=[YEAR],
        responses={200: HolidayOut(many=True)},
        examples=[
            OpenApiExample(
                "Holiday",
                value={"date": "2026-01-01", "name": "Tahun Baru Masehi", "kind": "libur_nasional"},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        year = year_of(request)
        return _page(request, HolidayOut(queries.holidays_in(year), many=True).data)


class Memberships(APIView):
    """Where I work."""

    required_scopes: ClassVar[list[str]] = ["account"]

    @extend_schema(
        operation_id="memberships_list",
        summary="The agencies where I am staff, and my roles there",
        description="Empty for a resident who is not staff.",
        tags=["account"],
        responses={200: MembershipOut(many=True)},
        examples=[
            OpenApiExample(
                "Membership",
                value={
                    "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
                    "roles": ["officer"],
                },
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        return _page(request, queries.named_memberships_of(cast(Principal, request.user).id))


def _page(request: Request, results: Any) -> HttpResponse:
    """Answer with a list so short that it is one page."""
    return json_response(request, {"next": None, "previous": None, "results": results})


def year_of(request: Request) -> int:
    """Return the year asked for.

    :raises Problem: 400 when it is no year that we could know.
    """
    asked = request.query_params.get("year")
    if asked is None:
        return timezone.localdate().year
    if asked.isascii() and asked.isdigit() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return int(asked)
    detail = {
        "id": f"Tahun harus berupa angka {FIRST_YEAR} sampai {LAST_YEAR}.",
        "en": f"The year is a number from {FIRST_YEAR} to {LAST_YEAR}.",
    }
    raise Problem(status=400, code="invalid_year", detail=detail, errors=[FieldError("/year", "invalid", detail)])
