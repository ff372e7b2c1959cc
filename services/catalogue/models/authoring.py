"""What an agency writes before it is published, and the history of who did what."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.agencies.models import Agency
from services.catalogue.models.published import ChangeClass, DraftsPolicy, Origin, Service, ServiceVersion


class ServiceDraft(models.Model):
    """The next version of a service as its admins write it: one for each service, sound or not yet.

    `base` is the version from which it was begun, none for a new service. `faults` is what the check found, each as
    `{"pointer", "message", "hint"}`; empty when it may be published. `revision` is the ETag.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.OneToOneField(Service, on_delete=models.PROTECT, related_name="draft")
    base = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    faults = models.JSONField(default=list)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ADMIN)
    author = models.UUIDField(help_text="who changed it last")
    editors = ArrayField(models.UUIDField(), default=list, help_text="everybody who changed it")
    revision = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.service_id}"


class Publication(models.Model):
    """A wish to publish: done at once, waiting for a second admin, or planned for a date. Holds its own copy.

    `effective_from` empty means at once. `previous` is the version that it replaces; while a publication is open no
    other begins, and no module's change passes it by.
    """

    class State(models.TextChoices):
        AWAITING = "awaiting_approval", _("Waits for a second admin")
        SCHEDULED = "scheduled", _("Planned")
        PUBLISHED = "published", _("Published")
        CANCELLED = "cancelled", _("Taken back")
        REFUSED = "refused", _("Refused by the second admin")
        FAILED = "failed", _("Could not be published")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="publications")
    previous = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, null=True, related_name="+")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ADMIN)
    change_class = models.CharField(max_length=16, choices=ChangeClass.choices, blank=True)
    chosen_class = models.CharField(max_length=16, choices=ChangeClass.choices, blank=True)
    drafts_policy = models.CharField(max_length=10, choices=DraftsPolicy.choices, default=DraftsPolicy.CARRY_ON)
    cut_off_at = models.DateTimeField(null=True, help_text="the end for drafts under earlier versions")
    effective_from = models.DateTimeField(null=True)
    state = models.CharField(max_length=20, choices=State.choices)
    editors = ArrayField(models.UUIDField(), default=list, help_text="who may not approve it")
    requested_by = models.UUIDField()
    requested_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    differences_accepted = models.BooleanField(default=False, help_text="published though a trial says otherwise")
    approved_by = models.UUIDField(null=True)
    version = models.OneToOneField(ServiceVersion, on_delete=models.PROTECT, null=True, related_name="publication")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("service",),
                condition=models.Q(state__in=("awaiting_approval", "scheduled")),
                name="catalogue_one_open_publication",
            ),
        )
        indexes = (
            models.Index(fields=("effective_from",), name="catalogue_scheduled", condition=models.Q(state="scheduled")),
        )

    def __str__(self) -> str:
        return f"{self.service_id} {self.state}"


class Change(models.Model):
    """One line of the history of a service, or of how its agency publishes: append-only, the database sees to that.

    `actor_id` is empty where the platform did it: a planned publication, a module's new definition.
    """

    class What(models.TextChoices):
        CREATED = "created", _("Created")
        DRAFTED = "draft_begun", _("Draft begun")
        EDITED = "draft_changed", _("Draft changed")
        IMPORTED = "imported", _("Brought from another environment")
        DISCARDED = "draft_discarded", _("Draft thrown away")
        PUBLISHED = "published", _("Published")
        REQUESTED = "approval_requested", _("Publication asked for")
        APPROVED = "approved", _("Publication approved")
        REFUSED = "refused", _("Publication refused")
        SCHEDULED = "scheduled", _("Publication planned")
        CANCELLED = "cancelled", _("Publication taken back")
        FAILED = "failed", _("Planned publication failed")
        RETIRED = "retired", _("Retired")
        REOPENED = "reopened", _("Opened again")
        CUT_OFF = "cut_off_set", _("Cut-off date set")
        DRIFTED = "drifted", _("The module's definition changed beside the agency's own")
        RESOLVED = "drift_resolved", _("Decided between the module's definition and the agency's own")
        CASE_SAVED = "case_saved", _("Golden case written")
        CASE_REMOVED = "case_removed", _("Golden case removed")
        CASES_BROUGHT = "cases_brought", _("The module's golden cases changed")
        REPLAYED = "replay_asked", _("Replay asked for")
        ACCEPTED = "differences_accepted", _("Published though a trial says otherwise")
        FOUR_EYES_ON = "four_eyes_on", _("Two admins publish from now on")
        FOUR_EYES_OFF_ASKED = "four_eyes_off_asked", _("One admin asks to publish alone")
        FOUR_EYES_OFF = "four_eyes_off", _("One admin publishes from now on")

    id = models.BigAutoField(primary_key=True)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="changes")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="publishing_changes")
    what = models.CharField(max_length=20, choices=What.choices)
    version = models.PositiveIntegerField(null=True, help_text="number of the version concerned")
    actor_id = models.UUIDField(null=True)
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(service=None, agency__isnull=False) | models.Q(service__isnull=False, agency=None),
                name="catalogue_change_of_one",
            ),
        )
        indexes = (models.Index(fields=("service", "-id"), name="catalogue_history"),)

    def __str__(self) -> str:
        return f"{self.service_id or self.agency_id} {self.what}"


class ModuleOffer(models.Model):
    """What a module brings for a service, as it stood at the latest sync.

    `decided_sha256` is the offer about which somebody decided: it was published as it is, or the agency's own was kept.
    """

    service = models.OneToOneField(Service, on_delete=models.PROTECT, primary_key=True, related_name="offer")
    module = models.CharField(max_length=80)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    offered_at = models.DateTimeField()
    decided_sha256 = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.module} for {self.service_id}"


class AgencyRule(models.Model):
    """How an agency publishes. `four_eyes`: who wrote a version does not approve it.

    Switching it off takes two admins: `off_asked_by` is the first.
    """

    agency = models.OneToOneField(Agency, on_delete=models.PROTECT, primary_key=True, related_name="publishing_rule")
    four_eyes = models.BooleanField(default=False)
    off_asked_by = models.UUIDField(null=True)
    changed_by = models.UUIDField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.agency_id)
