"""One start at several agencies: asked once, given to each, handed in together, each on its own afterwards."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from accounts.bearer import Actor
from services.applications.life_events import LifeEvent, Shared, life_events
from services.applications.models import DRAFT, Application, ApplicationFile, BundlePart, LifeBundle
from services.applications.operations.drafts import create_draft, id_taken, save_answers
from services.applications.operations.files import attach_file, attach_standing
from services.applications.operations.submission import Command, submit
from services.applications.queries.bundles import Standing, standing_of, unwritten, versions_of
from services.catalogue.versions import version_of
from services.definitions.values import patch_of
from superapp.http.merging import merge_patch
from superapp.http.problems import FieldError, Problem, invalid

NAMESPACE = UUID("5c1e6b0a-7c39-4f0e-9a35-2f6f7f0c7d11")
Fault = tuple[str, Problem]  # the service, and what it refuses


def open_bundle(
    *,
    id: UUID,
    applicant_id: UUID,
    assurance: str,
    event: LifeEvent,
    chosen: Sequence[str] | None,
    actor: Actor | None,
    now: datetime,
) -> tuple[LifeBundle, bool, list[Fault]]:
    """Begin a draft for each service of a life event, or for those chosen. Return it, if it is new, and who refused.

    The same id again, by the same person for the same event, returns what stands. A service that refuses (closed,
    assurance too low, not on another's behalf) is left out, and the others begin.

    :raises Problem: 409 id taken; 400 a service that the event does not open; 403 or 409 when every service refuses.
    """
    standing = LifeBundle.objects.filter(id=id).first()
    if standing is None:
        slugs = _chosen(event, chosen)
        try:
            with transaction.atomic():
                return _opened(id, applicant_id, assurance, event, slugs, actor, now)
        except IntegrityError:
            standing = LifeBundle.objects.get(id=id)
    if standing.applicant_id != applicant_id or standing.event != event.key:
        raise id_taken()
    return standing, False, []


def _chosen(event: LifeEvent, chosen: Sequence[str] | None) -> list[str]:
    slugs = [each.slug for each in versions_of(event)]
    if chosen is None:
        return slugs
    detail = {"id": "Layanan ini tidak termasuk peristiwa ini.", "en": "This service is not one of this event."}
    wrong = [place for place, slug in enumerate(chosen) if slug not in slugs]
    if wrong or not chosen:
        raise invalid([FieldError(f"/services/{place}", "unknown_service", detail) for place in wrong or [0]])
    return [slug for slug in slugs if slug in chosen]


def _opened(
    id: UUID,
    applicant_id: UUID,
    assurance: str,
    event: LifeEvent,
    slugs: Sequence[str],
    actor: Actor | None,
    now: datetime,
) -> tuple[LifeBundle, bool, list[Fault]]:
    bundle = LifeBundle.objects.create(id=id, applicant_id=applicant_id, event=event.key, created_at=now)
    refused: list[Fault] = []
    for position, slug in enumerate(slugs):
        try:
            application, _ = create_draft(
                id=uuid5(NAMESPACE, f"{id} {slug}"),
                applicant_id=applicant_id,
                assurance=assurance,
                service=slug,
                actor=actor,
                now=now,
            )
        except Problem as problem:
            refused.append((slug, problem))
            continue
        _set(application, event.part(slug).sets, now)
        BundlePart.objects.create(bundle=bundle, application=application, service=slug, position=position)
    if len(refused) == len(slugs):
        raise refused[0][1] if refused else _nothing_to_open()
    return bundle, True, refused


def _set(draft: Application, values: Mapping[str, Any], now: datetime) -> None:
    """Write what the event itself says: it decides which fields show, so it stands before any answer comes."""
    patch: dict[str, Any] = {}
    for pointer, value in values.items():
        patch = merge_patch_of(patch, pointer, value)
    if patch:
        save_answers(application=draft, patch=patch, now=now)


def _nothing_to_open() -> Problem:
    detail = {"id": "Belum ada layanan untuk peristiwa ini.", "en": "No service is open for this event yet."}
    return Problem(status=409, code="nothing_to_open", detail=detail)


@transaction.atomic
def answer_bundle(*, bundle: LifeBundle, reached: Sequence[UUID], patch: Mapping[str, Any], now: datetime) -> None:
    """Keep answers to shared questions (null removes one), and write each into every draft that asks it.

    `reached` are the applications that whoever answers may change. What was handed in already stays as it is.

    :raises Problem: 400 naming each question that is unknown or of a wrong type.
    """
    bundle = LifeBundle.objects.select_for_update().get(id=bundle.id)
    questions = {each.id: each for each in life_events()[bundle.event].questions}
    detail = {"id": "Pertanyaan tidak dikenal.", "en": "There is no such question."}
    if unknown := [each for each in patch if each not in questions]:
        raise invalid([FieldError(f"/answers/{each}", "unknown_field", detail) for each in unknown])
    for draft in _drafts(reached):
        slug = version_of(draft.version_id).slug
        asked = [questions[each] for each in patch if slug in questions[each].places]
        changes: dict[str, Any] = {}
        for each in asked:
            changes = merge_patch_of(changes, each.places[slug], patch[each.id])
        if changes:
            _save(draft, changes, asked, slug, now)
    bundle.answers = merge_patch(bundle.answers, patch)
    bundle.save(update_fields=["answers"])


def merge_patch_of(patch: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """Return a patch with `value` written at `pointer`, too; a null stays, since it removes."""

    def put(into: dict[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
        for key, each in more.items():
            inner = into.get(key)
            into[key] = put(inner, each) if isinstance(each, dict) and isinstance(inner, dict) else each
        return into

    return put(patch, patch_of(pointer, value))


def _save(draft: Application, changes: dict[str, Any], asked: Sequence[Shared], slug: str, now: datetime) -> None:
    try:
        save_answers(application=draft, patch=changes, now=now)
    except Problem as problem:
        places = {f"/answers{each.places[slug]}": each.id for each in asked}
        errors = [
            FieldError(f"/answers/{places.get(each.pointer, '')}".rstrip("/"), each.code, each.detail)
            for each in problem.errors
        ]
        raise Problem(status=problem.status, code=problem.code, detail=problem.detail, errors=errors) from problem


def _drafts(ids: Sequence[UUID]) -> list[Application]:
    found = Application.objects.select_for_update().filter(id__in=ids, state=DRAFT, submitted_at=None)
    return list(found.order_by("id"))


@transaction.atomic
def hand_in(
    *, bundle: LifeBundle, reached: Sequence[UUID], document: str, upload: "UploadedFile[Any]", now: datetime
) -> list[str]:
    """Keep a file once, for every draft of the bundle that asks for this document. Return their services.

    :raises Problem: 400 unknown document, 409 when nothing asks for it any more, 413/415/422 from the checks.
    """
    shared = next((each for each in life_events()[bundle.event].documents if each.id == document), None)
    detail = {"id": "Dokumen tidak dikenal.", "en": "There is no such document."}
    if shared is None:
        raise invalid([FieldError("/document", "unknown_document", detail)])
    asking = [each for each in _drafts(reached) if version_of(each.version_id).slug in shared.places]
    if not asking:
        gone = {"id": "Tidak ada permohonan yang masih menunggu dokumen ini.", "en": "Nothing waits for it any more."}
        raise Problem(status=409, code="not_asked_any_more", detail=gone)
    first: ApplicationFile | None = None
    for each in asking:
        requirement = shared.places[version_of(each.version_id).slug]
        if first is None:
            first = attach_file(
                application_id=each.id,
                applicant_id=bundle.applicant_id,
                requirement=requirement,
                upload=upload,
                now=now,
            )
        else:
            attach_standing(application=each, requirement=requirement, file_id=first.file_id, now=now)
    return sorted(version_of(each.version_id).slug for each in asking)


def submit_bundle(
    *, bundle: LifeBundle, standing: Sequence[Standing], actor: Actor | None, assurance: str | None, now: datetime
) -> list[Fault]:
    """Hand in what can be: each application by itself, so that one that is refused keeps no other back.

    What waits for the outcome of another stays a draft. Return what was refused, by service. Sent again it goes on.
    """
    LifeBundle.objects.filter(id=bundle.id, submitted_at=None).update(submitted_at=now, on_behalf=actor is not None)
    refused = []
    for each in standing:
        if each.row.state != DRAFT or each.waits_for is not None:
            continue
        if (problem := _submit(bundle, each, actor, assurance, now)) is not None:
            refused.append((each.row.version.slug, problem))
    return refused


def _submit(
    bundle: LifeBundle, each: Standing, actor: Actor | None, assurance: str | None, now: datetime
) -> Problem | None:
    """Hand one in, with what the one before gave; return why not."""
    key = f"bundle {bundle.id} {each.part.service}"
    try:
        _fill_in(bundle, each, now)
        submit(
            Command(
                application_id=each.row.id,
                applicant_id=bundle.applicant_id,
                key=key,
                fingerprint=sha256(key.encode()).hexdigest(),
                language="id",
                if_match=None,
                now=now,
                actor=actor,
                assurance=assurance,
            )
        )
    except Problem as problem:
        return problem
    return None


@transaction.atomic
def _fill_in(bundle: LifeBundle, each: Standing, now: datetime) -> None:
    """Write what the one before gave, and what was answered once when this form did not show the field yet."""
    for draft in _drafts([each.row.id]):
        _set(draft, dict(each.given) | unwritten(bundle, draft.version_id, draft.answers, now), now)


def go_on(*, application_id: UUID, now: datetime) -> list[tuple[Standing, bool]]:
    """Hand in what waited for this application, where its bundle was handed in. Return each, and whether it is done.

    What a mandate handed in is left to whoever acts: nobody does it unasked. Told again, nothing is left to do.
    """
    part = BundlePart.objects.select_related("bundle").filter(application_id=application_id).first()
    if part is None or part.bundle.submitted_at is None:
        return []
    waited = [
        each
        for each in standing_of(part.bundle)
        if each.part.after == part.service and each.row.state == DRAFT and each.waits_for is None
    ]
    if part.bundle.on_behalf:
        return [(each, False) for each in waited]
    return [(each, _submit(part.bundle, each, None, None, now) is None) for each in waited]
