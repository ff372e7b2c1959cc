"""Answers that an agency words once: for reasons, corrections and messages."""

import uuid

from django.conf import settings
from django.db import models

from services.agencies.models import Agency
from services.catalogue.models import Service


class AnswerTemplate(models.Model):
    """A text of an agency, for all its services or for one. `number` is its latest wording's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # No index of its own: the unique constraints begin with it.
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.SlugField(max_length=40, db_index=False)
    number = models.PositiveIntegerField(default=1)
    withdrawn_at = models.DateTimeField(null=True, help_text="since when nobody uses it any more")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("agency", "service", "key"),
                name="applications_template_once",
                condition=models.Q(withdrawn_at=None, service__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("agency", "key"),
                name="applications_template_once_for_all",
                condition=models.Q(withdrawn_at=None, service=None),
            ),
        )

    def __str__(self) -> str:
        return self.key


class AnswerWording(models.Model):
    """How a template reads, or read: `title` and `body` are `{"id", "en"}`. Never changed: a new one is added."""

    id = models.BigAutoField(primary_key=True)
    template = models.ForeignKey(AnswerTemplate, on_delete=models.PROTECT, related_name="wordings", db_index=False)
    number = models.PositiveIntegerField()
    title = models.JSONField()
    body = models.JSONField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("template", "number"), name="applications_wording_once"),)

    def __str__(self) -> str:
        return f"{self.template_id} #{self.number}"
