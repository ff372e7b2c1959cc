"""Routes of documents."""

from django.urls import path

from services.documents.api import views

urlpatterns = [path("documents/verify/<str:code>/", views.Verify.as_view(), name="document-verify")]
