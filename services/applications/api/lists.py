"""Lists of applications as the API shows them: mine, and my agencies' queue."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from services.applications.queries.behalf import reached_services
from services.applications.queries.lists import line_of, my_applications, queue
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_page
from superapp.http.problems import FieldError, Problem


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


def queue_page(request: Any, agency_ids: Sequence[UUID]) -> HttpResponse:
    """Answer with one page of the open applications of these agencies, the soonest due first."""
    asked = read_page(request, [date, UUID])
    state = request.GET.get("state", "")
    if len(state) > 40 or not state.isascii():
        detail = {"id": "Status tidak dikenal.", "en": "There is no such state."}
        error = FieldError("/state", "invalid", detail)
        raise Problem(status=400, code="invalid_parameter", detail=detail, errors=[error])
    rows = queue(agency_ids, state=state, limit=asked.limit + 1, after=asked.after, before=asked.before)
    language = request_language(request)
    body = page_of(request, asked, rows, key=lambda row: (row[5], row[0]), line=lambda row: line_of(row, language))
    return json_response(request, body)
