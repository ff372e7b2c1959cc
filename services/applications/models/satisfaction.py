"""What applicants say of a service once it is done, and what that adds up to."""

import uuid

from django.db import models

from services.agencies.models import Agency
from services.applications.models.application import Application
from services.catalogue.models import Service


class Satisfaction(models.Model):
    """One applicant's answer to the survey (skm.ELEMENTS). No officer reads it: only what many answers add up to.

    `month` is the first day of the month in which it was first given, under which it counts for good.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="satisfaction")
    scores = models.JSONField(help_text="score 1 to 4 by the element's key, all nine")
    words = models.TextField(blank=True)
    month = models.DateField()
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"of {self.application_id}"


class SatisfactionCount(models.Model):
    """What the answers of one month add up to for one service and element: kept as they come, never counted anew."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+", db_index=False)
    month = models.DateField(help_text="its first day")
    element = models.CharField(max_length=20)
    respondents = models.PositiveIntegerField()
    total = models.IntegerField(help_text="sum of the scores")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "month", "service", "element"), name="applications_satisfaction_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.service_id} {self.month} {self.element}"
