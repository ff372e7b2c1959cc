"""The kinds of applications: the workflow that a service names, such as a permit's or a complaint's."""

from uuid import UUID

from services.catalogue.models import Service
from services.catalogue.versions import version_of
from services.definitions.flow import template_names

_OWN = "own"


def kinds() -> tuple[str, ...]:
    """Return the names of the ready-made workflows, and `own` for those that a service writes itself."""
    return (*template_names(), _OWN)


def services_of_kind(kind: str) -> list[UUID]:
    """Return the ids of the services whose present version follows this workflow. One query."""
    current = Service.objects.filter(current__isnull=False).order_by("id").values_list("id", "current_id")
    return [service_id for service_id, version_id in current if version_id and _kind_of(version_id) == kind]


def _kind_of(version_id: UUID) -> str:
    workflow = version_of(version_id).definition.content["workflow"]
    return workflow if isinstance(workflow, str) else _OWN


def service_of_slug(slug: str) -> list[UUID]:
    """Return the id of the service with this slug, in a list; empty where there is none. One query."""
    return list(Service.objects.filter(slug=slug).values_list("id", flat=True))
