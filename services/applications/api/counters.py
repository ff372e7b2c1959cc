"""Counters and appointments for an agency's staff: its admins say when it serves, its officers who came, and visit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.bearer import caller
from services.agencies.api.admins import administered_by, agency_among
from services.applications.api.appointments import counter_line, day_asked, line_of
from services.applications.api.appointments_shapes import (
    APPOINTMENT,
    APPOINTMENT_PAGE,
    COUNTER,
    COUNTER_IN,
    FACTS_IN,
    VISIT_IN,
    AppointmentOut,
    AppointmentPage,
    BookableCounterFacts,
    BookableCounterIn,
    BookableCounterOut,
    VisitIn,
)
from services.applications.api.office import OfficeView, service_among
from services.applications.city_time import city_day
from services.applications.models import Appointment, Counter
from services.applications.operations.appointments import mark
from services.applications.operations.counters import change_counter, close_counter, open_counter
from services.applications.operations.reading import highest
from services.applications.operations.visits import Plan, plan_visit
from services.applications.queries.slots import appointments_page
from superapp.http.conditional import if_match, json_response, may_match
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import Missing


class Counters(OfficeView):
    """Those of my agencies; their admins open more."""

    problem_statuses = {"POST": (409,)}

    @extend_schema(
        operation_id="office_counters_open",
        summary="Open a counter that serves by appointment",
        description="All of my agency's services, or one. Its hours are in WITA; holidays close it by themselves.",
        tags=["office"],
        request=BookableCounterIn,
        responses={201: BookableCounterOut},
        examples=[COUNTER_IN, COUNTER],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        agencies = administered_by(request)
        wanted = BookableCounterIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = wanted.validated_data
        agency = agency_among(agencies, values["agency"])
        service = service_among(agency, values["service"])
        made = open_counter(agency=agency, service=service, key=values["key"], facts=_facts(values))
        return json_response(request, counter_line(made, agency.code), etag=str(made.revision), status=201)


class OneCounter(OfficeView):
    """One of them."""

    @extend_schema(
        operation_id="office_counter_read",
        summary="A counter of my agency",
        tags=["office"],
        responses={200: BookableCounterOut},
        examples=[COUNTER],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        found = Counter.objects.filter(id=id, agency_id__in=list(self.roles), closed_at=None)
        counter = found.select_related("agency", "service").first()
        if counter is None:
            raise Missing
        return json_response(request, counter_line(counter, counter.agency.code), etag=str(counter.revision))

    @extend_schema(
        operation_id="office_counter_change",
        summary="Let a counter serve otherwise",
        description="Whoever has an hour that there is none any more is told, and chooses anew.",
        tags=["office"],
        request=BookableCounterFacts,
        responses={200: BookableCounterOut},
        examples=[FACTS_IN, COUNTER],
    )
    @if_match
    def put(self, request: Request, id: UUID) -> HttpResponse:
        agencies = administered_by(request)
        wanted = BookableCounterFacts(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            changed = change_counter(
                id=id,
                agency_ids=[each.pk for each in agencies],
                facts=_facts(wanted.validated_data),
                revision=request.META.get("HTTP_IF_MATCH"),
                now=timezone.now(),
            )
        except Counter.DoesNotExist:
            raise Missing from None
        return json_response(request, counter_line(changed, changed.agency.code), etag=str(changed.revision))

    @extend_schema(
        operation_id="office_counter_close",
        summary="Close a counter for good",
        description="Whoever has an hour there is told.",
        tags=["office"],
        responses={204: None},
    )
    @if_match
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        agencies = administered_by(request)
        try:
            close_counter(
                id=id,
                agency_ids=[each.pk for each in agencies],
                revision=request.META.get("HTTP_IF_MATCH"),
                now=timezone.now(),
            )
        except Counter.DoesNotExist:
            raise Missing from None
        return Response(status=204)


def _facts(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": dict(values["name"]),
        "place": values["place"],
        "windows": [
            {"begins": f"{each['begins']:%H:%M}", "ends": f"{each['ends']:%H:%M}"}
            | {name: each[name] for name in ("weekday", "minutes", "capacity")}
            for each in values["windows"]
        ],
        "closed_days": [{"date": each["date"].isoformat(), "reason": each["reason"]} for each in values["closed_days"]],
    }


class OfficeAppointments(OfficeView):
    """Who comes today."""

    @extend_schema(
        operation_id="office_appointments",
        summary="The appointments of a day at my agencies, by hour",
        description="Names nobody: the resident shows the appointment, or its application is opened.",
        tags=["office"],
        parameters=[OpenApiParameter("day", OpenApiTypes.DATE, description="Today without it."), *PAGE],
        responses={200: AppointmentPage},
        examples=[APPOINTMENT_PAGE],
    )
    def get(self, request: Request) -> HttpResponse:
        day = day_asked(request, "day") or city_day(timezone.now())
        asked = read_page(request, [datetime, UUID])
        rows = appointments_page(day, list(self.roles), asked)
        return json_response(
            request, page_of(request, asked, rows, key=lambda row: (row.starts_at, row.id), line=line_of)
        )


class MarkAppointment(OfficeView):
    """They came, or not."""

    attended = True
    problem_statuses = (409,)

    def post(self, request: Request, id: UUID) -> HttpResponse:
        found = Appointment.objects.filter(id=id, agency_id__in=list(self.roles)).first()
        if found is None:
            raise Missing
        marked = mark(
            id=id,
            agency_ids=[found.agency_id],
            attended=self.attended,
            actor_id=caller(request).id,
            role=highest(self.roles[found.agency_id]),
            now=timezone.now(),
        )
        return json_response(request, line_of(marked), etag=str(marked.revision))


class Attended(MarkAppointment):
    """They came."""

    @extend_schema(
        operation_id="office_appointment_attended",
        summary="Note that the resident came",
        tags=["office"],
        request=None,
        responses={200: AppointmentOut},
        examples=[APPOINTMENT],
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        return super().post(request, id)


class Missed(MarkAppointment):
    """They did not."""

    attended = False

    @extend_schema(
        operation_id="office_appointment_missed",
        summary="Note that the resident did not come",
        tags=["office"],
        request=None,
        responses={200: AppointmentOut},
        examples=[APPOINTMENT],
    )
    def post(self, request: Request, id: UUID) -> HttpResponse:
        return super().post(request, id)


class Visits(OfficeView):
    """An officer comes to see."""

    problem_statuses = (409, 422, 503)

    @extend_schema(
        operation_id="office_visit_plan",
        summary="Plan a site visit, or plan it anew",
        description="Takes the workflow's own `plan_visit` (or `replan_visit`) with it; the resident is told.",
        tags=["office"],
        request=VisitIn,
        responses={201: AppointmentOut},
        examples=[VISIT_IN, APPOINTMENT],
    )
    @may_match
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        wanted = VisitIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        values = dict(wanted.validated_data)
        row = self.found(id, what="decision")
        officer_id = values.pop("officer", None) or caller(request).id
        visit = plan_visit(
            application_id=id,
            actor_id=caller(request).id,
            roles=self.roles_at(row),
            plan=Plan(officer_id=officer_id, **values),
            if_match=request.META.get("HTTP_IF_MATCH"),
            now=timezone.now(),
        )
        return json_response(request, line_of(visit), etag=str(visit.revision), status=201)
