"""What a queue is narrowed to, as the API takes it: in an address, a search, a saved view, an export."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request

from services.agencies.queries import agencies_named, units_of
from services.applications.queries.detail import city_day
from services.applications.queries.kinds import kinds, service_of_slug, services_of_kind
from services.applications.queries.queue import Filters
from superapp.http.problems import FieldError, invalid

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


class SearchIn(FiltersIn):
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


def filters_from(
    asked: Mapping[str, Any],
    *,
    me: UUID,
    agency_ids: Iterable[UUID],
    now: datetime,
    applicant_ids: tuple[UUID, ...] | None = None,
) -> Filters:
    """Return what `asked` (validated by `FiltersIn`) means for somebody who works at these agencies.

    :raises Problem: 400 naming an agency that is not theirs, or who is nobody's id.
    """
    mine = _agencies(asked.get("agency", ""), tuple(agency_ids))
    unit, assignee = asked.get("unit", ""), asked.get("assignee", "")
    return Filters(
        agency_ids=mine,
        today=city_day(now),
        state=asked.get("state", ""),
        unit_ids=_units(unit, mine) if unit not in ("", "none") else None,
        no_unit=unit == "none",
        assignee_id=_person(assignee, me),
        nobody=assignee == "nobody",
        service_ids=_services(asked),
        due_from=asked.get("due_from"),
        due_to=asked.get("due_to"),
        overdue=bool(asked.get("overdue")),
        paused=asked.get("paused"),
        number=asked.get("q", ""),
        applicant_ids=applicant_ids,
        newest=asked.get("sort") == "newest",
    )


def _agencies(code: str, mine: tuple[UUID, ...]) -> tuple[UUID, ...]:
    if not code:
        return mine
    found = tuple(id for id, (each, _name) in agencies_named(mine).items() if each == code.upper())
    if not found:
        detail = {"id": "Anda tidak bekerja di OPD itu.", "en": "You do not work at that agency."}
        raise invalid([FieldError("/agency", "unknown", detail)])
    return found


def _units(code: str, mine: tuple[UUID, ...]) -> tuple[UUID, ...]:
    found = tuple(units_of(mine).filter(code=code).values_list("pk", flat=True))
    if not found:
        detail = {"id": "OPD Anda tidak punya unit itu.", "en": "Your agency has no such unit."}
        raise invalid([FieldError("/unit", "unknown", detail)])
    return found


def _person(assignee: str, me: UUID) -> UUID | None:
    if assignee in ("", "nobody"):
        return None
    try:
        return me if assignee == "me" else UUID(assignee)
    except ValueError:
        detail = {"id": "Bukan id seseorang.", "en": "This is nobody's id."}
        raise invalid([FieldError("/assignee", "invalid", detail)]) from None


def _services(asked: Mapping[str, Any]) -> tuple[UUID, ...] | None:
    """Return the services asked for by slug and kind; None for all."""
    if not asked.get("service") and not asked.get("kind"):
        return None
    found = set(service_of_slug(asked["service"])) if asked.get("service") else None
    if asked.get("kind"):
        of_kind = set(services_of_kind(asked["kind"]))
        found = of_kind if found is None else found & of_kind
    return tuple(sorted(found or ()))
