"""Where an application went: each hop from one agency or unit to another (lembar disposisi)."""

import uuid

from django.conf import settings
from django.db import models

from services.agencies.models import Agency, Unit
from services.applications.models.application import Application


class Hop(models.Model):
    """A submitted application went from one place to another: an agency, or a unit there.

    `answer_by` is the day by which who sent it asks it back, `answer_in` working days after it came: a clock of its
    own, beside the law's, which runs on. While it lies there, a changed calendar moves that day (`recounting`).
    `left_at` is when the next hop, or the end, took it from there.
    """

    class Kind(models.TextChoices):
        FORWARD = "forward"
        BACK = "back"
        RECALL = "recall"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="hops", db_index=False)
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind.choices)
    from_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    to_agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    reason = models.TextField()
    at = models.DateTimeField()
    answer_in = models.PositiveSmallIntegerField(null=True)
    answer_by = models.DateField(null=True)
    left_at = models.DateTimeField(null=True)
    crosses = models.BooleanField(default=False, help_text="from one agency to another")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "number"), name="applications_hop_once"),)
        indexes = (
            models.Index(
                fields=("from_agency", "-at", "-id"), name="applications_hops_sent", condition=models.Q(crosses=True)
            ),
            # Whose day a changed calendar may move.
            models.Index(
                fields=("answer_by", "id"),
                name="applications_hops_asked_back",
                condition=models.Q(left_at=None, answer_in__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} hop {self.number}"
