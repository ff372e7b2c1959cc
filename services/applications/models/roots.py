"""What seals the history: a leaf for each event, and one root a day over those that came since the last."""

from django.db import models


class HistoryLeaf(models.Model):
    """An event as it was written: put here by a trigger in the event's own transaction, never changed or removed.

    `root` and `place` are given when its day is sealed. Whatever was committed since the last root belongs to the next,
    whatever its time says: a transaction that was open over midnight is in the day after.
    """

    event_id = models.UUIDField(primary_key=True)
    application_id = models.UUIDField()
    sequence = models.PositiveIntegerField()
    hash = models.CharField(max_length=64)
    root = models.PositiveIntegerField(null=True)
    place = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("root", "place"), name="applications_leaf_place", condition=models.Q(root__isnull=False)
            ),
        )
        indexes = (
            models.Index(
                fields=("application_id", "sequence"), name="applications_leaf_unsealed", condition=models.Q(root=None)
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} #{self.sequence}"


class HistoryRoot(models.Model):
    """The Merkle root over the events of a day, published; each holds the hash of the one before.

    `since` to `day` are the days that it stands for: one, or more when the worker was down over a midnight. `chunks`
    are the tree's hashes of 1024 leaves each, from which proofs are made.
    """

    number = models.PositiveIntegerField(primary_key=True)
    since = models.DateField()
    day = models.DateField(unique=True)
    events = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    chunks = models.JSONField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {self.root}"
