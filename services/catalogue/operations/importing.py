"""A bundle from another environment is taken in: what is new becomes a draft, what an admin wrote here stays."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from services.catalogue.bundles import Bundle
from services.catalogue.models import Change, Publication, Service, ServiceDraft
from services.catalogue.operations.cases import take_cases
from services.catalogue.operations.drafts import begin_draft, create_service
from services.catalogue.operations.publishing import Wish, publish_draft
from services.catalogue.operations.releasing import lock_catalogue, note
from services.catalogue.queries.authoring import draft_of
from services.catalogue.queries.packing import Step, planned
from superapp.http.problems import FieldError, Problem

_CONFLICTS: Final = frozenset({"draft_exists", "publication_open", "slug_taken"})


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one service of a bundle."""

    step: Step
    publication: Publication | None = None


def not_importable(errors: list[FieldError]) -> Problem:
    """Return the refusal of a bundle: 409 where something written here stands in its way alone, else 422."""
    conflict = all(each.code in _CONFLICTS for each in errors)
    return Problem(
        status=409 if conflict else 422,
        code="import_conflict" if conflict else "not_importable",
        detail={
            "id": f"Tidak ada yang diimpor: {len(errors)} hal menghalangi.",
            "en": f"Nothing was imported: {len(errors)} things stand in the way.",
        },
        errors=errors,
    )


@transaction.atomic
def import_bundle(
    bundle: Bundle,
    *,
    agency_ids: Collection[UUID] | None,
    actor_id: UUID,
    now: datetime,
    wish: Wish | None = None,
) -> list[Imported]:
    """Make a draft of every service whose content is not here yet, and publish it where `wish` says how.

    All of it or nothing. Importing it again changes nothing. `agency_ids` are those for which the actor may act; None:
    all, for an operator.

    :raises Problem: 422 `not_importable` or 409 `import_conflict`, naming everything; with `wish` as `publish_draft`.
    """
    lock_catalogue()
    steps = planned(bundle, agency_ids=agency_ids)
    if errors := [error for step in steps for error in step.errors]:
        raise not_importable(errors)
    return [_take(bundle, step, wish, actor_id=actor_id, now=now) for step in steps]


def _take(bundle: Bundle, step: Step, wish: Wish | None, *, actor_id: UUID, now: datetime) -> Imported:
    draft = _begin(bundle, step, actor_id=actor_id, now=now) if step.action != "unchanged" else _waiting(step)
    service = draft.service if draft else step.service
    if service is not None and (new := step.cases_that("new")):
        cases = [case for case, _done in step.cases if case.id in new]
        take_cases(service, cases, bundle=bundle.id, actor_id=actor_id, now=now)
    if wish is None or draft is None:
        return Imported(step)
    made = publish_draft(
        service=draft.service, if_match=str(draft.revision), wish=wish, actor_id=actor_id, now=now
    )  # fmt: skip
    return Imported(step, made)


def _waiting(step: Step) -> ServiceDraft | None:
    """Return the draft that an earlier import made of the same content, and that nobody published since."""
    draft = draft_of(step.service) if step.service else None
    return draft if draft and draft.sha256 == step.packed.sha256 else None


def _begin(bundle: Bundle, step: Step, *, actor_id: UUID, now: datetime) -> ServiceDraft:
    packed = step.packed
    if step.service is None:
        assert step.agency  # noqa: S101 - a step without it has an error
        draft = create_service(
            agency=step.agency, slug=packed.service, content=packed.content, actor_id=actor_id, now=now
        )
        Service.objects.filter(pk=draft.service_id).update(module=packed.module)
    else:
        draft = begin_draft(
            service=step.service, number=None, content=packed.content, actor_id=actor_id, now=now
        )  # fmt: skip
    said = {
        "bundle": bundle.id,
        "from": bundle.source,
        "signed_by": bundle.signer.name,
        "key": bundle.signer.key_id,
        "version": packed.number,
        "sha256": packed.sha256,
    }
    note(draft.service, Change.What.IMPORTED, actor_id=actor_id, now=now, values=said)
    return draft
