from django.urls import include, path

from accounts.api.views import Me

urlpatterns = [
    path("me/", Me.as_view(), name="me"),
    path("", include("accounts.proofing.api.urls")),
    path("", include("accounts.privacy.api.urls")),
    path("", include("accounts.mandates.api.urls")),
]
