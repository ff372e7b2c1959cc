"""Shapes of counters and appointments, in and out, with an example of each."""

from datetime import date, datetime, timedelta
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema_field
from rest_framework import serializers

from services.applications.models import Appointment
from superapp.http.exact import Exact

_MOST_WINDOWS, _MOST_CLOSED = 50, 200


class NameTexts(Exact):
    id = serializers.CharField(max_length=120)
    en = serializers.CharField(max_length=120)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "example": "08:00"})
class ClockField(serializers.TimeField):
    """A time of day in hours and minutes."""


class WindowIn(Exact):
    weekday = serializers.IntegerField(min_value=0, max_value=6, help_text="From Monday, 0.")
    begins = ClockField(format="%H:%M", input_formats=["%H:%M"], help_text="WITA.")
    ends = ClockField(format="%H:%M", input_formats=["%H:%M"])
    minutes = serializers.IntegerField(min_value=5, max_value=240, help_text="Length of a slot.")
    capacity = serializers.IntegerField(min_value=1, max_value=100, help_text="People at once.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        begins, ends = (datetime.combine(date.min, attrs[name]) for name in ("begins", "ends"))
        if begins + timedelta(minutes=attrs["minutes"]) > ends:
            raise serializers.ValidationError({"ends": "Tidak ada satu jam pun di antaranya."}, code="too_short")
        return attrs


class ClosedDay(Exact):
    date = serializers.DateField()
    reason = serializers.CharField(max_length=200)


class BookableCounterFacts(Exact):
    read_back = frozenset({"id", "agency", "key", "service"})

    name = NameTexts()
    place = serializers.CharField(max_length=300)
    windows = serializers.ListField(child=WindowIn(), allow_empty=False, max_length=_MOST_WINDOWS)
    closed_days = serializers.ListField(child=ClosedDay(), required=False, default=list, max_length=_MOST_CLOSED)

    def validate_windows(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for place, one in enumerate(value):
            for other in value[:place]:
                same_day = one["weekday"] == other["weekday"]
                if same_day and one["begins"] < other["ends"] and other["begins"] < one["ends"]:
                    raise serializers.ValidationError("Dua jendela waktu bertumpang tindih.", code="overlap")
        return value


class BookableCounterIn(BookableCounterFacts):
    read_back = frozenset()

    key = serializers.SlugField(max_length=40)
    agency = serializers.CharField(required=False, default="", max_length=30, help_text="Code; needed of who has two.")
    service = serializers.SlugField(required=False, allow_null=True, default=None, max_length=80)


class BookableCounterOut(BookableCounterFacts):
    id = serializers.UUIDField()
    agency = serializers.CharField()
    key = serializers.CharField()
    service = serializers.CharField(allow_null=True, help_text="Only this service; null: all of the agency's.")


class SlotOut(serializers.Serializer[dict[str, Any]]):
    counter = serializers.UUIDField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    free = serializers.IntegerField(help_text="Places left.")


class SlotsOut(serializers.Serializer[dict[str, Any]]):
    counters = BookableCounterOut(many=True)
    results = SlotOut(many=True)


class BookIn(Exact):
    id = serializers.UUIDField(required=False, help_text="Made by the client, so that sending twice books once.")
    counter = serializers.UUIDField()
    starts_at = serializers.DateTimeField()


class MoveIn(Exact):
    starts_at = serializers.DateTimeField()


class VisitIn(Exact):
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=200)
    latitude = serializers.DecimalField(
        max_digits=8, decimal_places=6, min_value=-90, max_value=90, required=False, allow_null=True, default=None
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False, allow_null=True, default=None
    )
    officer = serializers.UUIDField(required=False, help_text="Who comes; without it, you.")
    words = serializers.CharField(required=False, allow_blank=True, default="", max_length=1000)
    reason_code = serializers.CharField(required=False, allow_blank=True, default="", max_length=40)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["latitude"] is None) != (attrs["longitude"] is None):
            raise serializers.ValidationError({"latitude": "Isi keduanya atau kosongkan."}, code="required")
        return attrs


