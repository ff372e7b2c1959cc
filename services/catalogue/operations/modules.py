"""What modules bring becomes versions, once."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from services.agencies.models import Agency
from services.catalogue.models import Change, ModuleOffer, Origin, Service, ServiceVersion
from services.catalogue.operations.cases import bring_cases
from services.catalogue.operations.releasing import lock_catalogue, move_revision, note, release
from services.catalogue.queries.authoring import OPEN_STATES
from services.definitions import Definition, DefinitionError, Fault
from services.definitions.cases import Case
from services.module_api import OPDModule, installed_modules


class UnknownAgency(Exception):
    """A module names an agency that the city does not have."""


class SlugTaken(Exception):
    """A definition carries the slug of another service. Slugs are stable for ever."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of one definition. `drifted` when the agency's own stands in its way and nobody has decided."""

    slug: str
    number: int
    sha256: str
    created: bool
    drifted: bool = False


@transaction.atomic
def sync_catalogue(*, now: datetime) -> list[Published]:
    """Publish every definition that installed modules bring; close services whose module went away.

    Doing it again changes nothing. A closed service takes no new applications; what runs goes on.

    :raises DefinitionError: naming file and line of all that is wrong in any definition; nothing is published then.
    :raises SlugTaken: when two definitions carry the same slug.
    :raises UnknownAgency: when a module names an agency that `load_city` did not load.
    """
    brought = _brought()
    lock_catalogue()
    results = [
        publish(
            agency_code=each.module.agency,
            module=each.module.label,
            definition=each.definition,
            cases=each.cases,
            now=now,
        )
        for each in brought
    ]
    gone = Service.objects.exclude(slug__in=[result.slug for result in results]).filter(is_open=True).exclude(module="")
    if gone.update(is_open=False):
        move_revision()
    return results


@dataclass(frozen=True, slots=True)
class _Brought:
    """A definition, the module that brings it, and the golden cases beside it."""

    module: OPDModule
    definition: Definition
    cases: Sequence[Case]


def _brought() -> list[_Brought]:
    """Return every definition that is brought."""
    brought: dict[str, _Brought] = {}
    faults: list[Fault] = []
    for module in installed_modules():
        try:
            definitions, cases = module.definitions(), module.golden_cases()
        except DefinitionError as error:
            faults += error.faults
            continue
        faults += _without_service(module, cases, {each.slug for each in definitions})
        for definition in definitions:
            if other := brought.get(definition.slug):
                raise SlugTaken(
                    f"{module.label}: service {definition.slug!r} is brought by {other.module.label} already. "
                    "Give one of them another `service:`."
                )
            brought[definition.slug] = _Brought(module, definition, cases.get(definition.slug, ()))
    if faults:
        raise DefinitionError(faults)
    return list(brought.values())


def _without_service(module: OPDModule, cases: Iterable[str], slugs: Set[str]) -> Iterator[Fault]:
    for slug in sorted(set(cases) - slugs):
        source = f"{module.label}: cases/{slug}.yaml"
        yield Fault("/service", "the module brings no service of that name", "Mend the name, or remove it", source)


@transaction.atomic
def publish(
    *, agency_code: str, module: str, definition: Definition, now: datetime, cases: Sequence[Case] = ()
) -> Published:
    """Publish what a module brings as the service's next version, unless it is what already stands; keep its cases.

    Over a version that the agency wrote itself, over one that it is about to publish, or over a service that it
    retired, nothing is published: the difference is recorded, and a person decides (`operations.drift`).

    :raises SlugTaken: when the slug belongs to another agency.
    :raises UnknownAgency: when there is no such agency.
    """
    lock_catalogue()
    service = _service(agency_code=agency_code, module=module, definition=definition)
    bring_cases(service, cases, now)
    offer, is_new = _offered(service, module, definition, now)
    standing = service.current
    if standing is None or (standing.sha256 != definition.sha256 and _may_pass(service, standing)):
        version = release(service, definition, origin=Origin.MODULE, module=module, now=now)
        _decided(offer)
        return Published(service.slug, version.number, version.sha256, created=True)
    if standing.sha256 == definition.sha256:
        _decided(offer)
    elif is_new:
        values = {"module": module, "sha256": definition.sha256, "standing": standing.sha256}
        note(service, Change.What.DRIFTED, actor_id=None, now=now, version=standing.number, values=values)
    _bind(service, module)
    drifted = offer.decided_sha256 != offer.sha256
    return Published(service.slug, standing.number, standing.sha256, created=False, drifted=drifted)


def _may_pass(service: Service, standing: ServiceVersion) -> bool:
    """Return whether a module's change is published without asking: nobody at the agency has spoken since."""
    if standing.origin != Origin.MODULE or service.retired_at is not None:
        return False
    return not service.publications.filter(state__in=OPEN_STATES).exists()


def _offered(service: Service, module: str, definition: Definition, now: datetime) -> tuple[ModuleOffer, bool]:
    """Keep what the module brings; return it, and whether it is other than at the latest sync."""
    offer = ModuleOffer.objects.filter(service=service).first()
    if offer is not None and offer.sha256 == definition.sha256 and offer.module == module:
        return offer, False
    is_new = offer is None or offer.sha256 != definition.sha256
    offer = offer or ModuleOffer(service=service)
    offer.module, offer.content, offer.sha256 = module, dict(definition.content), definition.sha256
    offer.offered_at = now
    offer.save()
    return offer, is_new


def _decided(offer: ModuleOffer) -> None:
    if offer.decided_sha256 != offer.sha256:
        offer.decided_sha256 = offer.sha256
        offer.save(update_fields=["decided_sha256"])


def _bind(service: Service, module: str) -> None:
    """Let a service that a module brings again, or under another name, be asked of it; what was retired stays so."""
    opens = not service.is_open and service.retired_at is None
    if not service.module or (not opens and service.module == module):
        return
    service.is_open, service.module = service.is_open or opens, module
    service.save(update_fields=["is_open", "module"])
    move_revision()


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
