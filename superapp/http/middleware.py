"""The outermost layer: whatever happens inside, an API caller gets a problem document with a trace id."""

import logging
from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from superapp.http.problems import (
    Missing,
    Problem,
    malformed,
    problem_of,
    problem_response,
    too_large,
    trace_id,
    unexpected,
)

logger = logging.getLogger("superapp.http")

_API = "/api/v1/"


class ApiManners:
    """Gives every API answer its trace id, and turns what Django answers in HTML into problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            return problem_response(request, malformed("null_character"))
        response = self.get_response(request)
        if not request.path_info.startswith(_API):
            return response
        if response.status_code >= 400 and response.headers.get("Content-Type", "").startswith("text/html"):
            response = problem_response(request, _by_status(response.status_code))
        if response.status_code >= 400 or "HTTP_TRACEPARENT" in request.META:
            response.headers["X-Trace-Id"] = trace_id(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer for an exception that no view's handler knew."""
        if not request.path_info.startswith(_API):
            return None
        problem = problem_of(exception)
        if problem is None:
            logger.exception(
                "trace_id=%s %s %s", trace_id(request), request.method, request.path_info, exc_info=exception
            )
            problem = unexpected()
        return problem_response(request, problem)


def _by_status(status: int) -> Problem:
    if status == 404:
        return Missing()
    if status == 413:
        return too_large()
    if status >= 500:
        return unexpected()
    return malformed()
