"""An agency's units and staff: every member sees them, its admins change them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.timezone import localtime
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.bearer import caller
from services.agencies.api.admins import AgencyAdminView
from services.agencies.api.serializers import AgencyName
from services.agencies.models import Agency, Role, StaffChange, Unit
from services.agencies.operations import change_unit, end_work, make_unit, place_in_unit
from services.agencies.queries import memberships_of, staff_changes, staff_page, units_of
from superapp.http.conditional import json_response
from superapp.http.exact import Exact
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Problem, invalid

AGENCY = OpenApiParameter("agency", str, description="Code of one of my agencies; needed when I have several.")


class UnitOut(serializers.Serializer[dict[str, Any]]):
    agency = AgencyName()
    code = serializers.CharField(help_text="Symbolic key within the agency.")
    name = serializers.CharField()
    demo = serializers.BooleanField(help_text="Made up for the demonstration.")
    closed = serializers.BooleanField(help_text="Nothing is handed to it any more.")


class UnitIn(Exact):
    agency = serializers.CharField(required=False, default="", max_length=30, allow_blank=True)
    code = serializers.RegexField(r"\A[a-z0-9]+(-[a-z0-9]+)*\Z", max_length=40)
    name = serializers.CharField(min_length=3, max_length=120)


class UnitChangeIn(Exact):
    name = serializers.CharField(required=False, min_length=3, max_length=120)
    closed = serializers.BooleanField(required=False)


class UnitOfStaff(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField()
    name = serializers.CharField()


class StaffOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    agency = AgencyName()
    unit = UnitOfStaff(allow_null=True)
    roles = serializers.ListField(child=serializers.ChoiceField(choices=Role.choices))


class StaffIn(Exact):
    unit = serializers.CharField(allow_null=True, max_length=40, help_text="Code of the unit; null for none.")


class StaffChangeOut(serializers.Serializer[dict[str, Any]]):
    what = serializers.ChoiceField(choices=StaffChange.What.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # a field, not the property
    unit = serializers.CharField(allow_null=True, help_text="Code of the unit that was made or changed.")
    person = serializers.CharField(allow_null=True, help_text="Whose place of work it was.")
    values = serializers.DictField(help_text='`{field: {"from", "to"}}`.')
    by = serializers.CharField()
    at = serializers.DateTimeField()


_UNIT = OpenApiExample(
    "Unit",
    value={
        "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
        "code": "pencatatan-sipil",
        "name": "Bidang Pelayanan Pencatatan Sipil",
        "demo": True,
        "closed": False,
    },
    response_only=True,
    status_codes=["200", "201"],
)
_UNIT_IN = OpenApiExample("A section", value={"code": "seksi-kelahiran", "name": "Seksi Kelahiran"}, request_only=True)
_UNIT_CHANGE = OpenApiExample("Closed", value={"closed": True}, request_only=True)
_STAFF = OpenApiExample(
    "An officer",
    value={
        "id": "7a6d2b1c-1111-4222-8333-444455556666",
        "name": "Rina Wulandari",
        "agency": {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"},
        "unit": {"code": "pencatatan-sipil", "name": "Bidang Pelayanan Pencatatan Sipil"},
        "roles": ["officer"],
    },
    response_only=True,
    status_codes=["200"],
)
_CHANGE = OpenApiExample(
    "Put into a unit",
    value={
        "what": "placed",
        "label": "Put into another unit",
        "unit": None,
        "person": "Rina Wulandari",
        "values": {"unit": {"from": None, "to": "pencatatan-sipil"}},
        "by": "Dewi Lestari",
        "at": "2026-11-25T09:12:03+08:00",
    },
    response_only=True,
    status_codes=["200"],
)
_STAFF_IN = OpenApiExample("Into a unit", value={"unit": "pencatatan-sipil"}, request_only=True)


def _line(unit: Unit) -> dict[str, Any]:
    return {
        "agency": {"code": unit.agency.code, "name": unit.agency.name},
        "code": unit.code,
        "name": unit.name,
        "demo": unit.is_demo,
        "closed": unit.closed_at is not None,
    }


def _of_mine(request: Request) -> list[UUID]:
    """Return the agencies where the caller works.

    :raises Problem: 403 for who works at none.
    """
    mine = list(memberships_of(caller(request).id))
    if not mine:
        detail = {"id": "Hanya petugas perangkat daerah.", "en": "Only for members of an agency's staff."}
        raise Problem(status=403, code="not_staff", detail=detail)
    return mine


class _ForStaff(AgencyAdminView):
    """Reads are for every member; who changes something is an admin."""

    mine: list[UUID]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if request.method not in ("GET", "HEAD"):
            super().initial(request, *args, **kwargs)
            return
        APIView.initial(self, request, *args, **kwargs)
        self.mine = _of_mine(request)

    def one_of_mine(self, code: str) -> UUID:
        """Return the agency named, or the only one.

        :raises Problem: 400 for another's, or when one must be named.
        """
        known = dict(Agency.objects.filter(pk__in=self.mine).values_list("code", "pk"))
        fitting = [pk for each, pk in known.items() if code.upper() in ("", each)]
        if len(fitting) == 1:
            return fitting[0]
        detail = {"id": "Sebutkan kode OPD tempat Anda bekerja.", "en": "Name the code of an agency where you work."}
        raise invalid([FieldError("/agency", "invalid", detail)])


class Units(_ForStaff):
    """The units of my agencies; an admin makes another."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_units",
        summary="The units (bidang, seksi) of my agencies",
        tags=["office"],
        responses={200: UnitOut(many=True)},
        examples=[_UNIT],
    )
    def get(self, request: Request) -> HttpResponse:
        lines = [_line(each) for each in units_of(self.mine)]
        return json_response(request, {"next": None, "previous": None, "results": lines})

    @extend_schema(
        operation_id="office_unit_make",
        summary="Give my agency a unit",
        tags=["office"],
        request=UnitIn,
        responses={201: UnitOut},
        examples=[_UNIT_IN, _UNIT],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted = UnitIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        agency = self.agency_named(asked["agency"])
        made = make_unit(agency=agency, code=asked["code"], name=asked["name"], **self.does())
        return json_response(request, _line(made), status=201)


class OneUnit(AgencyAdminView):
    """A unit's name, and whether it still takes work."""

    @extend_schema(
        operation_id="office_unit_change",
        summary="Rename a unit, close it, or open it again",
        description="What lies in a unit that is closed stays there until it is handed on.",
        tags=["office"],
        parameters=[AGENCY],
        request=UnitChangeIn,
        responses={200: UnitOut},
        examples=[_UNIT_CHANGE, _UNIT],
    )
    def patch(self, request: Request, code: str) -> HttpResponse:
        wanted = UnitChangeIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        changed = change_unit(
            agency=self.agency_named(request.GET.get("agency", "")),
            code=code,
            name=wanted.validated_data.get("name"),
            closed=wanted.validated_data.get("closed"),
            **self.does(),
        )
        return json_response(request, _line(changed))


class Staff(_ForStaff):
    """Who works with me."""

    @extend_schema(
        operation_id="office_staff",
        summary="The staff of my agency, by name",
        tags=["office"],
        parameters=[AGENCY, *PAGE],
        responses={200: StaffOut(many=True)},
        examples=[_STAFF],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [str, UUID])
        agency_id = self.one_of_mine(request.GET.get("agency", ""))
        rows = staff_page(agency_id, limit=asked.limit + 1, after=asked.after, before=asked.before)
        return json_response(request, page_of(request, asked, rows, key=lambda row: (row[1], row[0]), line=_staff_line))


def _staff_line(row: tuple[Any, ...]) -> dict[str, Any]:
    id, name, agency_code, agency_name, unit_code, unit_name, roles = row
    return {
        "id": str(id),
        "name": name,
        "agency": {"code": agency_code, "name": agency_name},
        "unit": {"code": unit_code, "name": unit_name} if unit_code else None,
        "roles": roles,
    }


class StaffChanges(AgencyAdminView):
    """What was changed among units and staff."""

    @extend_schema(
        operation_id="office_staff_changes",
        summary="What was changed among my agency's units and staff, and by whom, the latest first",
        tags=["office"],
        parameters=[AGENCY, *PAGE],
        responses={200: StaffChangeOut(many=True)},
        examples=[_CHANGE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        agency = self.agency_named(request.GET.get("agency", ""))
        rows = staff_changes(agency.pk, limit=asked.limit + 1, after=asked.after, before=asked.before)
        body = page_of(request, asked, rows, key=lambda each: (each.at, each.pk), line=_change_line)
        return json_response(request, body)


def _change_line(change: StaffChange) -> dict[str, Any]:
    return {
        "what": change.what,
        "label": str(StaffChange.What(change.what).label),
        "unit": change.unit or None,
        "person": change.person.full_name if change.person else None,
        "values": change.values,
        "by": change.actor.full_name,
        "at": localtime(change.at).isoformat(),
    }


class OneMember(AgencyAdminView):
    """In which unit somebody works; the end of their work."""

    problem_statuses = {"DELETE": (409,)}

    @extend_schema(
        operation_id="office_staff_place",
        summary="Have a member of my agency's staff work in a unit, or in none",
        tags=["office"],
        parameters=[AGENCY],
        request=StaffIn,
        responses={204: None},
        examples=[_STAFF_IN],
    )
    def patch(self, request: Request, person_id: UUID) -> HttpResponse:
        wanted = StaffIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        agency = self.agency_named(request.GET.get("agency", ""))
        place_in_unit(agency=agency, person_id=person_id, code=wanted.validated_data["unit"], **self.does())
        return Response(status=204)

    @extend_schema(
        operation_id="office_staff_end",
        summary="End somebody's work at my agency",
        description="Every role there. Applications assigned to them go back to nobody, and say so.",
        tags=["office"],
        parameters=[AGENCY],
        responses={204: None},
    )
    def delete(self, request: Request, person_id: UUID) -> HttpResponse:
        end_work(agency=self.agency_named(request.GET.get("agency", "")), person_id=person_id, **self.does())
        return Response(status=204)
