"""The files of a draft: one for each required document, replaced by uploading again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from services.applications.models import DRAFT, Application, ApplicationFile
from services.applications.operations.drafts import not_a_draft
from services.applications.operations.moving import bring_up_to_date, handed_in_again
from services.applications.queries.stored import KINDS
from services.catalogue.versions import version_of
from services.documents.models import StoredFile
from services.documents.operations import accept_upload, discard, hold
from superapp.http.problems import FieldError, Problem


@transaction.atomic
def attach_file(
    *, application_id: UUID, applicant_id: UUID, requirement: str, upload: "UploadedFile[Any]", now: datetime
) -> ApplicationFile:
    """Check and keep `upload` as the file for `requirement` of this person's draft; replace the one that stood.

    :raises Application.DoesNotExist: when it is not theirs.
    :raises Problem: 409 not a draft, 400 unknown requirement, 413/415/422 from the checks of the file.
    """
    application = _locked_draft(application_id, applicant_id)
    bring_up_to_date(application, seen=False, now=now)
    asked = {each.id: each for each in version_of(application.version_id).definition.requirements}.get(requirement)
    if asked is None:
        detail = {"id": "Dokumen ini tidak diminta layanan.", "en": "The service does not ask for this document."}
        raise Problem(
            status=400,
            code="unknown_requirement",
            detail=detail,
            errors=[FieldError("/requirement", "unknown_requirement", detail)],
        )
    stored = accept_upload(
        owner_id=applicant_id, upload=upload, allowed=asked.accept, max_bytes=asked.max_mb * 1024 * 1024, now=now
    )
    return _put(application, requirement, stored, now)


def attach_standing(
    *,
    application: Application,
    requirement: str,
    file_id: UUID,
    now: datetime,
    receipt: dict[str, Any] | None = None,
    pointer: str = "/requirement",
) -> ApplicationFile:
    """Make a file that is there already the one for `requirement`, by reference, of a draft whose row is locked.

    `receipt` says from where it was taken over, where it was.

    :raises StoredFile.DoesNotExist: when it went meanwhile.
    :raises Problem: 422 at `pointer` when the draft does not take its kind or size.
    """
    stored = hold(file_id)
    asked = {each.id: each for each in version_of(application.version_id).definition.requirements}[requirement]
    if KINDS.get(stored.media_type) not in asked.accept or stored.size > asked.max_mb * 1024 * 1024:
        detail = {"id": "Berkas ini tidak sesuai untuk dokumen ini.", "en": "This file does not do for this document."}
        raise Problem(status=422, code="unfit_file", detail=detail, errors=[FieldError(pointer, "unfit_file", detail)])
    return _put(application, requirement, stored, now, receipt)


def _put(
    application: Application,
    requirement: str,
    stored: StoredFile,
    now: datetime,
    receipt: dict[str, Any] | None = None,
) -> ApplicationFile:
    """Put a file in its place; let go of the one that stood there, and of its receipt."""
    drop_receipt(application, requirement)
    if receipt is not None:
        application.reused_files = (application.reused_files or {}) | {requirement: receipt}
    standing = application.files.filter(requirement=requirement).select_related("file").first()
    if standing is None:
        standing = ApplicationFile.objects.create(application=application, requirement=requirement, file=stored)
    elif standing.file_id != stored.id:
        replaced, standing.file = standing.file, stored
        standing.save(update_fields=["file"])
        discard(replaced)
    if application.moved:
        application.moved = handed_in_again(application.moved, requirement)
    _touch(application, now)
    return standing


@transaction.atomic
def remove_file(*, application_id: UUID, applicant_id: UUID, file_id: UUID, now: datetime) -> None:
    """Take a file out of a draft.

    :raises Application.DoesNotExist: when the draft is not theirs.
    :raises ApplicationFile.DoesNotExist: when it holds no such file.
    :raises Problem: 409 when no longer a draft.
    """
    application = _locked_draft(application_id, applicant_id)
    found = application.files.select_related("file").get(id=file_id)
    found.delete()
    discard(found.file)
    drop_receipt(application, found.requirement)
    _touch(application, now)


def drop_receipt(application: Application, requirement: str) -> None:
    """Forget from where the file in a place was taken over, since another stands there now; the caller saves."""
    kept = {name: each for name, each in (application.reused_files or {}).items() if name != requirement}
    application.reused_files = kept or None


def _locked_draft(application_id: UUID, applicant_id: UUID) -> Application:
    application = Application.objects.select_for_update().get(id=application_id, applicant_id=applicant_id)
    if application.state != DRAFT:
        raise not_a_draft(application.state)
    return application


def _touch(application: Application, now: datetime) -> None:
    """Move the revision, so that a submission under way notices."""
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["moved", "reused_files", "revision", "updated_at"])
