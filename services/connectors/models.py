"""How an agency's site becomes a client: who registered it, what changed since, and how it was tried out."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Registration(models.Model):
    """What an agency says of its client besides what the provider itself needs.

    `login_uri` is the site's page where a sign-in begins, `session_uri` the one that answers 200 to who is signed in
    there and anything else to others: the self-test visits both.
    """

    client = models.OneToOneField(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL,
        on_delete=models.PROTECT,
        primary_key=True,
        related_name="registration",
    )
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="clients")
    contact_email = models.EmailField()
    login_uri = models.URLField(max_length=500)
    session_uri = models.URLField(max_length=500)
    registered_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=("agency", "-registered_at"), name="connectors_of_agency"),)

    def __str__(self) -> str:
        return str(self.client_id)


class Change(models.Model):
    """One line of a client's history: append-only. `values` is `{field: {"from", "to"}}`, and holds no secrets."""

    class What(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        CHANGED = "changed", _("Changed")
        SECRET = "secret_rotated", _("New secret")
        TESTED = "self_test_started", _("Self-test begun")
        OPENED = "opened", _("Opened to residents")
        SENT_BACK = "sent_back", _("Changed, and to be tried out again")
        CLOSED = "closed", _("Closed")
        TESTER_ADDED = "tester_added", _("Tester added")
        TESTER_REMOVED = "tester_removed", _("Tester removed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=20, choices=What.choices)
    actor_id = models.UUIDField(help_text="the admin who did it; their name goes when their account is erased")
    at = models.DateTimeField()
    values = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("registration", "-at", "-id"), name="connectors_history"),)

    def __str__(self) -> str:
        return f"{self.registration_id} {self.what}"


class SelfTest(models.Model):
    """One run of the self-test of a client. `checks` is a list of `{"id", "standard", "passed", "why"}`, and grows.

    `why` is None, or says in both languages why it failed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.CASCADE, related_name="self_tests"
    )
    begun_at = models.DateTimeField(help_text="when it was asked for")
    claimed_at = models.DateTimeField(null=True, help_text="when a worker took it up")
    finished_at = models.DateTimeField(null=True)
    settings_tested = models.CharField(max_length=64, help_text="SHA-256 of the addresses and keys that were tried")
    checks = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=("client", "-begun_at"), name="connectors_selftest_latest"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.begun_at}"

    @property
    def passed(self) -> bool:
        """Return whether the run is over and every check passed."""
        return self.finished_at is not None and bool(self.checks) and all(check["passed"] for check in self.checks)
