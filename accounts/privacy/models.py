"""What the law on personal data (UU 27/2022) has the city remember: who looked, what was asked, what was answered."""

import uuid
from typing import Final

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from superapp.identifiers import uuid7

# What an erased account is called.
NAMELESS: Final = "(akun dihapus)"


class DataAccess(models.Model):
    """Somebody of the city read a person's data: shown to that person (UU 27/2022, art. 31 and 32).

    Names and role are those of the moment, so that the line stays true when the officer moves on.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Neither has an index of its own: those below begin with them.
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    reader_name = models.CharField(max_length=150, blank=True)
    reader_role = models.CharField(max_length=20, help_text="officer, approver, admin, registrar, support, ...")
    agency_code = models.CharField(max_length=30, blank=True)
    agency_name = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=40, help_text="application, timeline, file, document, decision, identity, ...")
    why = models.CharField(max_length=300, blank=True)
    about = models.UUIDField(null=True, help_text="the application that was read, if it was one")
    number = models.CharField(max_length=20, blank=True)
    impersonation = models.ForeignKey("Impersonation", on_delete=models.SET_NULL, null=True, related_name="accesses")
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("person", "-at", "-id"), name="privacy_access_latest"),
            models.Index(fields=("reader", "at"), name="privacy_access_reader"),
        )

    def __str__(self) -> str:
        return f"{self.reader_id} read {self.what} of {self.person_id}"


class Export(models.Model):
    """A copy of everything that the city holds of a person, asked for by them (art. 6 and 13)."""

    class State(models.TextChoices):
        PREPARING = "preparing", _("Being prepared")
        READY = "ready", _("Ready to download")
        FAILED = "failed", _("Could not be prepared")
        EXPIRED = "expired", _("No longer kept")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PREPARING)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    size = models.PositiveBigIntegerField(null=True, help_text="bytes")
    sha256 = models.CharField(max_length=64, blank=True)
    storage_key = models.CharField(max_length=120, blank=True)
    contents = models.JSONField(default=dict, help_text="{section: number of lines}")
    missing = models.JSONField(default=list, help_text='what did not answer: [{"id": ..., "en": ...}]')

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), name="privacy_one_export_at_a_time", condition=models.Q(state="preparing")
            ),
        )
        indexes = (models.Index(fields=("expires_at",), name="privacy_export_kept", condition=models.Q(state="ready")),)

    def __str__(self) -> str:
        return f"{self.state} for {self.person_id}"


class Deletion(models.Model):
    """A person asked for their account to be erased (art. 8, 43 and 44). Its row is the receipt."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        CANCELLED = "cancelled", _("Cancelled")
        DONE = "done", _("Erased")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="deletions")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="until then it can be cancelled")
    ended_at = models.DateTimeField(null=True)
    outcome = models.JSONField(default=list, help_text='[{"kind", "erased", "kept"}] once done: numbers only')

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), name="privacy_one_deletion_at_a_time", condition=models.Q(state="waiting")
            ),
        )
        indexes = (models.Index(fields=("due_at",), name="privacy_deletion_due", condition=models.Q(state="waiting")),)

    def __str__(self) -> str:
        return f"{self.state} for {self.person_id}"


class DataRequest(models.Model):
    """A person exercises a right that the law gives 3 x 24 hours to answer."""

    class Kind(models.TextChoices):
        ACCESS = "access", _("A copy of data, or who received it")  # art. 32
        CORRECTION = "correction", _("Correction of wrong data")  # art. 30
        WITHDRAWAL = "withdrawal", _("Stop processing on consent")  # art. 40

    class State(models.TextChoices):
        OPEN = "open", _("Being answered")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_requests", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    text = models.TextField(help_text="what is asked, in the person's words")
    full_name = models.CharField(max_length=150, blank=True, help_text="the name as it should be; for a correction")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="made_at + 72 hours")
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(state="open", answered_at=None) | ~models.Q(state="open") & ~models.Q(answer=""),
                name="privacy_request_answered_in_words",
            ),
        )
        indexes = (
            models.Index(fields=("person", "-made_at", "-id"), name="privacy_requests_mine"),
            models.Index(fields=("due_at", "id"), name="privacy_requests_open", condition=models.Q(state="open")),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"


class Breach(models.Model):
    """Personal data got out or was lost: within 3 x 24 hours those affected are told (art. 46)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateTimeField()
    until = models.DateTimeField()
    criteria = models.JSONField(default=dict, help_text='{"client": id or null, "agency": code or null}')
    found_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="found_at + 72 hours")
    what = models.JSONField(help_text='what happened: {"id": ..., "en": ...}')
    handling = models.JSONField(help_text='what is done about it: {"id": ..., "en": ...}')

    class Meta:
        verbose_name_plural = "breaches"
        constraints = (models.UniqueConstraint(fields=("since", "until", "criteria"), name="privacy_breach_once"),)

    def __str__(self) -> str:
        return f"{self.since} to {self.until}"


class Affected(models.Model):
    """A person whom a breach affects, and which kinds of their data."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="affected", db_index=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    categories = ArrayField(models.CharField(max_length=40), help_text="codes of accounts/privacy/categories.py")
    notified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("breach", "person"), name="privacy_affected_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} by {self.breach_id}"


class Impersonation(models.Model):
    """Staff of the platform saw a person's account as that person, to help; read-only, short, and shown to them."""

    class Ending(models.TextChoices):
        STAFF = "staff", _("The officer ended it")
        PERSON = "person", _("You ended it")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="impersonations")
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=10, choices=Ending.choices, blank=True)
    token_checksum = models.CharField(max_length=64, unique=True, help_text="SHA-256 of its access token")

    class Meta:
        indexes = (models.Index(fields=("person", "-began_at", "-id"), name="privacy_impersonations"),)

    def __str__(self) -> str:
        return f"{self.staff_id} as {self.person_id}"
