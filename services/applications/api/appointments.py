"""Appointments of residents: what is free, booking, moving, giving back, a file for the calendar."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.bearer import caller
from services.agencies.models import Agency
from services.agencies.queries import agency_by_code, calendar
from services.applications.api.appointments_shapes import (
    APPOINTMENT,
    APPOINTMENT_PAGE,
    BOOK_IN,
    MOVE_IN,
    SLOTS,
    AppointmentOut,
    AppointmentPage,
    BookIn,
    MoveIn,
    SlotsOut,
)
from services.applications.calendar_file import calendar_of
from services.applications.city_time import city_day, moment
from services.applications.models import Appointment, Counter
from services.applications.operations.appointments import book, cancel, move
from services.applications.queries.slots import counters_of, free_slots, my_appointments
from services.catalogue.models import Service
from services.catalogue.versions import version_of
from superapp.http.conditional import if_match, json_response, unless_held
from superapp.http.idempotency import idempotent
from superapp.http.pagination import page_of, read_page
from superapp.http.parameters import PAGE
from superapp.http.problems import FieldError, Missing, invalid

_SCOPES = ["applications"]
_MOST_DAYS = 31


class Slots(APIView):
    """Hours that are free, for anybody."""

    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="agencies_slots",
        summary="An agency's counters, and which hours are free there",
        description=f"From `from` (today without it) for `days` days, {_MOST_DAYS} at most, 60 days ahead at most.",
        tags=["agencies"],
        auth=[],
        parameters=[
            OpenApiParameter("from", OpenApiTypes.DATE),
            OpenApiParameter("days", {"type": "integer", "minimum": 1, "maximum": _MOST_DAYS, "default": 7}),
            OpenApiParameter("service", str, description="Only counters that serve this service."),
        ],
        responses={200: SlotsOut},
        examples=[SLOTS],
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        try:
            agency = agency_by_code(code)
        except Agency.DoesNotExist:
            raise Missing from None
        now = timezone.now()
        first, days = day_asked(request, "from") or city_day(now), _number_of_days(request)
        counters = counters_of(agency.pk, service_id=_service(request, agency))
        wanted = [first + timedelta(days=each) for each in range(days)]
        slots = free_slots(counters, wanted, calendar(), now)
        return json_response(request, {"counters": [counter_line(each, code) for each in counters], "results": slots})


def day_asked(request: Request | HttpRequest, name: str) -> date | None:
    """Return the day that a parameter of the address names, None where it is left out.

    :raises Problem: 400 for what is no day of this century.
    """
    asked = request.GET.get(name)
    if asked is None:
        return None
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2100:
        detail = {"id": "Tanggal tidak sah.", "en": "This is no date."}
        raise invalid([FieldError(f"/{name}", "invalid", detail)])
    return day


def _number_of_days(request: Request) -> int:
    asked = request.GET.get("days", "7")
    if asked.isascii() and asked.isdigit() and len(asked) <= 2 and 1 <= int(asked) <= _MOST_DAYS:
        return int(asked)
    detail = {"id": f"Angka 1 sampai {_MOST_DAYS}.", "en": f"A number from 1 to {_MOST_DAYS}."}
    raise invalid([FieldError("/days", "invalid", detail)])


def _service(request: Request, agency: Agency) -> UUID | None:
    slug = request.GET.get("service", "")
    if not slug:
        return None
    found = None
    if "\x00" not in slug:
        found = Service.objects.filter(slug=slug, agency=agency).values_list("pk", flat=True).first()
    if found is None:
        detail = {"id": "OPD ini tidak memiliki layanan itu.", "en": "This agency has no such service."}
        raise invalid([FieldError("/service", "unknown_service", detail)])
    return found


def counter_line(counter: Counter, code: str) -> dict[str, Any]:
    """Return a counter as everybody sees it."""
    return {
        "id": str(counter.id),
        "agency": code.upper(),
        "key": counter.key,
        "service": counter.service.slug if counter.service else None,
        "name": counter.name,
        "place": counter.place,
        "windows": counter.windows,
        "closed_days": counter.closed_days,
    }


def line_of(appointment: Appointment) -> dict[str, Any]:
    """Return an appointment as its resident sees it. Its agency is loaded."""
    return {
        "id": str(appointment.id),
        "kind": appointment.kind,
        "application": str(appointment.application_id) if appointment.application_id else None,
        "agency": appointment.agency.code,
        "counter": str(appointment.counter_id) if appointment.counter_id else None,
        "place": appointment.place,
        "latitude": None if appointment.latitude is None else float(appointment.latitude),
        "longitude": None if appointment.longitude is None else float(appointment.longitude),
        "starts_at": moment(appointment.starts_at),
        "ends_at": moment(appointment.ends_at),
        "state": appointment.state,
        "revision": appointment.revision,
    }


def booked(request: Request, *, application_id: UUID | None) -> HttpResponse:
    """Book the hour that the caller asks for, by mandate too, and answer with it."""
    wanted = BookIn(data=request.data)
    wanted.is_valid(raise_exception=True)
    who = caller(request)
    made, new = book(
        id=wanted.validated_data.get("id") or uuid4(),
        person_id=who.id,
        counter_id=wanted.validated_data["counter"],
        starts_at=wanted.validated_data["starts_at"],
        application_id=application_id,
        doer_id=who.doer_id,
        behalf=who.actor,
        now=timezone.now(),
    )
    return json_response(request, line_of(made), etag=str(made.revision), status=201 if new else 200)


class MyAppointments(APIView):
    """All of mine. Who acts for another reaches those of an application, under that application."""

    required_scopes = _SCOPES
    problem_statuses = {"POST": (409, 422)}

    @extend_schema(
        operation_id="appointments_list",
        summary="My appointments, the latest first",
        tags=["applications"],
        parameters=PAGE,
        responses={200: AppointmentPage},
        examples=[APPOINTMENT_PAGE],
    )
    def get(self, request: Request) -> HttpResponse:
        asked = read_page(request, [datetime, UUID])
        rows = my_appointments(caller(request).id, asked)
        return json_response(
            request, page_of(request, asked, rows, key=lambda row: (row.starts_at, row.id), line=line_of)
        )

    @extend_schema(
        operation_id="appointments_book",
        summary="Book an hour at a counter, before there is an application",
        tags=["applications"],
        request=BookIn,
        responses={201: AppointmentOut, 200: AppointmentOut},
        examples=[BOOK_IN, APPOINTMENT],
    )
    @idempotent(required=False)
    def post(self, request: Request) -> HttpResponse:
        return booked(request, application_id=None)


class OneAppointment(APIView):
    """One of mine."""

    required_scopes = _SCOPES
    problem_statuses = {"PATCH": (409, 422), "DELETE": (409,)}

    @extend_schema(
        operation_id="appointments_read",
        summary="One of my appointments",
        tags=["applications"],
        responses={200: AppointmentOut},
        examples=[APPOINTMENT],
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        found = mine(request, id)
        return json_response(request, line_of(found), etag=str(found.revision))

    @extend_schema(
        operation_id="appointments_move",
        summary="Move my appointment to another hour of its counter",
        tags=["applications"],
        request=MoveIn,
        responses={200: AppointmentOut},
        examples=[MOVE_IN, APPOINTMENT],
    )
    @if_match
    def patch(self, request: Request, id: UUID) -> HttpResponse:
        return moved(request, id)

    @extend_schema(
        operation_id="appointments_cancel",
        summary="Give my appointment back",
        tags=["applications"],
        responses={204: None},
    )
    @if_match
    def delete(self, request: Request, id: UUID) -> HttpResponse:
        return given_back(request, id)


class CalendarFile(APIView):
    """For the calendar on the phone."""

    required_scopes = _SCOPES

    @extend_schema(
        operation_id="appointments_calendar",
        summary="My appointment as a calendar file (.ics)",
        tags=["applications"],
        responses={(200, "text/calendar"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, id: UUID) -> HttpResponse:
        return calendar_file(request, mine(request, id))


def moved(request: Request, id: UUID, *, application_id: UUID | None = None) -> HttpResponse:
    """Move the caller's appointment, by mandate too, and answer with it."""
    wanted = MoveIn(data=request.data)
    wanted.is_valid(raise_exception=True)
    who = caller(request)
    try:
        made = move(
            id=id,
            person_id=who.id,
            starts_at=wanted.validated_data["starts_at"],
            revision=request.META.get("HTTP_IF_MATCH"),
            application_id=application_id,
            doer_id=who.doer_id,
            behalf=who.actor,
            now=timezone.now(),
        )
    except Appointment.DoesNotExist:
        raise Missing from None
    return json_response(request, line_of(made), etag=str(made.revision))


