"""Life events as anybody sees them, bundles as their owner does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.bearer import Actor
from services.applications.city_time import city_day, moment
from services.applications.life_events import LifeEvent, Part, life_events, schema_at
from services.applications.models import DRAFT, LifeBundle
from services.applications.queries.behalf import covers
from services.applications.queries.detail import Row, get_rows, state_label
from services.applications.queries.history import timeline
from services.catalogue.models import Service
from services.catalogue.queries import local
from services.catalogue.versions import Version, version_of


@dataclass(frozen=True, slots=True)
class Standing:
    """One application of a bundle. `waits_for` is what it cannot do without yet; `given` what that gave."""

    part: Part
    row: Row
    waits_for: "Row | None"
    given: Mapping[str, Any]


def versions_of(event: LifeEvent) -> list[Version]:
    """Return the services that a life event opens now, in its order, then those that merely name it."""
    found = Service.objects.filter(life_events__contains=[event.key], current__isnull=False, is_open=True)
    order = {each.service: place for place, each in enumerate(event.parts)}
    rows = sorted(found.values_list("slug", "current_id"), key=lambda row: (order.get(row[0], len(order)), row[0]))
    return [version_of(current) for _, current in rows]


def event_body(event: LifeEvent, language: str, *, full: bool) -> dict[str, Any]:
    """Return a life event as anybody sees it; `full` with its questions and documents."""
    versions = versions_of(event)
    body = {
        "life_event": event.key,
        "title": local(dict(event.title), language),
        "summary": local(dict(event.summary), language),
        "services": [_service(event.part(each.slug), each, language) for each in versions],
    }
    if not full:
        return body
    definitions = {each.slug: each.definition for each in versions}
    return body | {
        "questions": [
            {
                "id": each.id,
                "label": local(dict(each.label), language),
                "schema": schema_at(definitions[here[0]], each.places[here[0]]),
                "services": here,
            }
            for each in event.questions
            if (here := [slug for slug in each.places if slug in definitions])
        ],
        "documents": [
            {"id": each.id, "title": local(dict(each.label), language), "services": here}
            for each in event.documents
            if (here := [slug for slug in each.places if slug in definitions])
        ],
    }


def _service(part: Part, version: Version, language: str) -> dict[str, Any]:
    return {
        "service": {"slug": version.slug, "title": version.text("title", language)},
        "agency": {"code": version.agency_code, "name": version.agency_name},
        "after": part.after or None,
        "why": local(dict(part.why), language) if part.why else None,
    }


def bundle_of(bundle_id: UUID, applicant_id: UUID, actor: Actor | None) -> tuple[LifeBundle, list[Standing]]:
    """Return a person's bundle with its applications, as far as whoever asks reaches them.

    :raises LifeBundle.DoesNotExist: when there is none, it is another's, or nothing of it is reached.
    """
    bundle = LifeBundle.objects.get(id=bundle_id, applicant_id=applicant_id)
    standing = [each for each in standing_of(bundle) if covers(actor, each.row.version)]
    if actor is not None and not standing:
        raise LifeBundle.DoesNotExist
    return bundle, standing


def standing_of(bundle: LifeBundle) -> list[Standing]:
    """Return how the applications of a bundle stand, by two queries."""
    ids = list(bundle.parts.order_by("position").values_list("application_id", flat=True))
    rows = {row.version.slug: row for row in get_rows(ids, applicant_id=bundle.applicant_id)}
    event = life_events()[bundle.event]
    return [_standing(event.part(slug), row, rows) for slug, row in rows.items()]


def _standing(part: Part, row: Row, rows: Mapping[str, Row]) -> Standing:
    before = rows.get(part.after)
    if row.state != DRAFT or before is None:
        return Standing(part, row, None, {})
    document = before.document
    if before.end != "granted" or (part.takes and document is None):
        return Standing(part, row, before, {})
    values = {"document.number": document.number, "document.code": document.code} if document else {}
    return Standing(part, row, None, {pointer: values[what] for pointer, what in part.takes.items()})


def bundle_body(bundle: LifeBundle, standing: list[Standing], language: str, *, now: datetime) -> dict[str, Any]:
    """Return a bundle as its owner sees it. `problems` are what a draft still lacks; what another gives is no lack."""
    event = life_events()[bundle.event]
    return {
        "id": str(bundle.id),
        "life_event": bundle.event,
        "title": local(dict(event.title), language),
        "answers": bundle.answers,
        "created_at": moment(bundle.created_at),
        "submitted_at": moment(bundle.submitted_at),
        "applications": [_line(each, language, now) for each in standing],
    }


def _line(each: Standing, language: str, now: datetime) -> dict[str, Any]:
    row, version = each.row, each.row.version
    return {
        "id": str(row.id),
        "service": {"slug": version.slug, "title": version.text("title", language)},
        "agency": {"code": version.agency_code, "name": version.agency_name},
        "number": row.number,
        "state": row.state,
        "state_label": state_label(version, row.state, language),
        "end": row.end or None,
        "waits_for": _waiting(each, language),
        "problems": list(_lacking(each, language, now)) if row.state == DRAFT else [],
    }


def _waiting(each: Standing, language: str) -> dict[str, Any] | None:
    if each.waits_for is None:
        return None
    return {
        "service": each.waits_for.version.slug,
        "why": local(dict(each.part.why), language) if each.part.why else "",
        "in_vain": each.waits_for.end not in ("", "granted"),
    }


def _lacking(each: Standing, language: str, now: datetime) -> Iterator[dict[str, str]]:
    """Yield what keeps a draft from being handed in: answers and files."""
    row, definition = each.row, each.row.version.definition
    for problem in definition.form.evaluate(row.answers, today=city_day(now)).problems:
        if problem.pointer not in each.part.takes:
            detail = problem.detail if isinstance(problem.detail, str) else local(dict(problem.detail), language)
            yield {"pointer": f"/answers{problem.pointer}", "code": problem.code, "detail": detail}
    handed_in = {file["requirement"] for file in row.files}
    for asked in definition.required_documents(row.answers, city_day(now)):
        if asked.id not in handed_in:
            yield {"pointer": f"/files/{asked.id}", "code": "required", "detail": local(dict(asked.title), language)}


def bundle_timeline(standing: list[Standing], language: str) -> list[dict[str, Any]]:
    """Return what happened to all of them, oldest first, each line with its service."""
    lines = [
        line | {"service": {"slug": each.row.version.slug, "title": each.row.version.text("title", language)}}
        for each in standing
        for line in timeline(each.row.id, each.row.version, language)
    ]
    return sorted(
        lines, key=lambda line: (datetime.fromisoformat(line["at"]), line["service"]["slug"], line["sequence"])
    )
