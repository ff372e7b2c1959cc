"""Which session of ours belongs to which sign-in at the city, and which logout tokens were seen."""

from django.db import models


class LocalSession(models.Model):
    session_key = models.CharField(max_length=40, primary_key=True)
    sub = models.CharField(max_length=255)
    sid = models.CharField(max_length=255)

    class Meta:
        app_label = "agency_site"

    def __str__(self) -> str:
        return self.sid


class SeenLogout(models.Model):
    jti = models.CharField(max_length=255, primary_key=True)

    class Meta:
        app_label = "agency_site"

    def __str__(self) -> str:
        return self.jti
