"""Reading the catalogue: what everybody sees, and what an agency's admins see of their own services."""

from services.catalogue.queries.public import (
    Filters,
    detail_of,
    get_version,
    local,
    matching,
    service_answer,
    service_page,
    summary_of,
    text_of,
    usual_for,
)

__all__ = [
    "Filters",
    "detail_of",
    "get_version",
    "local",
    "matching",
    "service_answer",
    "service_page",
    "summary_of",
    "text_of",
    "usual_for",
]
