"""The bytes behind an application: files handed in, the document issued."""

from uuid import UUID

from services.applications.models import Application, ApplicationFile
from services.documents.models import IssuedDocument, StoredFile


def file_of(application_id: UUID, file_id: UUID) -> StoredFile:
    """Return a file of an application that the caller may see.

    :raises ApplicationFile.DoesNotExist: when the application has no such file.
    """
    return ApplicationFile.objects.select_related("file").get(id=file_id, application_id=application_id).file


def document_of(application_id: UUID) -> IssuedDocument | None:
    """Return the document issued for an application that the caller may see; None before it is issued."""
    return Application.objects.select_related("document").get(id=application_id).document
