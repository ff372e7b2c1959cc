"""A person's own applications as the API lists them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from services.applications.queries.behalf import reached_services
from services.applications.queries.lists import line_of, my_applications
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page


def mine_page(request: Any) -> HttpResponse:
    """Answer with one page of the caller's applications, most recently changed first."""
    asked = read_page(request, [datetime, UUID])
    actor = getattr(request.user, "actor", None)
    reached = reached_services(actor) if actor is not None else None
    rows = my_applications(
        request.user.id, limit=asked.limit + 1, after=asked.after, before=asked.before, services=reached
    )
    language = request_language(request)
    body = page_of(request, asked, rows, key=lambda row: (row[7], row[0]), line=lambda row: line_of(row, language))
    return json_response(request, body)
