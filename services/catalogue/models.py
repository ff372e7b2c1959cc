"""Published services and their versions."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from services.agencies.models import Agency


class Service(models.Model):
    """What a resident can apply for at one agency. `slug` is stable for ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="services")
    module = models.CharField(max_length=80, help_text="label of the module that brings it")
    is_open = models.BooleanField(default=True, help_text="accepts new applications")
    category = models.CharField(max_length=60, blank=True)
    life_events = ArrayField(models.CharField(max_length=60), default=list)
    current = models.ForeignKey("ServiceVersion", on_delete=models.PROTECT, null=True, related_name="+")
    search_text = models.TextField(blank=True, help_text="title, summary and search words in both languages")
    search_vector = models.GeneratedField(
        expression=SearchVector("search_text", config="indonesian"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = (GinIndex(fields=("search_vector",), name="catalogue_service_search"),)

    def __str__(self) -> str:
        return self.slug


class ServiceVersion(models.Model):
    """One published definition. Immutable: the database refuses to change or remove it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="of the canonical JSON of `content`")
    content = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("service", "number"), name="catalogue_version_once"),)

    def __str__(self) -> str:
        return f"{self.service_id} v{self.number}"


class Revision(models.Model):
    """One row that every publication changes: readers compare it to know whether what they hold is fresh."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="catalogue_one_revision"),)

    def __str__(self) -> str:
        return str(self.token)
