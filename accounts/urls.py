"""Sign-in pages, and the provider's metadata at the place that RFC 8414 gives it (the root, then the issuer's
path).
"""

from django.urls import include, path

from accounts.provider.metadata import DiscoveryView

urlpatterns = [
    path("accounts/", include("accounts.sign_in.urls")),
    path(".well-known/oauth-authorization-server/o", DiscoveryView.as_view()),
]