def given_back(request: Request, id: UUID, *, application_id: UUID | None = None) -> HttpResponse:
    """Give the caller's appointment back, by mandate too."""
    who = caller(request)
    try:
        cancel(
            id=id,
            person_id=who.id,
            revision=request.META.get("HTTP_IF_MATCH"),
            application_id=application_id,
            doer_id=who.doer_id,
            behalf=who.actor,
            now=timezone.now(),
        )
    except Appointment.DoesNotExist:
        raise Missing from None
    return Response(status=204)


def calendar_file(request: Request, found: Appointment) -> HttpResponse:
    """Answer with an appointment as a file for calendars."""
    title = found.agency.name
    if found.application is not None:
        title = f"{version_of(found.application.version_id).text('title', 'id')} ({found.application.number})"
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    content = calendar_of(found, title=title, host=host, now=timezone.now())
    response = unless_held(
        request,
        f"{found.id}.{found.revision}",
        lambda: HttpResponse(content, content_type="text/calendar; charset=utf-8"),
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{found.id}.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def mine(request: Request, id: UUID, **narrowed: Any) -> Appointment:
    """Return an appointment of the caller's, with its agency and application.

    :raises Missing: 404 when there is none such.
    """
    found = Appointment.objects.filter(person_id=caller(request).id, id=id, **narrowed)
    one = found.select_related("agency", "application").first()
    if one is None:
        raise Missing
    return one
