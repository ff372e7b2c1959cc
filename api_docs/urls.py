"""`/api/schema/` for programs, `/api/docs/` for people."""

from django.urls import path, re_path
from django.views.generic import RedirectView

from api_docs import views

urlpatterns = [
    path("schema/", views.schema, name="api-schema"),
    path("docs/", views.docs, name="api-docs"),
    re_path(r"^(?P<path>docs|schema)$", RedirectView.as_view(url="/api/%(path)s/", query_string=True)),
    path("docs/start.js", views.start, name="api-docs-start"),
    path("docs/oauth2-redirect.html", views.oauth2_redirect, name="api-docs-redirect"),
]
