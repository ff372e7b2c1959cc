"""Routes of the inbox."""

from django.urls import path

from services.notifications.api import views

urlpatterns = [
    path("notifications/", views.Notifications.as_view(), name="notifications"),
    path("notifications/<uuid:notice_id>/read/", views.MarkRead.as_view(), name="notification-read"),
]
