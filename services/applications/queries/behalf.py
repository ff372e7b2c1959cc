"""Acting for another: which services a mandate reaches, and how that reads in a history."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from accounts.bearer import Actor
from accounts.mandates.queries import agents_of, between
from accounts.models import Kind, User
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


def involved(application: Application | Row, person_id: UUID, *, or_took: Q | None = None) -> bool:
    """Return whether staff have no say in it: it is theirs, or of whom they may act for, or they acted for them once.

    Who decides has no interest of their own or their family's in it (UU 30/2014 Pasal 42 and 43). `or_took` are
    further events of the application that keep this person from it. One query.
    """
    if application.applicant_id is None or person_id == application.applicant_id:
        return True
    held = Q(actor_role="resident", actor_id=person_id)
    events = Event.objects.filter(held | or_took if or_took else held, application_id=application.id)
    return events.values("id").union(between(person_id, application.applicant_id).values("id")).exists()


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
    agents = agents_told(application.applicant, version, now)
    return [(application.applicant_id, application.id), *((each, None) for each in agents)]


def agents_told(applicant: User, version: Version, now: datetime) -> list[UUID]:
    """Return who is told beside the applicant of an application under this version: see `readers_of`."""
    if applicant.kind == Kind.PERSON:
        return []
    mandates = agents_of(applicant.pk, now=now)
    return [each.agent_id for each in mandates if each.agent_id and reaches(each.kind, each.services, version)]
