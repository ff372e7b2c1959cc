"""Counters where residents are served at an hour of their own, and the appointments there and at their place."""

import uuid

from django.conf import settings
from django.db import models

from services.agencies.models import Agency
from services.applications.models.application import Application
from services.catalogue.models import Service


class Counter(models.Model):
    """A place where an agency serves by appointment, all of its services or one.

    `windows` are `[{"weekday": 0 to 6 from Monday, "begins": "08:00", "ends": "12:00", "minutes", "capacity"}]` in
    the city's time: slots of so many minutes, each for so many people. `closed_days` are `[{"date", "reason"}]` beside
    the holidays.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    key = models.SlugField(max_length=40, db_index=False)
    name = models.JSONField(help_text='{"id", "en"}')
    place = models.CharField(max_length=300)
    windows = models.JSONField()
    closed_days = models.JSONField(default=list)
    revision = models.PositiveIntegerField(default=1)
    closed_at = models.DateTimeField(null=True, help_text="since when nobody is served there any more")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agency", "key"), name="applications_counter_once"),)

    def __str__(self) -> str:
        return self.key


class Appointment(models.Model):
    """An hour agreed: at a counter, or when an officer comes to see (`visit`). Its id is made by the client.

    `displaced` means that the office closed on that day: the resident chooses anew, `unmarked` that nobody
    said whether they came. `revision` counts its changes.
    """

    class Kind(models.TextChoices):
        COUNTER = "counter"
        VISIT = "visit"

    class State(models.TextChoices):
        BOOKED = "booked"
        DISPLACED = "displaced"
        CANCELLED = "cancelled"
        ATTENDED = "attended"
        MISSED = "missed"
        UNMARKED = "unmarked"

    id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, null=True, related_name="appointments")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    place = models.CharField(max_length=300)
    latitude = models.DecimalField(max_digits=8, decimal_places=6, null=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.BOOKED)
    revision = models.PositiveIntegerField(default=1)
    made_at = models.DateTimeField()
    reminded_for = models.DateTimeField(null=True, help_text="the hour that was reminded of")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "kind"),
                name="applications_one_appointment",
                condition=models.Q(state__in=("booked", "displaced"), application__isnull=False),
            ),
            models.UniqueConstraint(
                fields=("person", "counter"),
                name="applications_one_at_a_counter",
                condition=models.Q(state__in=("booked", "displaced"), application=None),
            ),
        )
        indexes = (
            models.Index(fields=("counter", "starts_at"), name="applications_slot", condition=models.Q(state="booked")),
            models.Index(fields=("starts_at", "id"), name="applications_appt_near", condition=models.Q(state="booked")),
            models.Index(fields=("agency", "starts_at", "id"), name="applications_appt_day"),
            models.Index(fields=("person", "-starts_at", "-id"), name="applications_appt_mine"),
            models.Index(fields=("officer", "starts_at"), name="applications_appt_officer"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.starts_at}"
