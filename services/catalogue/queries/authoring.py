"""Reading what an agency writes: its services with their drafts, publications and history. Nobody sees another's."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from services.catalogue.models import Change, Publication, Service, ServiceDraft, ServiceVersion
from services.definitions import Definition, DefinitionError, Fault, load_content
from services.definitions.changes import Change as Difference
from services.definitions.changes import ChangeClass, changes_between, class_of

OPEN_STATES = (Publication.State.AWAITING, Publication.State.SCHEDULED)
_MOST_FAULTS = 200
_Key = tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found: a definition, or why it is none; and what it would change (nothing for a first one)."""

    definition: Definition | None
    faults: tuple[Fault, ...]
    changes: tuple[Difference, ...] = ()
    change_class: ChangeClass | None = None


def services_of(agency_ids: Collection[UUID]) -> QuerySet[Service]:
    """Return the services of these agencies that have a version or are being written."""
    written = ServiceDraft.objects.filter(service=OuterRef("pk"))
    found = Service.objects.filter(agency_id__in=agency_ids)
    return found.filter(Q(current__isnull=False) | Exists(written) | Q(publications__state__in=OPEN_STATES)).distinct()


def service_of(slug: str, agency_ids: Collection[UUID]) -> Service:
    """Return one service of these agencies.

    :raises Service.DoesNotExist: when there is none there.
    """
    return Service.objects.select_related("agency", "current", "offer").get(slug=slug, agency_id__in=agency_ids)


def page_of_services(agency_ids: Collection[UUID], *, limit: int, after: _Key = None, before: _Key = None) -> list[Any]:
    """Return services of these agencies by slug, from a place in the list, with what a line shows."""
    found = _with_lines(services_of(agency_ids))
    if before:
        return list(found.filter(slug__lt=before[0]).order_by("-slug")[:limit])[::-1]
    if after:
        found = found.filter(slug__gt=after[0])
    return list(found.order_by("slug")[:limit])


def one_line(slug: str, agency_ids: Collection[UUID]) -> Any:
    """Return one service of these agencies with what a line shows."""
    return _with_lines(Service.objects.filter(agency_id__in=agency_ids)).get(slug=slug)


def _with_lines(found: QuerySet[Service]) -> Any:
    open_ones = Publication.objects.filter(state__in=OPEN_STATES)
    return (
        found.select_related("agency", "current", "draft", "offer")
        .prefetch_related(Prefetch("publications", queryset=open_ones, to_attr="open_publications"))
        .defer("offer__content")
    )


def draft_of(service: Service) -> ServiceDraft | None:
    """Return the draft of a service, None where nobody is writing."""
    return ServiceDraft.objects.select_related("base").filter(service=service).first()


def open_publication(service: Service) -> Publication | None:
    """Return the publication that waits for a second admin or for its date."""
    return Publication.objects.filter(service=service, state__in=OPEN_STATES).select_related("previous").first()


def versions_of(service: Service, *, limit: int, after: _Key = None, before: _Key = None) -> list[ServiceVersion]:
    """Return a service's versions, latest first, from a place in the list, each with what became of it."""
    found = ServiceVersion.objects.filter(service=service).select_related("life").defer("content")
    if before:
        return list(found.filter(number__gt=int(before[0])).order_by("number")[:limit])[::-1]
    if after:
        found = found.filter(number__lt=int(after[0]))
    return list(found.order_by("-number")[:limit])


def history_of(service: Service, *, limit: int, after: _Key = None, before: _Key = None) -> list[Change]:
    """Return what was done to a service, latest first, from a place in the list."""
    found = Change.objects.filter(service=service)
    if before:
        return list(found.filter(pk__gt=int(before[0])).order_by("pk")[:limit])[::-1]
    if after:
        found = found.filter(pk__lt=int(after[0]))
    return list(found.order_by("-pk")[:limit])


def checked(content: dict[str, Any], standing: ServiceVersion | None) -> Checked:
    """Check a definition, and work out what it changes against the one that stands."""
    try:
        definition = load_content(content)
    except DefinitionError as error:
        return Checked(None, tuple(error.faults[:_MOST_FAULTS]))
    if standing is None:
        return Checked(definition, ())
    changes = tuple(changes_between(Definition(standing.content, standing.sha256), definition))
    return Checked(definition, (), changes, class_of(changes))
