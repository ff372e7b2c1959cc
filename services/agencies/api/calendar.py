"""The calendar for the platform's staff: a decree closes a day, or opens it again."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.timezone import localtime
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.bearer import caller
from accounts.privacy.api.platform import PlatformOffice
from services.agencies.api.serializers import HOLIDAY_KINDS, HolidayOut
from services.agencies.api.views import FIRST_YEAR, LAST_YEAR, YEAR, year_of
from services.agencies.models import CalendarChange
from services.agencies.operations import remove_holiday, set_holiday
from services.agencies.queries import calendar_changes
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.problems import FieldError, Missing, invalid


class HolidayIn(Exact):
    read_back = frozenset({"date"})

    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=HOLIDAY_KINDS)
    basis = serializers.CharField(max_length=300, help_text="The decree, such as an SKB 3 Menteri with its number.")


class BasisIn(Exact):
    basis = serializers.CharField(max_length=300)


class CalendarChangeOut(serializers.Serializer[dict[str, Any]]):
    date = serializers.DateField()
    name_before = serializers.CharField(allow_null=True)
    name_after = serializers.CharField(allow_null=True)
    basis = serializers.CharField()
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField()


class OneHoliday(PlatformOffice):
    """One day."""

    @extend_schema(
        operation_id="office_holiday_set",
        summary="Close the agencies on a day",
        description="Open applications are counted anew by the worker; who is concerned is told the new date.",
        tags=["office"],
        request=HolidayIn,
        responses={200: HolidayOut, 201: HolidayOut},
        examples=[
            OpenApiExample(
                "A joint leave day added late",
                value={"name": "Cuti bersama Idulfitri", "kind": "cuti_bersama", "basis": "SKB 3 Menteri 2/2026"},
                request_only=True,
            ),
            OpenApiExample(
                "Closed",
                value={"date": "2026-03-25", "name": "Cuti bersama Idulfitri", "kind": "cuti_bersama"},
                response_only=True,
                status_codes=["200", "201"],
            ),
        ],
    )
    def put(self, request: Request, day: str) -> HttpResponse:
        wanted = HolidayIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        holiday, made = set_holiday(
            day=_day(day), **wanted.validated_data, actor_id=caller(request).id, now=timezone.now()
        )
        return json_response(request, HolidayOut(holiday).data, status=201 if made else 200)

    @extend_schema(
        operation_id="office_holiday_remove",
        summary="Open the agencies on a day that was a holiday",
        tags=["office"],
        parameters=[BasisIn],
        responses={204: None},
    )
    def delete(self, request: Request, day: str) -> HttpResponse:
        wanted = BasisIn(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        if not remove_holiday(day=_day(day), **wanted.validated_data, actor_id=caller(request).id, now=timezone.now()):
            raise Missing
        return Response(status=204)


class CalendarChanges(PlatformOffice):
    """What was changed."""

    @extend_schema(
        operation_id="office_holiday_changes",
        summary="Changes of a year's calendar, the latest first",
        tags=["office"],
        parameters=[YEAR],
        responses={200: CalendarChangeOut(many=True)},
        examples=[
            OpenApiExample(
                "A day added",
                value={
                    "date": "2026-03-25",
                    "name_before": None,
                    "name_after": "Cuti bersama Idulfitri",
                    "basis": "SKB 3 Menteri 2/2026",
                    "by": "Pengelola Platform",
                    "at": "2026-03-02T09:12:03+08:00",
                },
                response_only=True,
                status_codes=["200"],
            )
        ],
    )
    def get(self, request: Request) -> HttpResponse:
        changes = calendar_changes(year_of(request))
        return json_response(request, {"next": None, "previous": None, "results": [_line(each) for each in changes]})


def _line(change: CalendarChange) -> dict[str, Any]:
    return {
        "date": change.date.isoformat(),
        "name_before": change.name_before or None,
        "name_after": change.name_after or None,
        "basis": change.basis,
        "by": change.actor.full_name if change.actor else None,
        "at": localtime(change.at).isoformat(),
    }


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Missing from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        detail = {"id": f"Tahun {FIRST_YEAR} sampai {LAST_YEAR}.", "en": f"A year from {FIRST_YEAR} to {LAST_YEAR}."}
        raise invalid([FieldError("/date", "invalid", detail)])
    return day
