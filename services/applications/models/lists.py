"""What officers keep of the queue: views by name, and lists taken out as files."""

import uuid

from django.conf import settings
from django.db import models

from services.agencies.models import Agency, Unit


class SavedView(models.Model):
    """Filters of the queue under a name (`api.filters.FiltersIn`, as sent).

    Shared, it is seen by who works in the same unit; where its owner works in none, by the whole agency.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    filters = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("owner", "agency", "name"), name="applications_view_once"),)

    def __str__(self) -> str:
        return self.name


class QueueExport(models.Model):
    """A list of the queue taken out as a file: who, what, why. The row stays; its bytes go after a day."""

    class State(models.TextChoices):
        PREPARING = "preparing"
        READY = "ready"
        FAILED = "failed"
        EXPIRED = "expired"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.CharField(max_length=300)
    filters = models.JSONField(default=dict)
    columns = models.JSONField(help_text="codes of operations.lists.COLUMNS, in order")
    format = models.CharField(max_length=4, help_text="csv or xlsx")
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(null=True)
    capped = models.BooleanField(default=False, help_text="there were more rows than one file takes")
    size = models.PositiveBigIntegerField(null=True, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=("agency", "-asked_at", "-id"), name="applications_lists_latest"),
            models.Index(fields=("expires_at",), name="applications_lists_kept", condition=models.Q(state="ready")),
        )

    def __str__(self) -> str:
        return f"{self.format} for {self.asked_by_id}"
