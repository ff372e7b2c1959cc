from django.conf import settings
from django.db import models


class Seat(models.Model):
    """A seat in the reading room, on one day."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "day"], name="module_opd_dispustakar_one_a_day")]

    def __str__(self) -> str:
        return f"{self.day}"
