"""The bytes behind an application: files handed in, the document issued."""

from collections.abc import Collection
from uuid import UUID

from services.applications.models import Application, ApplicationFile
from services.definitions.changes import HandedIn
from services.documents.models import IssuedDocument, StoredFile

KINDS = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png"}


def file_of(application_id: UUID, file_id: UUID) -> StoredFile:
    """Return a file of an application that the caller may see.

    :raises ApplicationFile.DoesNotExist: when the application has no such file.
    """
    return ApplicationFile.objects.select_related("file").get(id=file_id, application_id=application_id).file


def document_of(application_id: UUID) -> IssuedDocument | None:
    """Return the document issued for an application that the caller may see; None before it is issued."""
    return Application.objects.select_related("document").get(id=application_id).document


def files_of(application_ids: Collection[UUID]) -> dict[UUID, dict[str, HandedIn]]:
    """Return what was handed in for each application, by document; nothing for one without files."""
    found: dict[UUID, dict[str, HandedIn]] = {}
    rows = ApplicationFile.objects.filter(application_id__in=application_ids)
    for id, requirement, kind, size in rows.values_list(
        "application_id", "requirement", "file__media_type", "file__size"
    ):
        found.setdefault(id, {})[requirement] = HandedIn(KINDS.get(kind, kind), size)
    return found
