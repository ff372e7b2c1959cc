"""`/api/v1/`: the routes of each noun; a plugged-in agency's own stand below `opd/<agency>/`."""

from importlib import import_module

from django.urls import URLPattern, URLResolver

from services.plugging.routes import endpoint_routes

app_name = "v1"

# Tried in this order: what is asked most stands first.
_NOUNS = (
    "services.applications.api",
    "services.catalogue.api",
    "services.notifications.api",
    "accounts.api",
    "services.agencies.api",
    "services.documents.api",
    "services.connectors.api",
)

# One list: each `include` is a level that a request pays for.
urlpatterns: list[URLPattern | URLResolver] = [
    *(route for noun in _NOUNS for route in import_module(f"{noun}.urls").urlpatterns),
    *endpoint_routes(),
]
