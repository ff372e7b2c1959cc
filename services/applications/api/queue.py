"""The queue over the API: a page of it, a search by name, its counts."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.bearer import caller
from services.applications.api.filters import FiltersIn, SearchIn, asked_of
from services.applications.api.office import OfficeView
from services.applications.api.queue_shapes import COUNTS, FOUND, LINE, SEARCH_IN, CountsOut, FoundOut, QueueLine
from services.applications.city_time import city_day
from services.applications.operations.searching import Searched, cursor_of, search
from services.applications.queries.lists import queue_lines
from services.applications.queries.narrowing import filters_from
from services.applications.queries.queue import Filters, Found, Key, count, key_of, queue
from superapp.http.conditional import json_response
from superapp.http.language import request_language
from superapp.http.pagination import Asked, link, read_page
from superapp.http.parameters import PAGE
from superapp.http.sql import Row


class Queue(OfficeView):
    """Open applications of my agencies."""

    @extend_schema(
        operation_id="office_queue",
        summary="Open applications of my agency, the soonest due first",
        description=(
            "Names nobody: the resident is on the application itself, whose reading is recorded. A page may hold fewer "
            "lines than asked for, or none, and still have a `next`: what no index finds is looked for a stretch at a "
            "time. There is no total; `counts/` counts up to 1,000. Names are searched for by POST (`search/`): no "
            "personal data stand in an address."
        ),
        tags=["office"],
        parameters=[FiltersIn, *PAGE],
        responses={200: QueueLine(many=True)},
        examples=[LINE],
    )
    def get(self, request: Request) -> HttpResponse:
        filters = filters_from(asked_of(request), me=caller(request).id, agency_ids=self.roles, now=timezone.now())
        asked = read_page(request, [datetime if filters.newest else date, UUID])
        found = queue(filters, limit=asked.limit + 1, after=asked.after, before=asked.before)
        language = request_language(request)
        page = queue_page(request, asked, found, filters, lines=lambda rows: queue_lines(rows, filters.today, language))
        return json_response(request, page)


def queue_page(
    request: Request | HttpRequest,
    asked: Asked,
    found: Found,
    filters: Filters,
    *,
    lines: Callable[[Sequence[Row]], list[dict[str, Any]]],
    mode: Key = (),
) -> dict[str, Any]:
    """Return the page; where looking stopped early, a link leads on from there. `lines` dresses its rows.

    `mode` is what its cursors tell besides the place.
    """
    further, backward = len(found.rows) > asked.limit, asked.before is not None
    rows = found.shown(asked.limit, backward=backward)
    first, last = ((*key_of(rows[place], newest=filters.newest), *mode) if rows else None for place in (0, -1))
    edge = (*found.edge, *mode) if found.edge else None
    following = (last or asked.before) if backward else last if further else edge
    preceding = (first if further else edge) if backward else first if asked.after else None
    return {
        "next": link(request, "after", following) if following else None,
        "previous": link(request, "before", preceding) if preceding else None,
        "results": lines(rows),
    }


class Search(OfficeView):
    """Open applications by who applies."""

    @extend_schema(
        operation_id="office_queue_search",
        summary="Open applications of my agency whose applicant bears a name",
        description=(
            "The words in any order, the last found by its beginning; where nothing is found so, each by its own. "
            "`next` and `previous` are addresses to which the same body is sent again; `too_many` says that the name "
            "is so frequent that not all who bear it were looked at. Each applicant on a page sees that their name "
            "was searched for."
        ),
        tags=["office"],
        parameters=PAGE,
        request=SearchIn,
        responses={200: FoundOut},
        examples=[SEARCH_IN, FOUND],
    )
    def post(self, request: Request) -> HttpResponse:
        wanted = SearchIn(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked, language = dict(wanted.validated_data), request_language(request)
        who, now = caller(request), timezone.now()
        page = read_page(request, cursor_of(asked))
        name = asked.pop("name")
        found = search(asked, name=name, page=page, me=who.id, my_name=who.full_name, roles=self.roles, now=now)
        lines = partial(queue_lines, today=city_day(now), language=language)
        return json_response(request, found_page(request, page, found, lines=lines))


def found_page(
    request: Request | HttpRequest,
    asked: Asked,
    searched: Searched,
    *,
    lines: Callable[[Sequence[Row]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """Return a page of what was searched for; `lines` dresses its rows."""
    found, filters = searched.found, searched.filters
    page = queue_page(request, asked, found, filters, lines=lines, mode=(int(searched.whole),))
    return page | {"too_many": searched.too_many}


class Counts(OfficeView):
    """How much there is, as far as it is counted."""

    @extend_schema(
        operation_id="office_queue_counts",
        summary="How many open applications fit, up to 1,000",
        description="`more` where there are more than were counted: show `1000+`. The same filters as the queue.",
        tags=["office"],
        parameters=[FiltersIn],
        responses={200: CountsOut},
        examples=[COUNTS],
    )
    def get(self, request: Request) -> HttpResponse:
        asked, me, now = asked_of(request), caller(request).id, timezone.now()
        tabs: dict[str, dict[str, Any]] = {
            "all": {},
            "mine": {"assignee": "me"},
            "nobodys": {"assignee": "nobody"},
            "overdue": {"overdue": True},
            "paused": {"paused": True},
        }
        body = {}
        for name, more in tabs.items():
            counted, beyond = count(filters_from(asked | more, me=me, agency_ids=self.roles, now=now))
            body[name] = {"count": counted, "more": beyond}
        return json_response(request, body)
