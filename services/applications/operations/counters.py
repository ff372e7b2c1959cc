"""An agency's counters: when they serve, and for how many."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from services.agencies.models import Agency
from services.applications.models import Appointment, Counter
from services.applications.queries.slots import slot_at
from services.catalogue.models import Service
from services.events.operations import publish
from superapp.http.conditional import require_match
from superapp.http.problems import FieldError, Problem


def open_counter(*, agency: Agency, service: Service | None, key: str, facts: Mapping[str, Any]) -> Counter:
    """Open a counter. `facts` are name, place, windows and closed_days as the model has them.

    :raises Problem: 409 when the key is taken.
    """
    try:
        with transaction.atomic():
            return Counter.objects.create(agency=agency, service=service, key=key, **facts)
    except IntegrityError:
        detail = {"id": "Kunci ini sudah dipakai.", "en": "This key is taken."}
        raise Problem(
            status=409, code="key_taken", detail=detail, errors=[FieldError("/key", "key_taken", detail)]
        ) from None


@transaction.atomic
def change_counter(
    *, id: UUID, agency_ids: list[UUID], facts: Mapping[str, Any], revision: str | None, now: datetime
) -> Counter:
    """Let a counter serve otherwise; whoever has an hour that there is none any more is asked to choose anew.

    :raises Counter.DoesNotExist: when these agencies have none such.
    :raises Problem: 412 and 428 by `revision`.
    """
    counter = Counter.objects.select_for_update(no_key=True).get(id=id, agency_id__in=agency_ids, closed_at=None)
    require_match(revision, str(counter.revision))
    for name, value in facts.items():
        setattr(counter, name, value)
    counter.revision += 1
    counter.save()
    _ask_anew(counter, now)
    return counter


@transaction.atomic
def close_counter(*, id: UUID, agency_ids: list[UUID], revision: str | None, now: datetime) -> None:
    """Close a counter for good.

    :raises Counter.DoesNotExist: when these agencies have none such.
    :raises Problem: 412 and 428 by `revision`.
    """
    counter = Counter.objects.select_for_update(no_key=True).get(id=id, agency_id__in=agency_ids, closed_at=None)
    require_match(revision, str(counter.revision))
    counter.closed_at = now
    counter.save(update_fields=["closed_at"])
    _ask_anew(counter, now)


def _ask_anew(counter: Counter, now: datetime) -> None:
    """Have each booking looked at that the counter, which is locked, does not serve any more."""
    booked = Appointment.objects.filter(counter=counter, state=Appointment.State.BOOKED, starts_at__gt=now)
    for id, starts_at in booked.order_by("starts_at", "id").values_list("id", "starts_at"):
        if slot_at(counter, starts_at, ()) is None:
            publish(topic="displacing.due", key=id, body={"why": ""}, now=now)
