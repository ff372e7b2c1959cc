"""Keeping how long a service's answers take, where readers of the catalogue find it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from services.catalogue.models import Forecast
from services.catalogue.operations.releasing import move_revision


@transaction.atomic
def keep_forecast(service_id: UUID, *, sample: int, median: int, p90: int, latest_at: datetime, now: datetime) -> None:
    """Keep what was counted; readers see it within a second, and only where it differs is anything read anew."""
    standing = Forecast.objects.filter(service_id=service_id).first()
    values = {"sample": sample, "median": median, "p90": p90, "latest_at": latest_at, "counted_at": now}
    Forecast.objects.update_or_create(service_id=service_id, defaults=values)
    if standing is None or (standing.sample, standing.median, standing.p90) != (sample, median, p90):
        move_revision()
