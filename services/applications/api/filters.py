"""What a queue is narrowed to, as the API takes it: in an address, a search, a saved view, an export."""

import re
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from services.applications.queries.kinds import kinds
from superapp.http.exact import Exact

_NUMBER_START = 7  # `BPN-` and three more: what is shorter finds too much
_DIGITS = re.compile(r"\d{8,}")


class FiltersIn(serializers.Serializer[dict[str, Any]]):
    """All of them narrow; none is needed."""

    agency = serializers.CharField(required=False, max_length=30, help_text="Code of one of my agencies.")
    unit = serializers.CharField(required=False, max_length=40, help_text="Code of a unit; `none` for what is in none.")
    state = serializers.RegexField(r"\A[A-Za-z0-9_-]+\Z", required=False, max_length=40, help_text="Of the workflow.")
    assignee = serializers.RegexField(
        r"\A(me|nobody|[0-9a-fA-F-]{36})\Z", required=False, help_text="`me`, `nobody`, or the id of somebody."
    )
    service = serializers.SlugField(required=False, max_length=80)
    kind = serializers.CharField(required=False, max_length=40, help_text="Name of a workflow, such as `complaint`.")
    due_from = serializers.DateField(required=False)
    due_to = serializers.DateField(required=False)
    overdue = serializers.BooleanField(required=False, help_text="The law's date has passed.")
    paused = serializers.BooleanField(required=False, help_text="The clock stands; false: it runs.")
    q = serializers.CharField(required=False, max_length=20, help_text="Beginning of a reference, such as `BPN-7K3`.")
    sort = serializers.ChoiceField(choices=["due", "newest"], required=False)

    def validate_q(self, value: str) -> str:
        text = value.strip().upper()
        if not text.startswith("BPN-") or len(text) < _NUMBER_START or not text.isascii() or _DIGITS.search(text):
            raise serializers.ValidationError("BPN-...", code="invalid")
        return text

    def validate_kind(self, value: str) -> str:
        if value not in kinds():
            raise serializers.ValidationError(", ".join(kinds()), code="unknown")
        return value


class ExactFiltersIn(FiltersIn, Exact):
    """The filters in a body, where a misspelt one would find everything."""


class SearchIn(ExactFiltersIn):
    """The filters, and a name."""

    name = serializers.CharField(
        min_length=3, max_length=100, help_text="Of the applicant; words, or their beginnings."
    )

    def validate_name(self, value: str) -> str:
        if re.search(r"\d", value) or not re.search(r"[^\W\d_]{2}", value):
            raise serializers.ValidationError("Nama terdiri dari huruf. / A name is made of letters.", code="invalid")
        return value


def asked_of(request: Request) -> dict[str, Any]:
    """Return the filters of an address.

    :raises ValidationError: naming what is none.
    """
    given = FiltersIn(data={name: value for name, value in request.query_params.items() if value != ""})
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)