class AppointmentOut(serializers.Serializer[dict[str, Any]]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=Appointment.Kind.values)
    application = serializers.UUIDField(allow_null=True)
    agency = serializers.CharField()
    counter = serializers.UUIDField(allow_null=True)
    place = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True)
    longitude = serializers.FloatField(allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.ChoiceField(
        choices=Appointment.State.values, help_text="`displaced`: the office closed that day; choose another hour."
    )
    revision = serializers.IntegerField(help_text="Also the ETag.")


class AppointmentsOut(serializers.Serializer[dict[str, Any]]):
    results = AppointmentOut(many=True)


class AppointmentPage(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = AppointmentOut(many=True)


_FACTS: dict[str, Any] = {
    "name": {"id": "Loket A", "en": "Counter A"},
    "place": "Jl. Jenderal Sudirman 1, lantai 1",
    "windows": [{"weekday": 0, "begins": "08:00", "ends": "12:00", "minutes": 30, "capacity": 4}],
    "closed_days": [{"date": "2026-12-24", "reason": "Rapat kerja"}],
}
_COUNTER: dict[str, Any] = {
    "id": "5f7a3d0e-93d6-4a2e-8f2b-6f0a1c2d3e50",
    "agency": "DISDUKCAPIL",
    "key": "loket-a",
    "service": None,
    **_FACTS,
}
_SLOT = {
    "counter": _COUNTER["id"],
    "starts_at": "2026-11-30T08:00:00+08:00",
    "ends_at": "2026-11-30T08:30:00+08:00",
    "free": 3,
}
_ONE: dict[str, Any] = {
    "id": "9d1c0b1e-5c44-4d3a-9a55-2f6a0c1f7d11",
    "kind": "counter",
    "application": "0b6f2f3e-2a0f-4f0b-9a5d-3d1c2f4e5a6b",
    "agency": "DISDUKCAPIL",
    "counter": _COUNTER["id"],
    "place": _FACTS["place"],
    "latitude": None,
    "longitude": None,
    "starts_at": _SLOT["starts_at"],
    "ends_at": _SLOT["ends_at"],
    "state": "booked",
    "revision": 1,
}
COUNTER_IN = OpenApiExample("Monday mornings", value={"key": "loket-a"} | _FACTS, request_only=True)
FACTS_IN = OpenApiExample("Monday mornings", value=_FACTS, request_only=True)
COUNTER = OpenApiExample("A counter", value=_COUNTER, response_only=True, status_codes=["200", "201"])
SLOTS = OpenApiExample(
    "One slot", value={"counters": [_COUNTER], "results": [_SLOT]}, response_only=True, status_codes=["200"]
)
BOOK_IN = OpenApiExample(
    "Monday at eight", value={"counter": _COUNTER["id"], "starts_at": _SLOT["starts_at"]}, request_only=True
)
MOVE_IN = OpenApiExample("Half an hour later", value={"starts_at": "2026-11-30T08:30:00+08:00"}, request_only=True)
VISIT_IN = OpenApiExample(
    "Tuesday morning",
    value={
        "starts_at": "2026-12-01T09:00:00+08:00",
        "ends_at": "2026-12-01T10:00:00+08:00",
        "place": "Jl. Mulawarman 12",
        "latitude": "-1.237900",
        "longitude": "116.852900",
    },
    request_only=True,
)
APPOINTMENT = OpenApiExample("An appointment", value=_ONE, response_only=True, status_codes=["200", "201"])
APPOINTMENTS = OpenApiExample("One", value={"results": [_ONE]}, response_only=True, status_codes=["200"])
APPOINTMENT_PAGE = OpenApiExample(
    "One", value={"next": None, "previous": None, "results": [_ONE]}, response_only=True, status_codes=["200"]
)
