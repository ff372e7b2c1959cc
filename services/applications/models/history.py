"""What cannot be changed: what was submitted, and an application's history."""

from django.conf import settings
from django.db import models

from services.applications.models.application import Application
from superapp.identifiers import uuid7


class Submission(models.Model):
    """What was submitted, as submitted. Never changed (the database refuses)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No index of its own: the unique constraint begins with it.
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions", db_index=False)
    number = models.PositiveSmallIntegerField(help_text="1 is the first submission")
    answers = models.JSONField()
    files = models.JSONField(help_text='{requirement: {"file": uuid, "sha256": hex, "name": str}}')
    sha256 = models.CharField(max_length=64)
    submitted_at = models.DateTimeField()
    receipt = models.TextField(null=True, help_text="compact JWS (services.applications.receipts)")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "number"), name="applications_submission_once"),)

    def __str__(self) -> str:
        return f"{self.application_id} #{self.number}"


class Event(models.Model):
    """One line of an application's history: append-only, each holding the hash of the one before it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No index of its own: the unique constraint begins with it.
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events", db_index=False)
    sequence = models.PositiveIntegerField()
    type = models.CharField(max_length=60, help_text="e.g. submitted, review_started, granted, document_issued")
    action = models.CharField(max_length=40, blank=True)
    from_state = models.CharField(max_length=40)
    to_state = models.CharField(max_length=40)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_role = models.CharField(max_length=10, help_text="resident, officer, approver, admin, system")
    reason = models.TextField(blank=True, help_text="the words that the resident reads")
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "sequence"), name="applications_event_once"),)

    def __str__(self) -> str:
        return f"{self.application_id} #{self.sequence} {self.type}"
