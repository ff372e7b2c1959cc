"""What goes into a bundle, and what of a bundle would change something here."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any, Final, Literal, get_args
from uuid import UUID

from services.agencies.models import Agency, District, Subdistrict
from services.catalogue.bundles import Bundle, Packed
from services.catalogue.models import GoldenCase, Publication, Service, ServiceDraft, ServiceVersion
from services.catalogue.queries.authoring import OPEN_STATES, checked
from services.definitions import DefinitionError, content_hash
from services.definitions.cases import MOST_CASES, Case, load_case
from services.definitions.changes import Change as Difference
from services.definitions.changes import ChangeClass
from services.definitions.kinds import kind_of
from services.definitions.schemas import nodes_of
from services.definitions.telling import in_both
from services.module_api import installed_modules
from superapp.http.problems import FieldError

Action = Literal["create", "draft", "unchanged", "none"]
CaseAction = Literal["new", "kept", "unchanged"]
CASE_ACTIONS: Final[tuple[CaseAction, ...]] = get_args(CaseAction)
_CITY: Final = "64.71"
_REMOVED: Final = "removed"


@dataclass(frozen=True, slots=True)
class Step:
    """What importing one service would do here: begin a `create`d service, a `draft`, or nothing (`unchanged`).

    `none`: it cannot be imported, for the reasons in `errors`. `known_as` is the version that has this content already.
    Of its golden cases a `new` one is written; one that stands here otherwise, or was removed here, is `kept` so.
    """

    packed: Packed
    action: Action
    service: Service | None
    agency: Agency | None
    known_as: int | None
    changes: tuple[Difference, ...]
    change_class: ChangeClass | None
    errors: tuple[FieldError, ...]
    cases: tuple[tuple[Case, CaseAction], ...] = ()

    def cases_that(self, action: CaseAction) -> list[str]:
        """Return the names of the golden cases with which `action` would be done."""
        return [case.id for case, done in self.cases if done == action]


def packed_version(service: Service, version: ServiceVersion) -> Packed:
    """Return a published version as a bundle holds it; `service` comes with its agency.

    :raises ValueError: where what is kept is no longer what was published.
    """
    if content_hash(version.content) != version.sha256:
        raise ValueError(f"{service.slug} version {version.number}: its content does not have its hash.")
    at = version.published_at.astimezone(UTC).isoformat()
    number, cases = version.number, _cases([service])[service.pk]
    return Packed(service.slug, service.agency.code, service.module, version.content, number, at, cases)


def packed_draft(service: Service, draft: ServiceDraft) -> Packed:
    """Return a draft as a bundle holds it."""
    cases = _cases([service])[service.pk]
    return Packed(service.slug, service.agency.code, service.module, draft.content, cases=cases)


def _cases(services: Collection[Service]) -> dict[UUID, tuple[dict[str, Any], ...]]:
    """Return the golden cases of services as they are written, by name."""
    found: dict[UUID, list[dict[str, Any]]] = {each.pk: [] for each in services}
    rows = GoldenCase.objects.filter(service__in=found, is_removed=False).order_by("name")
    for service_id, content in rows.values_list("service_id", "content"):
        found[service_id].append(content)
    return {id: tuple(cases) for id, cases in found.items()}


def published_services(slugs: Collection[str] | None = None) -> list[Packed]:
    """Return the versions that stand, of these services or of all.

    :raises LookupError: naming those that are not there, or were never published.
    """
    found = Service.objects.filter(current__isnull=False).select_related("agency", "current").order_by("slug")
    if slugs is not None:
        found = found.filter(slug__in=slugs)
        if missing := sorted(set(slugs) - set(found.values_list("slug", flat=True))):
            raise LookupError(f"not published here: {', '.join(missing)}")
    services = list(found)
    cases = _cases(services)
    packed = [(each, packed_version(each, each.current)) for each in services if each.current]
    return [replace(one, cases=cases[each.pk]) for each, one in packed]


def planned(bundle: Bundle, *, agency_ids: Collection[UUID] | None) -> list[Step]:
    """Return what importing a bundle would do, service by service; nothing is changed.

    `agency_ids` are those for which the importer may act; None: for all.
    """
    here = _Here(bundle, agency_ids)
    return [here.step(place, each) for place, each in enumerate(bundle.services)]


class _Here:
    """What of this environment a bundle names, read at once, however many services it holds."""

    def __init__(self, bundle: Bundle, agency_ids: Collection[UUID] | None) -> None:
        slugs = [each.service for each in bundle.services]
        services = Service.objects.select_related("agency", "current", "draft").filter(slug__in=slugs)
        self.services = {each.slug: each for each in services}
        agencies = Agency.objects.filter(code__in={each.agency for each in bundle.services})
        if agency_ids is not None:
            agencies = agencies.filter(pk__in=agency_ids)
        self.agencies = {each.code: each for each in agencies}
        self.waiting = {
            each.service_id: each.sha256
            for each in Publication.objects.filter(service__slug__in=slugs, state__in=OPEN_STATES).only(
                "service_id", "sha256"
            )
        }
        hashes = {each.sha256 for each in bundle.services}
        numbered = ServiceVersion.objects.filter(service__slug__in=slugs, sha256__in=hashes).order_by("number")
        self.versions = {
            (slug, sha256): number for slug, sha256, number in numbered.values_list("service__slug", "sha256", "number")
        }
        self.standing: dict[str, dict[str, str]] = {}
        with_cases = [each.service for each in bundle.services if each.cases]
        held = GoldenCase.objects.filter(service__slug__in=with_cases).select_related("service")
        for row in held if with_cases else ():
            self.standing.setdefault(row.service.slug, {})[row.name] = _REMOVED if row.is_removed else row.sha256
        brings = installed_modules() if any(each.module for each in bundle.services) else []
        self.brought = {(module.label, one.slug) for module in brings for one in module.definitions()}
        self.regions = {*District.objects.values_list("code", flat=True)}
        self.regions |= {*Subdistrict.objects.values_list("code", flat=True)}

    def step(self, place: int, packed: Packed) -> Step:
        """Return what would become of one service, with its golden cases."""
        step = self._step(place, packed)
        cases, errors = self._cases(packed, step)
        action: Action = "none" if errors else step.action
        return replace(step, cases=tuple(cases), errors=(*step.errors, *errors), action=action)

    def _cases(self, packed: Packed, step: Step) -> tuple[list[tuple[Case, CaseAction]], list[FieldError]]:
        standing = self.standing.get(packed.service, {}) if step.service and step.agency else {}
        cases: list[tuple[Case, CaseAction]] = []
        errors: list[FieldError] = []
        for place, content in enumerate(packed.cases):
            try:
                case = load_case(content)
            except DefinitionError as error:
                at = f"/cases/{packed.service}/{place}"
                errors += [FieldError(f"{at}{each.pointer}", "unsound", in_both(each.message, each.hint))
                           for each in error.faults]  # fmt: skip
                continue
            held = standing.get(case.id)
            done: CaseAction = "new" if held is None else "unchanged" if held == content_hash(content) else "kept"
            cases.append((case, done))
        names = [case.id for case, _done in cases]
        more = len(set(names) - standing.keys()) + sum(held != _REMOVED for held in standing.values())
        if more > MOST_CASES or len(set(names)) < len(names):
            errors.append(_error(f"/cases/{packed.service}", "too_many_cases",
                                 f"Paling banyak {MOST_CASES} kasus uji, masing-masing sekali.",
                                 f"At most {MOST_CASES} golden cases, each once."))  # fmt: skip
        return cases, errors

    def _step(self, place: int, packed: Packed) -> Step:
        service, agency = self.services.get(packed.service), self.agencies.get(packed.agency)
        if service and agency and service.agency_id == agency.pk and self._holds(service, packed.sha256):
            return Step(packed, "unchanged", service, agency, self._known(packed), (), None, ())
        found = checked(packed.content, service.current if service and agency else None)
        errors = [
            FieldError(f"/definitions/{packed.service}{each.pointer}", "unsound", in_both(each.message, each.hint))
            for each in found.faults
        ]
        errors += [*self._not_here(place, packed), *self._in_the_way(place, packed)]
        if not found.faults:
            errors += _lost_regions(packed, self.regions)
        action: Action = "none" if errors else "draft" if service else "create"
        changes, change_class = found.changes, found.change_class
        return Step(packed, action, service, agency, self._known(packed), changes, change_class, tuple(errors))

    def _known(self, packed: Packed) -> int | None:
        return self.versions.get((packed.service, packed.sha256)) if packed.agency in self.agencies else None

    def _holds(self, service: Service, sha256: str) -> bool:
        """Return whether this content stands, is drafted, or waits to be published."""
        draft: ServiceDraft | None = getattr(service, "draft", None)
        held = (service.current.sha256 if service.current else None, draft.sha256 if draft else None)
        return sha256 in held or self.waiting.get(service.pk) == sha256

    def _not_here(self, place: int, packed: Packed) -> Iterator[FieldError]:
        """Yield what the service needs of its environment and this one does not have."""
        line = f"/manifest/services/{place}"
        if packed.content.get("service") != packed.service:
            yield _error(f"/definitions/{packed.service}/service", "changed", f"Tetap: {packed.service}.",
                         f"It stays {packed.service}.")  # fmt: skip
        if packed.agency not in self.agencies:
            yield _error(f"{line}/agency", "unknown_agency",
                         f"{packed.agency} bukan OPD di sini yang layanannya boleh Anda ubah.",
                         f"{packed.agency} is no agency here whose services you may change.")  # fmt: skip
        if packed.module and (packed.module, packed.service) not in self.brought:
            yield _error(f"{line}/module", "unknown_module",
                         f"Modul {packed.module} tidak terpasang di sini, atau tidak membawa layanan ini.",
                         f"Module {packed.module} is not installed here, or does not bring this service.")  # fmt: skip

    def _in_the_way(self, place: int, packed: Packed) -> Iterator[FieldError]:
        """Yield what was written here and would be lost."""
        service, line = self.services.get(packed.service), f"/manifest/services/{place}"
        if service is None or packed.agency not in self.agencies:
            return
        if service.agency.code != packed.agency:
            yield _error(f"{line}/service", "slug_taken", "Nama alamat ini sudah dipakai layanan lain.",
                         "Another service has this name already.")  # fmt: skip
        elif getattr(service, "draft", None):
            yield _error(f"{line}/service", "draft_exists",
                         "Di sini ada draf lain. Terbitkan atau buang dahulu, lalu impor lagi.",
                         "There is another draft here. Publish it or throw it away, then import again.")  # fmt: skip
        elif service.pk in self.waiting:
            yield _error(f"{line}/service", "publication_open",
                         "Di sini ada penerbitan yang menunggu. Batalkan atau selesaikan dahulu.",
                         "A publication waits here. Take it back or finish it first.")  # fmt: skip


def _lost_regions(packed: Packed, known: set[str]) -> Iterator[FieldError]:
    """Yield the city's districts and subdistricts that the form names and this environment does not have."""
    for pointer, node in nodes_of(packed.content["form"]["schema"], f"/definitions/{packed.service}/form/schema"):
        if kind_of(node) not in ("region", "kelurahan"):
            continue
        for where, code in _named(node):
            if isinstance(code, str) and code.startswith(f"{_CITY}.") and code not in known:
                yield _error(f"{pointer}{where}", "unknown_region", f"Wilayah {code[:20]} tidak dikenal di sini.",
                             f"Region {code[:20]} is not known here.")  # fmt: skip


def _named(node: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for word in ("const", "default"):
        if word in node:
            yield f"/{word}", node[word]
    for place, value in enumerate(node.get("enum", [])):
        yield f"/enum/{place}", value
    for place, choice in enumerate(node.get("oneOf", [])):
        if isinstance(choice, Mapping) and "const" in choice:
            yield f"/oneOf/{place}/const", choice["const"]


def _error(pointer: str, code: str, id: str, en: str) -> FieldError:
    return FieldError(pointer, code, {"id": id, "en": en})
