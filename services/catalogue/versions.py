"""Published versions, kept in process for good: they never change."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from uuid import UUID

from services.catalogue.models import ServiceVersion
from services.definitions import Definition

_KEPT = 500
_held: "OrderedDict[UUID, Version]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Version:
    """A published version with its compiled definition and whose it is."""

    id: UUID
    number: int
    sha256: str
    service_id: UUID
    slug: str
    module: str
    agency_id: UUID
    agency_code: str
    agency_name: str
    definition: Definition
    chosen_class: str = ""
    drafts_policy: str = ""

    def text(self, field: str, language: str) -> str:
        """Return the definition's bilingual `field` in `language`, Indonesian where it has none."""
        texts = self.definition.content[field]
        return str(texts.get(language) or texts["id"])


def version_of(version_id: UUID) -> Version:
    """Return the version with this id, at no query once this process has seen it.

    :raises ServiceVersion.DoesNotExist: for an id that was never published.
    """
    held = _held.get(version_id)
    if held is not None:
        return held
    row = ServiceVersion.objects.select_related("service__agency").get(id=version_id)
    held = Version(
        id=row.id,
        number=row.number,
        sha256=row.sha256,
        service_id=row.service_id,
        slug=str(row.content["service"]),
        module=row.service.module,
        agency_id=row.service.agency_id,
        agency_code=row.service.agency.code,
        agency_name=row.service.agency.name,
        definition=Definition(row.content, row.sha256),
        chosen_class=row.chosen_class,
        drafts_policy=row.drafts_policy,
    )
    with _lock:
        _held[version_id] = held
        while len(_held) > _KEPT:
            _held.popitem(last=False)
    return held


def later_versions(version: Version, current_id: UUID) -> tuple[Version, ...]:
    """Return what was published after `version`, up to the current one, oldest first; at no query once it was asked."""
    return tuple(version_of(id) for id in _later(version.service_id, version.number, current_id))


@lru_cache(maxsize=1000)
def _later(service_id: UUID, number: int, current_id: UUID) -> tuple[UUID, ...]:
    up_to = version_of(current_id).number
    found = ServiceVersion.objects.filter(service_id=service_id, number__gt=number, number__lte=up_to)
    return tuple(found.order_by("number").values_list("id", flat=True))
