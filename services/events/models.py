"""The outbox: what happened, kept until everyone who must hear of it has heard."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from superapp.identifiers import uuid7

MAX_ATTEMPTS = 12


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened.

    `body` is a JSON object of identifiers and plain facts: never NIK, answers or files.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    topic = models.CharField(max_length=60, help_text="e.g. application.submitted")
    key = models.UUIDField(help_text="What it happened to, e.g. the application's id")
    body = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    fanned_out_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(
                fields=("created_at", "id"),
                name="events_outbox_waiting",
                condition=models.Q(fanned_out_at=None),
            ),
            models.Index(fields=("key",), name="events_outbox_key"),
            # Found by age when pruned; costs an insert next to nothing.
            BrinIndex(fields=("created_at",), name="events_outbox_age"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"


class Delivery(models.Model):
    """One consumer's hearing of one event: tried with growing delay, then parked for a person.

    What only plans anew (`OUTBOX_PATIENT`) is tried for thirty days before.
    """

    # No index of its own: the unique constraint begins with it.
    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    consumer = models.CharField(max_length=60)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)
    latest_error = models.TextField(blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("event", "consumer"), name="events_delivery_once"),)
        indexes = (
            models.Index(
                fields=("due_at", "id"),
                name="events_delivery_due",
                condition=models.Q(done_at=None, parked_at=None),
            ),
            models.Index(
                fields=("parked_at", "id"),
                name="events_delivery_parked",
                condition=models.Q(parked_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.consumer} of {self.event_id}"
