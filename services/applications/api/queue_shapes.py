"""Shapes of the queue."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from services.applications.api import examples
from services.applications.api.serializers import ApplicationLine, PersonRef, UnitRef


class QueueLine(ApplicationLine):
    """An open application as the office lists it."""

    unit = UnitRef(allow_null=True)
    assignee = PersonRef(allow_null=True, help_text="The officer who has it in hand.")
    target_on = serializers.DateField(
        allow_null=True, help_text="By when the present state should be left, where its service says so."
    )
    overdue = serializers.BooleanField(help_text="The law's date has passed.")
    law_changed = serializers.BooleanField(help_text="A later version must be applied, too.")
    corrected = serializers.BooleanField(help_text="The latest round of correction came back.")


class FoundOut(serializers.Serializer[dict[str, Any]]):
    next = serializers.URLField(allow_null=True, help_text="Where the same body is sent for the next page.")
    previous = serializers.URLField(allow_null=True, help_text="Where the same body is sent for the page before.")
    results = QueueLine(many=True)
    too_many = serializers.BooleanField(help_text="So many people bear the name that not all were looked at.")


class CountOut(serializers.Serializer[dict[str, Any]]):
    count = serializers.IntegerField(max_value=1000, min_value=0)
    more = serializers.BooleanField(help_text="There may be more than were counted.")


class CountsOut(serializers.Serializer[dict[str, Any]]):
    """The same filters, and each of these beside."""

    all = CountOut()
    mine = CountOut()
    nobodys = CountOut()
    overdue = CountOut()
    paused = CountOut()


LINE_VALUE: dict[str, Any] = examples.LINE.value | {
    "unit": {"code": "pencatatan-sipil", "name": "Bidang Pelayanan Pencatatan Sipil"},
    "assignee": {"id": "7a6d2b1c-1111-4222-8333-444455556666", "name": "Rina Wulandari"},
    "target_on": None,
    "overdue": False,
    "law_changed": False,
    "corrected": True,
}
LINE = OpenApiExample("In hand", value=LINE_VALUE, response_only=True, status_codes=["200"])
SEARCH_IN = OpenApiExample("By two words", value={"name": "siti rah", "state": "in_review"}, request_only=True)
FOUND = OpenApiExample(
    "One",
    value={"next": None, "previous": None, "results": [LINE_VALUE], "too_many": False},
    response_only=True,
    status_codes=["200"],
)
COUNTS = OpenApiExample(
    "A busy agency",
    value={
        "all": {"count": 1000, "more": True},
        "mine": {"count": 12, "more": False},
        "nobodys": {"count": 310, "more": False},
        "overdue": {"count": 4, "more": False},
        "paused": {"count": 27, "more": False},
    },
    response_only=True,
    status_codes=["200"],
)
