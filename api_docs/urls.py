"""`/api/schema/` for programs, `/api/docs/` for people."""

from django.urls import path

from api_docs import views

urlpatterns = [
    path("schema/", views.schema, name="api-schema"),
    path("docs/", views.docs, name="api-docs"),
    path("docs/start.js", views.start, name="api-docs-start"),
    path("docs/oauth2-redirect.html", views.oauth2_redirect, name="api-docs-redirect"),
]
