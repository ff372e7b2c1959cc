"""Routes of the history's daily roots, and of who read an application."""

from django.urls import path

from services.applications.api import access, roots

urlpatterns = [
    path("applications/<uuid:id>/access-log/", access.ApplicationAccessLog.as_view(), name="application-access-log"),
    path("history/roots/", roots.Roots.as_view(), name="history-roots"),
    path("history/roots/<slug:day>/", roots.RootOfDay.as_view(), name="history-root"),
    path(
        "applications/<uuid:id>/timeline/<int:sequence>/proof/",
        roots.Proof.as_view(),
        name="application-timeline-proof",
    ),
]
