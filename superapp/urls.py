"""The table of contents: every address of the platform."""

from django.urls import URLPattern, URLResolver, include, path

from services.plugging.routes import page_routes

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("superapp.api_urls")),
    path("api/", include("api_docs.urls")),
    path("o/", include("accounts.provider.urls")),
    path("", include("accounts.urls")),
    path("", include("services.office.urls")),
    path("", include("services.portal.urls")),
    *page_routes(),
    path("", include("superapp.http.urls")),
]

# Read by the sign-in library.
handler429 = "accounts.sign_in.lockout.too_often"
