"""Services under which decisions are objected to: named by the service that was decided on."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.catalogue.models import Service

# No address can hold it, nor the name of a service that somebody writes.
MARK: Final = ":"
KINDS: Final = ("objection", "appeal")


def objecting_services(service_ids: Iterable[UUID]) -> list[UUID]:
    """Return the ids of the services for objections to decisions on these, as far as anybody objected."""
    names = [f"{kind}{MARK}{each}" for each in service_ids for kind in KINDS]
    return list(Service.objects.filter(slug__in=names).order_by("id").values_list("id", flat=True))
