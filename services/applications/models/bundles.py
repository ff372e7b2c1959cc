"""One start at several agencies: what was answered once, and the application of each service."""

from django.conf import settings
from django.db import models

from services.applications.models.application import Application


class LifeBundle(models.Model):
    """What a life event opened for somebody. Its id is made by the client, and its applications' ids from that.

    `answers` are those to the shared questions, by their ids. `submitted_at` is when all was first to be handed in:
    from then on what waits for another is handed in as soon as it can be (consumers.go_on).
    """

    id = models.UUIDField(primary_key=True)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    event = models.CharField(max_length=60)
    answers = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    on_behalf = models.BooleanField(default=False, help_text="handed in by a mandate: the rest is not done unasked")

    class Meta:
        indexes = (models.Index(fields=("applicant", "-created_at", "-id"), name="applications_bundles"),)

    def __str__(self) -> str:
        return f"{self.event} {self.id}"


class BundlePart(models.Model):
    """The application of one service in a bundle; it goes with a draft that is thrown away."""

    bundle = models.ForeignKey(LifeBundle, on_delete=models.CASCADE, related_name="parts", db_index=False)
    application = models.OneToOneField(Application, on_delete=models.CASCADE, related_name="part")
    service = models.CharField(max_length=80)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("bundle", "service"), name="applications_part_once"),)

    def __str__(self) -> str:
        return f"{self.service} of {self.bundle_id}"
