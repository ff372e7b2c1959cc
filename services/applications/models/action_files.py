"""Files handed in with an action of the workflow."""

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import models

from services.applications.models.application import Application
from services.applications.models.history import Event
from services.documents.models import StoredFile

# How long a file waits for its action.
WAITS: Final = timedelta(days=7)


class ActionFile(models.Model):
    """A file for a document that a transition asks: staged by who may take the action, then bound to its event.

    Without `event` it waits for `staged_by`, and nobody else, to take the action; what is not used goes
    (operations.given_files). With one it never changes again: the database refuses. `internal`: not the applicant's
    to see.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="action_files")
    action = models.CharField(max_length=40)
    document = models.CharField(max_length=60)
    internal = models.BooleanField(default=False)
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    staged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    staged_at = models.DateTimeField()
    # No index of its own: the unique constraint begins with it.
    event = models.ForeignKey(Event, on_delete=models.PROTECT, null=True, related_name="files", db_index=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "action", "document", "staged_by"),
                name="applications_staged_once",
                condition=models.Q(event=None),
            ),
            models.UniqueConstraint(fields=("event", "document"), name="applications_given_once"),
        )
        indexes = (
            models.Index(fields=("staged_at", "id"), name="applications_staged", condition=models.Q(event=None)),
        )

    def __str__(self) -> str:
        return f"{self.document} with {self.action} of {self.application_id}"

    @property
    def expires_at(self) -> datetime:
        """Return until when it waits, unless it is used before."""
        return self.staged_at + WAITS
