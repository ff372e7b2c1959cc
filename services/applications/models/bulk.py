"""One action on many applications, asked for once and done by the worker one after the other."""

from django.conf import settings
from django.db import models


class BulkJob(models.Model):
    """An officer's order to take `action` on up to 500 applications. Its id is made by the client.

    `sha256` is the order's own, so that the same id again is known as the same order. `done` and `refused` count items.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"

    id = models.UUIDField(primary_key=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    reason = models.TextField(blank=True)
    reason_code = models.CharField(max_length=40, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    total = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField(default=0)
    refused = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=("asked_at",), name="applications_bulk_age"),)

    def __str__(self) -> str:
        return f"{self.action} on {self.total}"


class BulkItem(models.Model):
    """One application of a job, and what became of it.

    `application_id` is as the officer sent it: there may be no such application. `problem` is what the single action
    would have answered: `{"status", "code", "detail": {"id", "en"}, "errors": [{"pointer", "code", "detail"}]}`.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    id = models.BigAutoField(primary_key=True)
    # No index of its own: the unique constraint begins with it.
    job = models.ForeignKey(BulkJob, on_delete=models.CASCADE, related_name="items", db_index=False)
    place = models.PositiveSmallIntegerField(help_text="in the order sent, from 0")
    application_id = models.UUIDField()
    revision = models.PositiveIntegerField(null=True, help_text="as the officer saw it; refused when it has moved on")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    number = models.CharField(max_length=20, blank=True, help_text="once it was found to be the officer's to see")
    problem = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("job", "place"), name="applications_bulk_place"),
            models.UniqueConstraint(fields=("job", "application_id"), name="applications_bulk_once"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.state}"
