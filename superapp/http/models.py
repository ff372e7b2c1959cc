"""What a request sent twice is answered from."""

from django.db import models


class IdempotencyKey(models.Model):
    """One answered POST: the second request with the same key gets this answer.

    The row is written in the transaction of the work itself, so a concurrent twin waits at the unique constraint and
    then finds the answer.
    """

    person_id = models.UUIDField()
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person_id", "key"), name="http_api_idempotency_once"),)
        indexes = (models.Index(fields=("created_at",), name="http_api_idempotency_age"),)

    def __str__(self) -> str:
        return self.key
