"""A resident's request under one service version, and the files handed in with it."""

import uuid

from django.conf import settings
from django.db import models

from services.agencies.models import Agency, Unit
from services.catalogue.models import Service, ServiceVersion
from services.documents.models import IssuedDocument, StoredFile

DRAFT = "draft"
_OPEN = models.Q(end="") & ~models.Q(state=DRAFT)


class Application(models.Model):
    """One request (permohonan). Its id is made by the client, so that creating it twice makes it once.

    `state` is `draft` or a state of the version's workflow. `revision` counts every change and is the ETag.
    Service, title and agency are kept on the row so that lists read one table. `agency` is the one at which it lies
    now, at first the service's own (operations.disposition). `moved` tells what a newer version made of a draft
    (operations.moving): `{"from", "at", "changes", "asked", "set_aside", "unseen"}`. `must_apply` is a later
    version that the law asks of what was submitted under this one, too.
    """

    id = models.UUIDField(primary_key=True)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications", db_index=False
    )
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="applications", db_index=False)
    version = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, related_name="applications", db_index=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="applications", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    number = models.CharField(max_length=20, null=True, help_text="public reference; given at submission")
    state = models.CharField(max_length=40, default=DRAFT)
    end = models.CharField(max_length=10, blank=True, help_text="granted, rejected, withdrawn; empty while open")
    answers = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=1)
    fee_amount = models.PositiveBigIntegerField(null=True, help_text="rupiah; fixed at submission")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True, help_text="by when the law owes an answer")
    paused_on = models.DateField(null=True, help_text="when the clock was stopped, while it stands (queries.clock)")
    closed_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True, help_text="since when it holds nothing of a person (models.retention)")
    document = models.OneToOneField(IssuedDocument, on_delete=models.PROTECT, null=True, related_name="application")
    moved = models.JSONField(null=True)
    reused = models.JSONField(null=True, help_text="facts taken over, by pointer into the answers (offers.reused_line)")
    reused_files = models.JSONField(null=True, help_text="receipts of files taken over, by requirement (reuse_files)")
    objects_to = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="objections", db_index=False,
        help_text="the application whose decision it objects to, or the objection that it appeals",
    )  # fmt: skip
    must_apply = models.ForeignKey(
        ServiceVersion, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed_in = models.BigIntegerField(default=0, db_default=0, help_text="transaction; set by the database")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state=DRAFT, number=None, submitted_at=None)
                | ~models.Q(state=DRAFT) & models.Q(number__isnull=False, submitted_at__isnull=False),
                name="applications_number_when_submitted",
            ),
            # One index for what is equal and for what begins so (LIKE); `unique=True` would make two.
            models.UniqueConstraint(
                fields=("number",), name="applications_number_once", opclasses=("varchar_pattern_ops",)
            ),
            models.UniqueConstraint(
                fields=("objects_to",),
                name="applications_one_open_objection",
                condition=models.Q(end="", objects_to__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                fields=("objects_to", "id"),
                name="applications_objections",
                condition=models.Q(objects_to__isnull=False),
            ),
            models.Index(fields=("applicant", "-updated_at", "-id"), name="applications_mine"),
            models.Index(fields=("applicant", "changed_in", "id"), name="applications_changed"),
            models.Index(fields=("agency", "due_on", "id"), name="applications_queue", condition=_OPEN),
            models.Index(fields=("agency", "state", "due_on", "id"), name="applications_queue_state", condition=_OPEN),
            models.Index(fields=("service", "due_on", "id"), name="applications_queue_service", condition=_OPEN),
            models.Index(fields=("agency", "-submitted_at", "-id"), name="applications_queue_newest", condition=_OPEN),
            models.Index(
                fields=("agency", "due_on", "id"),
                name="applications_queue_nobodys",
                condition=_OPEN & models.Q(assignee=None),
            ),
            models.Index(
                fields=("assignee", "due_on", "id"),
                name="applications_queue_mine",
                condition=_OPEN & models.Q(assignee__isnull=False),
            ),
            models.Index(
                fields=("unit", "due_on", "id"),
                name="applications_queue_unit",
                condition=_OPEN & models.Q(unit__isnull=False),
            ),
            # A service's latest, which a new version is tried against; its drafts come first.
            models.Index(fields=("service", "-submitted_at", "-id"), name="applications_latest_of"),
            # Whose time of keeping, which its version sets, may be over; what a service decided lately.
            models.Index(
                fields=("version", "closed_at", "id"),
                name="applications_closed",
                condition=~models.Q(end="") & models.Q(erased_at=None),
            ),
            # What a new version concerns: drafts, and what is under way.
            models.Index(fields=("version", "id"), name="applications_open_of", condition=models.Q(end="")),
        )

    def __str__(self) -> str:
        return self.number or str(self.id)


class ApplicationFile(models.Model):
    """A file handed in for one of the version's required documents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: the unique constraint begins with it.
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="files", db_index=False)
    requirement = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", help_text="perhaps of others, too")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "requirement"), name="applications_file_once"),)

    def __str__(self) -> str:
        return f"{self.requirement} of {self.application_id}"
