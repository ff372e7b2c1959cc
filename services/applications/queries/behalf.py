"""Acting for another: which services a mandate reaches, and how that reads in a history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.bearer import Actor
from accounts.mandates.queries import agents_of
from accounts.models import Kind
from services.applications.models import Application, Event
from services.applications.queries.detail import Row
from services.catalogue.models import Service
from services.catalogue.queries.objecting import objecting_services
from services.catalogue.versions import Version, version_of

_GROUPS = {"child": "family", "guardian": "family", "relative": "family", "company": "company"}


def covers(actor: Actor | None, version: Version) -> bool:
    """Return whether whoever calls reaches this service: oneself always, another by mandate and as the service lets."""
    return actor is None or reaches(actor.kind, actor.services, version)


def reaches(kind: str, services: Iterable[str], version: Version) -> bool:
    """Return whether a mandate of this kind, for these slugs or categories (none for all), reaches a service."""
    named = set(services)
    content = version.definition.content
    allowed = _GROUPS[kind] in version.definition.access.on_behalf_of
    return allowed and (not named or not named.isdisjoint({version.slug, content["category"]}))


def reached_services(actor: Actor) -> list[UUID]:
    """Return the ids of the services that a mandate reaches."""
    current = Service.objects.filter(current__isnull=False).order_by("id").values_list("id", "current_id")
    reached = [service_id for service_id, version_id in current if covers(actor, version_of(version_id))]
    return reached + objecting_services(reached)


def involved(application: Application | Row, person_id: UUID) -> bool:
    """Return whether this person applied for it, for themselves or for another: staff who did have no say in it."""
    applied = Event.objects.filter(application_id=application.id, actor_role="resident", actor_id=person_id)
    return person_id == application.applicant_id or applied.exists()


def trace_of(actor: Actor | None) -> dict[str, Any]:
    """Return what a receipt says of acting for another; nothing for who acts for themselves."""
    if actor is None:
        return {}
    return {"on_behalf_of": {"mandate": str(actor.mandate_id), "kind": actor.kind}}


def sealed_trace_of(actor: Actor | None, principal_id: UUID) -> dict[str, Any]:
    """Return the same for an event's data, with whom it was done for, so that the history proves whose it is.

    An id as the actor's own beside it, which goes with the data when these are emptied (operations.retention).
    """
    if actor is None:
        return {}
    trace = trace_of(actor)
    trace["on_behalf_of"]["principal"] = str(principal_id)
    return trace


def readers_of(application: Application, version: Version, now: datetime) -> list[tuple[UUID, UUID | None]]:
    """Return who is told, each with the application that the notice leads to, which is the applicant's alone.

    A child or a company has nobody but those who act for it: they are told of what their mandate reaches.
    """
    readers: list[tuple[UUID, UUID | None]] = [(application.applicant_id, application.id)]
    if application.applicant.kind != Kind.PERSON:
        mandates = agents_of(application.applicant_id, now=now)
        readers += [
            (each.agent_id, None) for each in mandates if each.agent_id and reaches(each.kind, each.services, version)
        ]
    return readers
