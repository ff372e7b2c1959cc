"""Query parameters that lists share, as the documentation shows them."""

from drf_spectacular.utils import OpenApiParameter

from superapp.http.pagination import MOST, USUAL

PAGE = [
    OpenApiParameter("cursor", str, description="From `next` or `previous`; the first page without."),
    OpenApiParameter("limit", {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}),
]
