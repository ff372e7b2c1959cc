"""Life events as anybody sees them, bundles as their owner does."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.bearer import Actor
from services.applications.city_time import city_day, moment
from services.applications.life_events import LifeEvent, Part, life_events, schema_at
from services.applications.models import DRAFT, BundlePart, LifeBundle
from services.applications.queries.behalf import covers, reached_services
from services.applications.queries.detail import Row, get_rows, needs_correction, state_label, told_due
from services.applications.queries.history import histories_of, told_timeline
from services.catalogue.models import Service
from services.catalogue.queries import local
from services.catalogue.versions import Version, version_of
from services.definitions.values import patch_of
from superapp.http.merging import merge_patch
from superapp.http.pagination import Key, rows_of


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
        "reason": local(dict(part.reason), language) if part.reason else None,
        "basis": part.basis or None,
    }


def bundle_of(bundle_id: UUID, applicant_id: UUID, actor: Actor | None) -> tuple[LifeBundle, list[Standing]]:
    """Return a person's bundle with its applications, as far as whoever asks reaches them.

    :raises LifeBundle.DoesNotExist: when there is none, it is another's, or nothing of it is reached.
    """
    bundle = LifeBundle.objects.get(id=bundle_id, applicant_id=applicant_id)
    standing = _reached(standing_of(bundle), actor)
    if actor is not None and not standing:
        raise LifeBundle.DoesNotExist
    return bundle, standing


def bundles_of(
    applicant_id: UUID, actor: Actor | None, *, limit: int, after: Key | None, before: Key | None
) -> list[tuple[LifeBundle, list[Standing]]]:
    """Return up to `limit` of a person's bundles, latest first, each as far as whoever asks reaches it.

    `after` and `before` are the key (created_at, id) of a neighbouring page's edge; one of them at most. One of which
    nothing is reached, or whose drafts were all thrown away, is left out. Three queries, however many there are.
    """
    parts = BundlePart.objects.filter(bundle=OuterRef("pk"))
    if actor is not None:
        parts = parts.filter(application__service__in=reached_services(actor))
    found = LifeBundle.objects.filter(Exists(parts), applicant_id=applicant_id)
    standing = standings_of(rows_of(found, "created_at", limit=limit, after=after, before=before))
    return [(each, _reached(here, actor)) for each, here in standing]


def _reached(standing: list[Standing], actor: Actor | None) -> list[Standing]:
    return [each for each in standing if covers(actor, each.row.version)]


def standing_of(bundle: LifeBundle) -> list[Standing]:
    """Return how the applications of a bundle stand, by two queries."""
    ((_, standing),) = standings_of([bundle])
    return standing


def standings_of(bundles: Sequence[LifeBundle]) -> list[tuple[LifeBundle, list[Standing]]]:
    """Return how the applications of some bundles of one person stand, by two queries."""
    ids: dict[UUID, list[UUID]] = {each.id: [] for each in bundles}
    parts = BundlePart.objects.filter(bundle__in=list(ids)).order_by("bundle_id", "position")
    for bundle_id, application_id in parts.values_list("bundle_id", "application_id"):
        ids[bundle_id].append(application_id)
    everything = [id for some in ids.values() for id in some]
    read = get_rows(everything, applicant_id=bundles[0].applicant_id) if bundles else []
    rows = {row.id: row for row in read}
    return [(each, _standings(each, [rows[id] for id in ids[each.id] if id in rows])) for each in bundles]


def _standings(bundle: LifeBundle, found: Sequence[Row]) -> list[Standing]:
    rows = {row.version.slug: row for row in found}
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
    return bundle_line(bundle, standing, language) | {
        "answers": bundle.answers,
        "applications": [_full_line(bundle, each, language, now) for each in standing],
    }


def bundle_line(bundle: LifeBundle, standing: list[Standing], language: str) -> dict[str, Any]:
    """Return a bundle as its owner's list shows it: without answers, and without what drafts lack."""
    return {
        "id": str(bundle.id),
        "life_event": bundle.event,
        "title": local(dict(life_events()[bundle.event].title), language),
        "created_at": moment(bundle.created_at),
        "submitted_at": moment(bundle.submitted_at),
        "applications": [_line(each, language) for each in standing],
    }


