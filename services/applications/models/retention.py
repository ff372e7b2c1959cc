"""How long an application is kept: what stands in the way, and the proof of what was destroyed."""

import uuid

from django.conf import settings
from django.db import models

from services.applications.models.application import Application


class Keeping(models.Model):
    """What the worker knows of a decided application's keeping. `next_on` is when it looks again.

    `delivered_at` is when its document was first fetched by its applicant.
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, primary_key=True, related_name="keeping")
    delivered_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    next_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.application_id}: {self.next_on}"


class LegalHold(models.Model):
    """Somebody's word that an application must not be destroyed: a case in court, an audit. Several may stand."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="holds")
    reason = models.TextField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    lift_reason = models.TextField(blank=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.application_id} since {self.placed_at}"


class Destruction(models.Model):
    """The proof that an application was anonymised or destroyed: append-only, each with the hash of the one before.

    `head` is the hash of its history's last event, `events` how many there are: they stay in the chain, emptied.
    """

    number = models.PositiveIntegerField(primary_key=True)
    application_id = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20, help_text="the application's number")
    agency_code = models.CharField(max_length=30)
    service = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    then = models.CharField(max_length=10, help_text="anonymise or destroy")
    months = models.PositiveSmallIntegerField()
    basis = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField()
    warned_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, help_text="empty where the time after the notice stood for it")
    files = models.PositiveIntegerField(help_text="how many files went with it")
    events = models.PositiveIntegerField()
    head = models.CharField(max_length=64)
    at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes = (models.Index(fields=("agency_code", "-number"), name="applications_destroyed"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.reference} {self.then}"
