"""`/api/v1/`: one include per noun; a plugged-in agency's own stand below `opd/<agency>/`."""

from django.urls import URLPattern, URLResolver, include, path

from services.plugging.routes import endpoint_routes

app_name = "v1"
urlpatterns: list[URLPattern | URLResolver] = [
    # Tried in this order: what is asked most stands first.
    path("", include("services.applications.api.urls")),
    path("", include("services.catalogue.api.urls")),
    path("", include("services.notifications.api.urls")),
    path("", include("accounts.api.urls")),
    path("", include("services.agencies.api.urls")),
    path("", include("services.documents.api.urls")),
    path("", include("services.connectors.api.urls")),
    *endpoint_routes(),
]
