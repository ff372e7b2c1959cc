"""Shapes of handling."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from services.applications.api.serializers import ServiceRef, UnitRef
from services.applications.models import Hop
from services.catalogue.api.serializers import AgencyRef
from superapp.http.exact import Exact


class AssignIn(Exact):
    assignee = serializers.UUIDField(help_text="Of `office/staff/`.")


class MovedIn(Exact):
    reason = serializers.CharField(min_length=5, max_length=1000, help_text="The resident reads it, too.")


class HandOverIn(MovedIn):
    agency = serializers.CharField(required=False, default="", allow_blank=True, max_length=30)
    unit = serializers.CharField(required=False, default="", allow_blank=True, max_length=40)
    answer_in = serializers.IntegerField(
        required=False,
        default=None,
        allow_null=True,
        min_value=1,
        max_value=60,
        help_text="Working days after which it is asked back: a clock beside the law's.",
    )


class CameBy(serializers.Serializer[dict[str, Any]]):
    kind = serializers.ChoiceField(choices=Hop.Kind.values, help_text="`recall`: by whose service it is.")
    by = serializers.CharField()
    reason = serializers.CharField()


class StayOut(serializers.Serializer[dict[str, Any]]):
    agency = AgencyRef()
    unit = UnitRef(allow_null=True)
    came_by = CameBy(allow_null=True)
    answer_by = serializers.DateField(allow_null=True)
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True, help_text="Null while it lies there.")
    working_days = serializers.IntegerField(help_text="How long it lay there, the day on which it came not counted.")
    late = serializers.BooleanField(help_text="Longer than `answer_by`.")


class StaysOut(serializers.Serializer[dict[str, Any]]):
    results = StayOut(many=True)


class SentOut(serializers.Serializer[dict[str, Any]]):
    number = serializers.CharField()
    service = ServiceRef()
    kind = serializers.ChoiceField(choices=Hop.Kind.values)
    to = AgencyRef()
    unit = UnitRef(allow_null=True)
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    answer_by = serializers.DateField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True, help_text="When it went on from there.")

    def get_fields(self) -> dict[str, Any]:
        """Add the member whose name is a word of Python."""
        return super().get_fields() | {"from": AgencyRef()}


_CAPIL = {"code": "DISDUKCAPIL", "name": "Dinas Kependudukan dan Pencatatan Sipil"}
_PU = {"code": "DPU", "name": "Dinas Pekerjaan Umum"}
_WHY = "Mohon pastikan letak bangunan di lapangan."
ASSIGN_IN = OpenApiExample(
    "To a colleague", value={"assignee": "7a6d2b1c-1111-4222-8333-444455556666"}, request_only=True
)
HAND_OVER_IN = OpenApiExample(
    "To another agency", value={"agency": "DPU", "reason": _WHY, "answer_in": 3}, request_only=True
)
REASON_IN = OpenApiExample(
    "With the reason", value={"reason": "Letaknya sesuai, lihat hasil peninjauan."}, request_only=True
)
PLACE = OpenApiExample(
    "In somebody's hands",
    value={
        "agency": _CAPIL,
        "unit": {"code": "pencatatan-sipil", "name": "Bidang Pelayanan Pencatatan Sipil"},
        "assignee": {"id": "7a6d2b1c-1111-4222-8333-444455556666", "name": "Rina Wulandari"},
    },
    response_only=True,
    status_codes=["200"],
)
STAYS = OpenApiExample(
    "Handed over once",
    value={
        "results": [
            {
                "agency": _CAPIL,
                "unit": None,
                "came_by": None,
                "answer_by": None,
                "since": "2026-11-25T09:12:03+08:00",
                "until": "2026-11-26T08:00:00+08:00",
                "working_days": 1,
                "late": False,
            },
            {
                "agency": _PU,
                "unit": None,
                "came_by": {"kind": "forward", "by": "Rina Wulandari", "reason": _WHY},
                "answer_by": "2026-12-01",
                "since": "2026-11-26T08:00:00+08:00",
                "until": None,
                "working_days": 1,
                "late": False,
            },
        ]
    },
    response_only=True,
    status_codes=["200"],
)
SENT = OpenApiExample(
    "To another agency",
    value={
        "number": "BPN-7K3M-2Q9F-0",
        "service": {"slug": "akta-kelahiran", "title": "Akta Kelahiran"},
        "kind": "forward",
        "from": _CAPIL,
        "to": _PU,
        "unit": None,
        "reason": _WHY,
        "at": "2026-11-26T08:00:00+08:00",
        "answer_by": "2026-12-01",
        "left_at": None,
    },
    response_only=True,
    status_codes=["200"],
)
