"""The resident's inbox."""

from django.conf import settings
from django.db import models

from superapp.identifiers import uuid7


class Notice(models.Model):
    """A message to a person. `event_id` makes one event one notice, however often it is told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No index of its own: the unique constraint begins with it.
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    event_id = models.UUIDField()
    kind = models.CharField(max_length=60, help_text="topic of the event, e.g. application.submitted")
    title = models.JSONField(help_text='{"id": ..., "en": ...}')
    body = models.JSONField(help_text='{"id": ..., "en": ...}')
    application_id = models.UUIDField(null=True)
    below = models.TextField(db_default="", help_text="where it leads, below its application's page")
    created_at = models.DateTimeField()  # when it happened, however late it was told
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("recipient", "event_id"), name="notifications_notice_once"),)
        indexes = (
            models.Index(fields=("recipient", "-created_at", "-id"), name="notifications_inbox"),
            models.Index(
                fields=("recipient", "-created_at", "-id"),
                name="notifications_unread",
                condition=models.Q(read_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_id}"