def _full_line(bundle: LifeBundle, each: Standing, language: str, now: datetime) -> dict[str, Any]:
    lacking = list(_lacking(bundle, each, language, now)) if each.row.state == DRAFT else []
    return _line(each, language) | {"problems": lacking}


def _line(each: Standing, language: str) -> dict[str, Any]:
    row, version = each.row, each.row.version
    return {
        "id": str(row.id),
        "service": {"slug": version.slug, "title": version.text("title", language)},
        "agency": {"code": version.agency_code, "name": version.agency_name},
        "number": row.number,
        "state": row.state,
        "state_label": state_label(version, row.state, language),
        "end": row.end or None,
        "due_on": due.isoformat() if (due := told_due(row.due_on, row.paused_on)) else None,
        "needs_correction": needs_correction(version, row.state, row.paused_on),
        "waits_for": _waiting(each, language),
    }


def _waiting(each: Standing, language: str) -> dict[str, Any] | None:
    if each.waits_for is None:
        return None
    return {
        "service": each.waits_for.version.slug,
        "title": each.waits_for.version.text("title", language),
        "why": local(dict(each.part.why), language) if each.part.why else "",
        "in_vain": each.waits_for.end not in ("", "granted"),
    }


def _lacking(bundle: LifeBundle, each: Standing, language: str, now: datetime) -> Iterator[dict[str, str]]:
    """Yield what keeps a draft from being handed in: answers and files."""
    row, definition, today = each.row, each.row.version.definition, city_day(now)
    answers = row.answers
    for pointer, value in unwritten(bundle, row.version.id, answers, now).items():
        answers = merge_patch(answers, patch_of(pointer, value))
    for problem in definition.form.evaluate(answers, today=today).problems:
        if problem.pointer not in each.part.takes:
            detail = problem.detail if isinstance(problem.detail, str) else local(dict(problem.detail), language)
            yield {"pointer": f"/answers{problem.pointer}", "code": problem.code, "detail": detail}
    handed_in = {file["requirement"] for file in row.files}
    for asked in definition.required_documents(answers, today):
        if asked.id not in handed_in:
            yield {"pointer": f"/files/{asked.id}", "code": "required", "detail": local(dict(asked.title), language)}


def unwritten(bundle: LifeBundle, version_id: UUID, answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what was answered once and a draft with these `answers` requires and lacks: pointer to value.

    A field that did not show when the answer came had no place for it; it shows since, and is not asked again.
    """
    version = version_of(version_id)
    lacking = [
        problem.pointer
        for problem in version.definition.form.evaluate(dict(answers), today=city_day(now)).problems
        if problem.code == "required"
    ]
    places = {
        each.places[version.slug]: each.id
        for each in life_events()[bundle.event].questions
        if version.slug in each.places
    }
    return {
        pointer: bundle.answers[question]
        for pointer, question in places.items()
        if question in bundle.answers and any(f"{pointer}/".startswith(f"{each}/") for each in lacking)
    }


def bundle_timeline(standing: list[Standing], language: str) -> list[dict[str, Any]]:
    """Return what happened to all of them, oldest first, each line with its service. One query."""
    events = histories_of([each.row.id for each in standing])
    lines = [
        line | {"service": {"slug": each.row.version.slug, "title": each.row.version.text("title", language)}}
        for each in standing
        for line in told_timeline(events[each.row.id], each.row.version, language)
    ]
    return sorted(
        lines, key=lambda line: (datetime.fromisoformat(line["at"]), line["service"]["slug"], line["sequence"])
    )
