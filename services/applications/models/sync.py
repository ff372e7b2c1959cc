"""What lets an app catch up: what went, what happened since somebody looked. The database keeps all of it by triggers.

`Application.changed_in` is the transaction that last wrote the row; so are those here. Which of them were still open
when somebody last asked is known of the snapshot (queries.changes), so that nothing that is committed late is missed.
"""

from django.conf import settings
from django.db import models

from services.applications.models.application import Application


class Tombstone(models.Model):
    """An application that was deleted: a draft thrown away. It goes after `queries.changes.REMEMBERED`."""

    application_id = models.UUIDField(primary_key=True)
    applicant = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    service_id = models.UUIDField()
    changed_in = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("applicant", "changed_in", "application_id"), name="applications_gone"),
            models.Index(fields=("at",), name="applications_gone_age"),
        )

    def __str__(self) -> str:
        return f"{self.application_id} is gone"


class News(models.Model):
    """How many events of an application were not the applicant's own: kept, not counted."""

    application = models.OneToOneField(Application, on_delete=models.CASCADE, primary_key=True, related_name="news")
    happened = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.happened} of {self.application_id}"


class ReadMark(models.Model):
    """Up to which of an application's news somebody has looked: the applicant, or who acts for them, each their own."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="marks", db_index=False)
    read = models.PositiveIntegerField()
    changed_in = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "person"), name="applications_mark_once"),)
        indexes = (models.Index(fields=("person", "changed_in", "application"), name="applications_marks"),)

    def __str__(self) -> str:
        return f"{self.person_id} read {self.read} of {self.application_id}"
