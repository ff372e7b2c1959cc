"""Appointments of one application: booked, moved, given back by its resident or by who acts for them."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from services.applications.api.appointments import booked, calendar_file, given_back, line_of, mine, moved
from services.applications.api.appointments_shapes import (
    APPOINTMENT,
    APPOINTMENTS,
    BOOK_IN,
    MOVE_IN,
    AppointmentOut,
    AppointmentsOut,
    BookIn,
    MoveIn,
)
from services.applications.api.resident import own, reach
from services.applications.queries.slots import appointments_of
from superapp.http.conditional import if_match, json_response
from superapp.http.idempotency import idempotent

_SCOPES = ["applications"]


class ApplicationAppointments(APIView):
    """For one application."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"POST": (409, 422)}

    @extend_schema(
        operation_id="applications_appointments",
        summary="Appointments for my application: at the counter, and visits",
        tags=["applications"],
        responses={200: AppointmentsOut},
        examples=[APPOINTMENTS],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        return json_response(request, {"results": [line_of(each) for each in appointments_of(id)]})

    @extend_schema(
        operation_id="applications_appointments_book",
        summary="Book an hour at a counter for my application",
        description="At the agency where it lies; `agencies/{code}/slots/` tells what is free.",
        tags=["applications"],
        request=BookIn,
        responses={201: AppointmentOut, 200: AppointmentOut},
        examples=[BOOK_IN, APPOINTMENT],
    )
    @idempotent(required=False)
    def post(self, request: Request, id: UUID) -> HttpResponse:
        own(id, request)
        return booked(request, application_id=id)


class ApplicationAppointment(APIView):
    """One of them."""

    required_scopes = acting_scopes = _SCOPES
    problem_statuses = {"PATCH": (409, 422), "DELETE": (409,)}

    @extend_schema(
        operation_id="applications_appointment",
        summary="An appointment for my application",
        tags=["applications"],
        responses={200: AppointmentOut},
        examples=[APPOINTMENT],
    )
    def get(self, request: Request, id: UUID, appointment_id: UUID) -> HttpResponse:
        reach(id, request)
        found = mine(request, appointment_id, application_id=id)
        return json_response(request, line_of(found), etag=str(found.revision))

    @extend_schema(
        operation_id="applications_appointment_move",
        summary="Move an appointment for my application to another hour of its counter",
        description="Who acts for another moves it here, within the mandate; the history says who did it for whom.",
        tags=["applications"],
        request=MoveIn,
        responses={200: AppointmentOut},
        examples=[MOVE_IN, APPOINTMENT],
    )
    @if_match
    def patch(self, request: Request, id: UUID, appointment_id: UUID) -> HttpResponse:
        reach(id, request)
        return moved(request, appointment_id, application_id=id)

    @extend_schema(
        operation_id="applications_appointment_cancel",
        summary="Give an appointment for my application back",
        description="Who acts for another gives it back here, within the mandate; the history says who did it.",
        tags=["applications"],
        responses={204: None},
    )
    @if_match
    def delete(self, request: Request, id: UUID, appointment_id: UUID) -> HttpResponse:
        reach(id, request)
        return given_back(request, appointment_id, application_id=id)


class ApplicationCalendarFile(APIView):
    """For the calendar on the phone of who comes with them."""

    required_scopes = acting_scopes = _SCOPES

    @extend_schema(
        operation_id="applications_appointment_calendar",
        summary="An appointment for my application as a calendar file (.ics)",
        tags=["applications"],
        responses={(200, "text/calendar"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, id: UUID, appointment_id: UUID) -> HttpResponse:
        reach(id, request)
        return calendar_file(request, mine(request, appointment_id, application_id=id))
