"""Files that residents hand in, and documents that agencies issue."""

import uuid

from django.conf import settings
from django.db import models


class StoredFile(models.Model):
    """A checked file: its type was sniffed, its size bounded, an image drawn anew."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="stored_files")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=60)
    size = models.PositiveIntegerField(help_text="bytes, as stored")
    sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        # Not `unique=True`, which adds an index for LIKE that nobody needs; so below.
        constraints = (models.UniqueConstraint(fields=("storage_key",), name="documents_file_once"),)

    def __str__(self) -> str:
        return self.name


class IssuedDocument(models.Model):
    """A document that anybody can verify by its code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=20, help_text="unguessable; printed and in the QR code")
    subject = models.UUIDField(unique=True, help_text="the application that it answers: one document each")
    agency_code = models.CharField(max_length=30)
    agency_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    title = models.JSONField(help_text='{"id": ..., "en": ...}')
    number = models.CharField(max_length=80)
    public_facts = models.JSONField(help_text='[{"label": {"id","en"}, "value": str}] that a stranger may see')
    issued_at = models.DateTimeField()
    valid_until = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoked_reason = models.TextField(blank=True)
    demo = models.BooleanField(default=True, help_text="issued from a definition that is demo data")
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    storage_key = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("agency_code", "kind", "number"), name="documents_number_once"),
            models.UniqueConstraint(fields=("code",), name="documents_code_once"),
            models.UniqueConstraint(fields=("storage_key",), name="documents_document_once"),
        )

    def __str__(self) -> str:
        return self.number


class NumberSequence(models.Model):
    """The latest number of one register (agency, kind, year): gapless, so its row is locked to count."""

    agency_code = models.CharField(max_length=30)
    kind = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    latest = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agency_code", "kind", "year"), name="documents_sequence_once"),)

    def __str__(self) -> str:
        return f"{self.agency_code} {self.kind} {self.year}: {self.latest}"
