"""What is written about an application: notes within an agency, and messages between it and the applicant."""

import uuid

from django.conf import settings
from django.db import models

from services.agencies.models import Agency
from services.applications.models.application import Application


class Note(models.Model):
    """A note that an agency's staff write for each other. Never changed (the database refuses); no resident's route.

    `mentions` are `[{"id", "name"}]` of colleagues, as they were called then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    mentions = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("application", "agency", "-at", "-id"), name="applications_notes_latest"),)

    def __str__(self) -> str:
        return f"note on {self.application_id}"


class Message(models.Model):
    """A message from the agency to the applicant, or back. Nothing of it changes but when the other side read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="messages", db_index=False)
    from_office = models.BooleanField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    text = models.TextField()
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("application", "-at", "-id"), name="applications_messages_latest"),)

    def __str__(self) -> str:
        return f"message on {self.application_id}"
