"""Routes around the clock: what was escalated."""

from django.urls import path

from services.applications.api import escalated

urlpatterns = [
    path("office/applications/escalated/", escalated.Escalated.as_view(), name="office-escalated"),
]
