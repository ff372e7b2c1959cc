"""The city's administration: its agencies (OPD), their units and staff, its districts and its calendar."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Agency(models.Model):
    """One of the city's agencies (OPD). `confidence` tells how sure we are that the entry is right."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=30, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, help_text="dinas, badan, kecamatan, rsud, ...")
    aliases = models.JSONField(default=list)
    confidence = models.CharField(max_length=40)
    source = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member of an agency may do there."""

    OFFICER = "officer", _("Officer")
    APPROVER = "approver", _("Approver")
    ADMIN = "admin", _("OPD admin")
    HEAD = "head", _("Head of the agency")


class Unit(models.Model):
    """A part of an agency (bidang, seksi, UPTD). `code` is its symbolic key within the agency, stable for ever."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="units")
    code = models.SlugField(max_length=40, db_index=False)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False, help_text="made up for the demonstration")
    closed_at = models.DateTimeField(null=True, help_text="since when nothing is handed to it any more")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("agency", "code"), name="agencies_unit_once"),)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person's role at an agency. One person may hold several, and works in one unit there, or in none."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="members")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "agency", "role"), name="agencies_membership_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} {self.agency_id}"


class District(models.Model):
    """A kecamatan, by its Kemendagri code (64.71.01)."""

    code = models.CharField(max_length=8, primary_key=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.name


class Subdistrict(models.Model):
    """A kelurahan, by its Kemendagri code (64.71.01.1001)."""

    code = models.CharField(max_length=13, primary_key=True)
    name = models.CharField(max_length=80)
    aliases = models.JSONField(default=list, help_text="Other spellings in use")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="subdistricts")

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day on which agencies are closed: *libur nasional* or *cuti bersama* (SKB 3 Menteri)."""

    date = models.DateField(primary_key=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, help_text="libur_nasional or cuti_bersama")

    def __str__(self) -> str:
        return f"{self.date} {self.name}"


class CalendarChange(models.Model):
    """A change that somebody made to the calendar: kept for ever, with the decree on which it stands."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    date = models.DateField()
    name_before = models.CharField(max_length=120, blank=True, help_text="empty where it was no holiday")
    name_after = models.CharField(max_length=120, blank=True, help_text="empty where it is none any more")
    basis = models.CharField(max_length=300)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.date}: {self.name_before} -> {self.name_after}"


class StaffChange(models.Model):
    """What an admin changed among an agency's units and who works there: kept for ever.

    `values` is `{field: {"from", "to"}}`; `unit` is a code, `person` whose work it was.
    """

    class What(models.TextChoices):
        UNIT_MADE = "unit_made", _("Unit made")
        UNIT_CHANGED = "unit_changed", _("Unit changed")
        PLACED = "placed", _("Put into another unit")
        ENDED = "work_ended", _("Work ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    what = models.CharField(max_length=20, choices=What.choices)
    unit = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    values = models.JSONField(default=dict)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("agency", "-at", "-id"), name="agencies_staff_history"),)

    def __str__(self) -> str:
        return f"{self.agency_id} {self.what}"
