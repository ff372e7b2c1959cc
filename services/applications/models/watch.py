"""How far the reminders and escalations of an open application have come."""

from django.db import models

from services.agencies.models import Agency
from services.applications.models.application import Application


class Watch(models.Model):
    """One open application under the worker's eye: what comes next, on which day.

    `due_on` is the date that `next_on` was counted from; each event of the application has it counted anew.
    `reminded_for` is the due date that was reminded of. `step` counts the levels that were told that the answer is
    late, of `definitions.LEVELS`; it never goes back. The row goes when the application ends.
    """

    application = models.OneToOneField(Application, on_delete=models.CASCADE, primary_key=True, related_name="watch")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    due_on = models.DateField()
    next_on = models.DateField(null=True, help_text="empty while the clock stands, and when nothing comes any more")
    reminded_for = models.DateField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    told_at = models.DateTimeField(null=True, help_text="when the latest level was told")

    class Meta:
        indexes = (
            models.Index(
                fields=("next_on", "application"),
                name="applications_watch_next",
                condition=models.Q(next_on__isnull=False),
            ),
            # What the head of an agency sees, and what the Inspektorat sees of all.
            models.Index(
                fields=("agency", "due_on", "application"),
                name="applications_watch_head",
                condition=models.Q(step__gte=2),
            ),
            models.Index(
                fields=("due_on", "application"), name="applications_watch_all", condition=models.Q(step__gte=3)
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id}: {self.step}"
