"""How long a service's answers took lately."""

from django.db import models

from services.catalogue.models.published import Service


class Forecast(models.Model):
    """Working days from completeness to decision, of the latest decisions: no promise, what was usual."""

    service = models.OneToOneField(Service, on_delete=models.CASCADE, primary_key=True, related_name="forecast")
    sample = models.PositiveSmallIntegerField(help_text="how many decisions")
    median = models.PositiveSmallIntegerField()
    p90 = models.PositiveSmallIntegerField(help_text="nine of ten took no longer")
    latest_at = models.DateTimeField(help_text="of the latest decision among them")
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.service_id}: {self.median}/{self.p90}"
