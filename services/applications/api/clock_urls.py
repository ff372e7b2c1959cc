"""Routes around the clock and after it: what was escalated, what applicants think, what is kept."""

from django.urls import path

from services.applications.api import escalated, holds, satisfaction

urlpatterns = [
    path("office/applications/escalated/", escalated.Escalated.as_view(), name="office-escalated"),
    path("applications/<uuid:id>/satisfaction/", satisfaction.MySatisfaction.as_view(), name="satisfaction"),
    path("agencies/<slug:code>/satisfaction/", satisfaction.AgencySatisfaction.as_view(), name="agency-satisfaction"),
    path("office/applications/<uuid:id>/holds/", holds.Holds.as_view(), name="office-holds"),
    path("office/applications/<uuid:id>/holds/<uuid:hold_id>/lift/", holds.LiftHold.as_view(), name="office-hold-lift"),
    path("office/destructions/", holds.Destructions.as_view(), name="office-destructions"),
]
