"""Publishing: a definition becomes an immutable version that residents apply under."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from services.agencies.models import Agency
from services.catalogue.models import Revision, Service, ServiceVersion
from services.definitions import Definition, DefinitionError, Fault
from services.module_api import OPDModule, installed_modules


class UnknownAgency(Exception):
    """A module names an agency that the city does not have."""


class SlugTaken(Exception):
    """A definition carries the slug of another service. Slugs are stable for ever."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one definition."""

    slug: str
    number: int
    sha256: str
    created: bool


@transaction.atomic
def sync_catalogue(*, now: datetime) -> list[Published]:
    """Publish every definition that installed modules bring; close services whose module went away.

    Doing it again changes nothing. A closed service takes no new applications; what runs goes on.

    :raises DefinitionError: naming file and line of all that is wrong in any definition; nothing is published then.
    :raises SlugTaken: when two definitions carry the same slug.
    :raises UnknownAgency: when a module names an agency that `load_city` did not load.
    """
    brought = _brought()
    _lock()
    results = [
        publish(agency_code=module.agency, module=module.label, definition=definition, now=now)
        for module, definition in brought
    ]
    gone = Service.objects.exclude(slug__in=[result.slug for result in results]).filter(is_open=True)
    if gone.update(is_open=False):
        _move_revision()
    return results


def _brought() -> list[tuple[OPDModule, Definition]]:
    """Return every definition with the module that brings it."""
    brought: dict[str, tuple[OPDModule, Definition]] = {}
    faults: list[Fault] = []
    for module in installed_modules():
        try:
            definitions = module.definitions()
        except DefinitionError as error:
            faults += error.faults
            continue
        for definition in definitions:
            if other := brought.get(definition.slug):
                raise SlugTaken(
                    f"{module.label}: service {definition.slug!r} is brought by {other[0].label} already. "
                    "Give one of them another `service:`."
                )
            brought[definition.slug] = (module, definition)
    if faults:
        raise DefinitionError(faults)
    return list(brought.values())


@transaction.atomic
def publish(*, agency_code: str, module: str, definition: Definition, now: datetime) -> Published:
    """Publish `definition` as the service's next version, unless it is what already stands.

    :raises SlugTaken: when the slug belongs to another agency.
    :raises UnknownAgency: when there is no such agency.
    """
    _lock()
    service = _service(agency_code=agency_code, module=module, definition=definition)
    standing = service.current
    if standing and standing.sha256 == definition.sha256:
        if not service.is_open or service.module != module:
            service.is_open, service.module = True, module
            service.save(update_fields=["is_open", "module"])
            _move_revision()
        return Published(service.slug, standing.number, standing.sha256, created=False)
    highest = service.versions.aggregate(highest=Max("number"))["highest"] or 0
    version = ServiceVersion.objects.create(
        service=service,
        number=highest + 1,
        sha256=definition.sha256,
        content=definition.content,
        published_at=now,
    )
    _stand(service, version, definition, module)
    _move_revision()
    return Published(service.slug, version.number, version.sha256, created=True)


def _service(*, agency_code: str, module: str, definition: Definition) -> Service:
    agency = Agency.objects.filter(code=agency_code).first()
    if agency is None:
        raise UnknownAgency(
            f"{module}: agency {agency_code!r} is not one of the city's. Run `manage.py load_city`, "
            "or correct the module's `agency`."
        )
    service, _ = Service.objects.select_related("current").get_or_create(
        slug=definition.slug, defaults={"agency": agency, "module": module}
    )
    if service.agency_id != agency.id:
        raise SlugTaken(
            f"{module}: service {definition.slug!r} already belongs to another agency. Give it another `service:`."
        )
    return service


def _stand(service: Service, version: ServiceVersion, definition: Definition, module: str) -> None:
    """Make `version` the one under which new applications are made."""
    service.current = version
    service.module = module
    service.is_open = True
    service.category = definition.content.get("category", "")
    service.life_events = definition.content.get("life_events", [])
    service.search_text = search_text_of(definition)
    service.save()


def search_text_of(definition: Definition) -> str:
    """Return the words by which a service is found: slug, title, summary, key words, in both languages."""
    content = definition.content
    words = [definition.slug.replace("-", " ")]
    for field in ("title", "summary"):
        words.extend(str(text) for text in content.get(field, {}).values())
    words.extend(content.get("keywords", []))
    words.extend(event.replace("-", " ") for event in content.get("life_events", []))
    return "\n".join(words)


def _lock() -> None:
    """Let one publication run at a time; also makes the row at first use."""
    Revision.objects.get_or_create(id=1)
    Revision.objects.select_for_update().get(id=1)


def _move_revision() -> None:
    """Tell every process's shelf that what it holds is old."""
    Revision.objects.filter(id=1).update(token=uuid.uuid4())
