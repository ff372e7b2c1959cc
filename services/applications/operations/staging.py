"""Handing in a file for an action before it is taken."""

from collections.abc import Set
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from services.applications.models import ActionFile, Application
from services.applications.operations.rounds import awaiting_correction
from services.applications.operations.transitions import permitted
from services.applications.queries.detail import needs_correction
from services.catalogue.versions import version_of
from services.documents.operations import accept_upload, discard
from superapp.http.problems import FieldError, Problem


@transaction.atomic
def stage_file(
    *,
    application_id: UUID,
    actor_id: UUID,
    roles: Set[str],
    action: str,
    document: str,
    upload: "UploadedFile[Any]",
    now: datetime,
) -> ActionFile:
    """Check and keep `upload` for an action that this person may take now; one of theirs before it gives way.

    :raises Problem: 409 and 403 as the action itself; 400 for a document that it does not ask; 413/415/422 from the
        checks of the file.
    """
    application = Application.objects.select_for_update(of=("self",)).get(id=application_id)
    version = version_of(application.version_id)
    transition, _role = permitted(application, version, action=action, actor_id=actor_id, roles=roles)
    if needs_correction(version, application.state, application.paused_on):
        raise awaiting_correction()
    asked = next((each for each in transition.documents if each.id == document), None)
    if asked is None:
        detail = {"id": "Tindakan ini tidak meminta berkas itu.", "en": "The action does not ask for this file."}
        error = FieldError("/document", "unknown_document", detail)
        raise Problem(status=400, code="unknown_document", detail=detail, errors=[error])
    stored = accept_upload(
        owner_id=application.applicant_id,
        upload=upload,
        allowed=asked.accept,
        max_bytes=asked.max_mb * 1024 * 1024,
        now=now,
    )
    _replace(application_id, actor_id, action, document)
    return ActionFile.objects.create(
        application=application,
        action=action,
        document=document,
        internal=asked.internal,
        file=stored,
        staged_by_id=actor_id,
        staged_at=now,
    )


def _replace(application_id: UUID, actor_id: UUID, action: str, document: str) -> None:
    standing = ActionFile.objects.filter(
        application_id=application_id, staged_by_id=actor_id, action=action, document=document, event=None
    )
    for each in standing.select_related("file"):
        each.delete()
        discard(each.file)


@transaction.atomic
def unstage_file(*, application_id: UUID, actor_id: UUID, action: str, file_id: UUID) -> None:
    """Take back a file that was not used yet.

    :raises ActionFile.DoesNotExist: when this person staged none such. :raises Problem: 409 once the action was taken.
    """
    Application.objects.select_for_update(of=("self",)).get(id=application_id)
    found = ActionFile.objects.select_related("file").get(
        id=file_id, application_id=application_id, action=action, staged_by_id=actor_id
    )
    if found.event_id is not None:
        detail = {"id": "Berkas ini sudah menjadi bagian riwayat.", "en": "This file is part of the history."}
        raise Problem(status=409, code="already_given", detail=detail)
    found.delete()
    discard(found.file)
