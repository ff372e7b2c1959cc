"""Rounds of correction: what was asked, and the files handed in anew."""

import uuid

from django.conf import settings
from django.db import models

from services.applications.models.application import Application
from services.documents.models import StoredFile


class CorrectionRound(models.Model):
    """What an officer asked to be put right of a submitted application, and what came back.

    `items` are `[{"pointer", "label", "reason_code", "words", "before"}]`, and `"after"` once sent: a pointer names an
    answer (`/answers/ibu/nik`) or a file (`/files/foto`), `before` its value or `{"id", "sha256", "name"}` at asking.
    They alone unlock. `answers` are all answers as the applicant works on them; empty until then.
    """

    class State(models.TextChoices):
        OPEN = "open"
        SENT = "sent"
        CANCELLED = "cancelled"
        LAPSED = "lapsed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: the unique constraint begins with it.
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="rounds", db_index=False)
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    message = models.TextField(blank=True)
    items = models.JSONField()
    answers = models.JSONField(null=True)
    answer_by = models.DateField(help_text="the last day for an answer, after which the definition's rule holds")
    reminded_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("application", "number"), name="applications_round_once"),
            models.UniqueConstraint(
                fields=("application",), name="applications_one_open_round", condition=models.Q(state="open")
            ),
        )
        indexes = (
            models.Index(fields=("answer_by", "id"), name="applications_round_waits", condition=models.Q(state="open")),
        )

    def __str__(self) -> str:
        return f"{self.application_id} round {self.number}"


class CorrectionFile(models.Model):
    """A file handed in anew in a round. Once sent, `file` is the one that it replaced: nothing handed in is lost."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: the unique constraint begins with it.
    round = models.ForeignKey(CorrectionRound, on_delete=models.PROTECT, related_name="files", db_index=False)
    requirement = models.CharField(max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("round", "requirement"), name="applications_round_file_once"),)

    def __str__(self) -> str:
        return f"{self.requirement} of {self.round_id}"
