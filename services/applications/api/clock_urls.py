"""Routes around the clock and after it: what was escalated, what applicants think."""

from django.urls import path

from services.applications.api import escalated, satisfaction

urlpatterns = [
    path("office/applications/escalated/", escalated.Escalated.as_view(), name="office-escalated"),
    path("applications/<uuid:id>/satisfaction/", satisfaction.MySatisfaction.as_view(), name="satisfaction"),
    path("agencies/<slug:code>/satisfaction/", satisfaction.AgencySatisfaction.as_view(), name="agency-satisfaction"),
]
