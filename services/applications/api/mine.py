"""A person's own applications as the API lists them, and what changed of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework.utils.urls import replace_query_param

from accounts.bearer import caller
from services.applications.queries.behalf import covers, reached_services
from services.applications.queries.changes import Holder, changes_since
from services.applications.queries.detail import body_of
from services.applications.queries.lists import my_applications, my_line_of
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import page_of, read_limit, read_page


def mine_page(request: Any) -> HttpResponse:
    """Answer with one page of the caller's applications, most recently changed first."""
    asked = read_page(request, [datetime, UUID])
    actor = getattr(request.user, "actor", None)
    reached = reached_services(actor) if actor is not None else None
    rows = my_applications(
        request.user.id,
        reader_id=caller(request).doer_id,
        limit=asked.limit + 1,
        after=asked.after,
        before=asked.before,
        services=reached,
    )
    language = request_language(request)
    body = page_of(request, asked, rows, key=lambda row: (row[7], row[0]), line=lambda row: my_line_of(row, language))
    return json_response(request, body)


def changes_page(request: Any) -> HttpResponse:
    """Answer with one page of what changed since the cursor in `updated_since`."""
    person = caller(request)
    services = reached_services(person.actor) if person.actor is not None else None
    found = changes_since(
        request.GET["updated_since"],
        Holder(person.id, person.doer_id, services),
        limit=read_limit(request),
        now=timezone.now(),
    )
    here = request.build_absolute_uri()
    return json_response(
        request,
        {
            "next": replace_query_param(here, "updated_since", found.cursor) if found.more else None,
            "previous": None,
            "results": [
                _line(each, found.news[each.id], request_language(request))
                for each in found.applications
                if covers(person.actor, each.version)
            ],
            "deleted": [str(each) for each in found.deleted],
            "cursor": found.cursor,
            "reset": found.reset,
        },
    )


def _line(row: Any, news: tuple[int, int], language: str) -> dict[str, Any]:
    happened, unread = news
    return body_of(row, language) | {"news": happened, "unread": unread}
