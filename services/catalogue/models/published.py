"""Published services and their versions."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from services.agencies.models import Agency


class Origin(models.TextChoices):
    """Who wrote a version."""

    MODULE = "module", _("The agency's module")
    ADMIN = "admin", _("An OPD admin")


class ChangeClass(models.TextChoices):
    """How much a version changes for who has begun to apply, the least first."""

    COSMETIC = "cosmetic", _("Wording only")
    COMPATIBLE = "compatible", _("What was answered stays valid")
    BREAKING = "breaking", _("What was answered may not do any more")
    LEGAL = "legal", _("The law asks for it of everybody")


class DraftsPolicy(models.TextChoices):
    """What drafts that residents have begun do when a version is published."""

    CARRY_ON = "carry_on", _("Go on under the version they began with")
    UPGRADE = "upgrade", _("Move to the new version with all answers that it still asks")
    RE_ASK = "re_ask", _("Move to the new version, whose changed questions are asked again")


class Service(models.Model):
    """What a resident can apply for at one agency. `slug` is stable for ever.

    It has no `current` version before the first is published. `draft_revisions` counts every change of its drafts,
    also of those that were thrown away, so that no revision comes twice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="services")
    module = models.CharField(max_length=80, blank=True, help_text="label of the module that brings it; empty: none")
    is_open = models.BooleanField(default=True, help_text="accepts new applications")
    retired_at = models.DateTimeField(null=True, help_text="takes no new applications since; drafts may be submitted")
    category = models.CharField(max_length=60, blank=True)
    life_events = ArrayField(models.CharField(max_length=60), default=list)
    current = models.ForeignKey("ServiceVersion", on_delete=models.PROTECT, null=True, related_name="+")
    draft_revisions = models.PositiveIntegerField(default=0)
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
    """One published definition. Immutable: the database refuses to change or remove it.

    `change_class` is what the change from the version before was worked out to be, `chosen_class` what its publisher
    made of it: the same or stricter. Both are empty for a first version. What happens to it later is in `VersionLife`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="of the canonical JSON of `content`")
    content = models.JSONField()
    published_at = models.DateTimeField()
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.MODULE)
    change_class = models.CharField(max_length=16, choices=ChangeClass.choices, blank=True)
    chosen_class = models.CharField(max_length=16, choices=ChangeClass.choices, blank=True)
    drafts_policy = models.CharField(max_length=10, choices=DraftsPolicy.choices, default=DraftsPolicy.CARRY_ON)
    effective_from = models.DateTimeField(null=True, help_text="when it was planned for; empty: at once")
    published_by = models.UUIDField(null=True, help_text="the admin who published it; empty: the platform")
    approved_by = models.UUIDField(null=True, help_text="the second admin, where the agency asks for two")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("service", "number"), name="catalogue_version_once"),)

    def __str__(self) -> str:
        return f"{self.service_id} v{self.number}"


class VersionLife(models.Model):
    """What became of a version after it was published.

    `cut_off_at` is the hard end for drafts begun under it: after that moment they cannot be submitted.
    """

    version = models.OneToOneField(ServiceVersion, on_delete=models.PROTECT, primary_key=True, related_name="life")
    superseded_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    cut_off_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True, help_text="when residents were reminded of the cut-off")

    class Meta:
        indexes = (
            models.Index(
                fields=("cut_off_at",),
                name="catalogue_cut_offs",
                condition=models.Q(cut_off_at__isnull=False, reminded_at=None),
            ),
        )

    def __str__(self) -> str:
        return str(self.version_id)


class Revision(models.Model):
    """One row that every publication changes: readers compare it to know whether what they hold is fresh."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid.uuid4)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="catalogue_one_revision"),)

    def __str__(self) -> str:
        return str(self.token)
