"""How an agency's site is tried out before residents may sign in to it."""

import uuid

from django.conf import settings
from django.db import models


class SelfTest(models.Model):
    """One run of the self-test of a client. `checks` is a list of `{"id", "standard", "passed", "why"}`."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(
        settings.OAUTH2_PROVIDER_APPLICATION_MODEL, on_delete=models.CASCADE, related_name="self_tests"
    )
    begun_at = models.DateTimeField()
    settings_tested = models.CharField(max_length=64, help_text="SHA-256 of the addresses and keys that were tried")
    checks = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=("client", "-begun_at"), name="connectors_selftest_latest"),)

    def __str__(self) -> str:
        return f"{self.client_id} {self.begun_at}"

    @property
    def passed(self) -> bool:
        """Return whether every check passed."""
        return bool(self.checks) and all(check["passed"] for check in self.checks)
