"""How a version is tried before it is published: golden cases, and what a replay found."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from services.catalogue.models.published import Origin, Service, ServiceVersion


class GoldenCase(models.Model):
    """A made-up application with what must become of it under every version of a service.

    `offered` is what the service's module brings under this name, None where it brings nothing; what an admin wrote
    stays beside it. `is_removed`: an admin does not want the module's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="golden_cases", db_index=False)
    name = models.CharField(max_length=60)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.ADMIN)
    offered = models.JSONField(null=True)
    is_removed = models.BooleanField(default=False)
    author = models.UUIDField(null=True, help_text="who changed it last; empty: the module")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("service", "name"), name="catalogue_case_once"),)

    def __str__(self) -> str:
        return f"{self.service_id} {self.name}"


class Replay(models.Model):
    """One trial of a definition against golden cases, the latest applications and the open drafts of its service.

    `content` is its own copy, `against` the version that stood. A worker goes through it batch by batch: `cursor` is
    where it is, `done` of `total` how far. `report` holds counts, words and ids of applications: no answers, no names.
    One that failed says in `cursor` what the worker met (`failure`): how often it was tried, and the error as the
    outbox masks it.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits for a worker")
        RUNNING = "running", _("Runs")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Could not be finished")
        SUPERSEDED = "superseded", _("Another was asked for")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="replays", db_index=False)
    source = models.CharField(max_length=10, help_text="draft, module, or the number of a version")
    sha256 = models.CharField(max_length=64, help_text="of the content")
    content = models.JSONField()
    against = models.ForeignKey(ServiceVersion, on_delete=models.PROTECT, null=True, related_name="+")
    applications = models.PositiveIntegerField(help_text="how many of the latest, at most")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    asked_by = models.UUIDField()
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("service",),
                condition=models.Q(state__in=("waiting", "running")),
                name="catalogue_one_replay_at_work",
            ),
        )
        indexes = (models.Index(fields=("service", "-asked_at", "-id"), name="catalogue_replays"),)

    def __str__(self) -> str:
        return f"{self.service_id} {self.state}"
