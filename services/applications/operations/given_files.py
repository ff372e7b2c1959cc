"""Files that an action asks: taken with it, bound to its event, gone when they are not used."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from services.applications.models import ActionFile, Application, Event
from services.applications.models.action_files import WAITS
from services.applications.queries.action_files import staged_by
from services.catalogue.versions import Version
from services.definitions import StepDocument, Transition
from services.documents.operations import discard
from superapp.http.problems import FieldError, Problem

_BATCH = 200


def documents_missing(documents: Iterable[StepDocument]) -> Problem:
    """Return 422: the action needs files that nobody handed in, each by name."""
    missing = list(documents)
    titles = {code: ", ".join(f"“{each.title[code]}”" for each in missing) for code in ("id", "en")}
    owed = {"id": "Unggah berkas ini dahulu.", "en": "Upload this file first."}
    return Problem(
        status=422,
        code="documents_missing",
        detail={"id": f"Unggah dahulu: {titles['id']}.", "en": f"Upload first: {titles['en']}."},
        errors=[FieldError(f"/documents/{each.id}", "required", owed) for each in missing],
    )


def files_for(application: Application, transition: Transition, *, actor_id: UUID, now: datetime) -> list[ActionFile]:
    """Return the actor's files for an action, in the definition's order.

    :raises Problem: 422 naming each file that is owed.
    """
    if not transition.documents:
        return []
    # Locked, so that nobody sweeps away what is about to be bound.
    mine = staged_by(application.id, actor_id, now).select_for_update(of=("self",))
    staged = {(each.action, each.document): each for each in mine}
    found = {each.id: staged.get((transition.action, each.id)) for each in transition.documents}
    missing = [each for each in transition.documents if not each.optional and found[each.id] is None]
    if missing:
        raise documents_missing(missing)
    return [each for each in found.values() if each is not None]


def told(files: Iterable[ActionFile], transition: Transition) -> list[dict[str, Any]]:
    """Return the files as the event's data keep them."""
    titles: Mapping[str, Mapping[str, str]] = {each.id: each.title for each in transition.documents}
    return [
        {
            "id": str(each.id),
            "document": each.document,
            "title": dict(titles[each.document]),
            "internal": each.internal,
            "name": each.file.name,
            "media_type": each.file.media_type,
            "size": each.file.size,
            "sha256": each.file.sha256,
        }
        for each in files
    ]


def bind(files: Iterable[ActionFile], event: Event) -> None:
    """Make the files part of the event, for good."""
    ids = [each.id for each in files]
    if ids:
        ActionFile.objects.filter(id__in=ids).update(event=event)


def drop_unusable(application: Application, version: Version) -> None:
    """Let go of files staged for actions that the present state does not offer. The caller holds the row's lock."""
    workflow = version.definition.workflow
    if not any(each.documents for each in workflow.transitions):
        return
    waiting = ActionFile.objects.filter(application=application, event=None).select_related("file")
    for each in waiting:
        if workflow.transition(each.action, application.state) is None:
            _drop(each)


def sweep(*, now: datetime) -> int:
    """Let go of files that waited too long, or whose application ended; return how many. A batch at a time."""
    idle = ActionFile.objects.filter(Q(staged_at__lte=now - WAITS) | ~Q(application__end=""), event=None)
    ids = list(idle.order_by("staged_at", "id").values_list("id", flat=True)[:_BATCH])
    with transaction.atomic():
        # Whoever acts just now holds the application's row, and binds before or finds nothing.
        for each in ActionFile.objects.filter(id__in=ids, event=None).select_for_update(skip_locked=True, of=("self",)):
            _drop(each)
    return len(ids)


def forget_staged(person_id: UUID) -> None:
    """Let go of what this person handed in for actions that they will not take any more."""
    for each in ActionFile.objects.filter(staged_by_id=person_id, event=None).select_for_update(of=("self",)):
        _drop(each)


def _drop(each: ActionFile) -> None:
    stored = each.file
    each.delete()
    discard(stored)
