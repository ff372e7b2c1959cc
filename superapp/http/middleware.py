"""The outermost layer: whatever happens inside, an API caller gets a problem document with a trace id."""

import logging
from collections.abc import Callable

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from rest_framework import exceptions as drf

from superapp.http.language import request_language
from superapp.http.problems import (
    Missing,
    Problem,
    length_required,
    malformed,
    problem_of,
    problem_response,
    too_large,
    trace_id,
    unavailable,
    unexpected,
)

logger = logging.getLogger("superapp.http")

API_PREFIX = "/api/"


def is_api(request: HttpRequest) -> bool:
    """Return whether a program asks, not a page's reader."""
    return request.path_info.startswith(API_PREFIX)


class ApiManners:
    """Gives every API answer its language and its trace id, and turns what Django answers in HTML into problems."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        refusal = _unreadable(request)
        if not is_api(request):
            return problem_response(request, refusal) if refusal else self.get_response(request)
        # Threads serve many: without this, the texts of libraries would be in the language of whoever came before.
        translation.activate(request_language(request))
        response = problem_response(request, refusal) if refusal else self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type", "").startswith("text/html"):
            response = _in_our_words(request, response)
        if response.status_code >= 400 or "HTTP_TRACEPARENT" in request.META:
            response.headers["X-Trace-Id"] = trace_id(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Answer for an exception that no view's handler knew."""
        if not is_api(request):
            return None
        problem = problem_of(exception)
        if problem is None:
            logger.exception(
                "trace_id=%s %s %s", trace_id(request), request.method, request.path_info, exc_info=exception
            )
            away = isinstance(exception, OperationalError | InterfaceError)
            problem = unavailable() if away else unexpected()
        return problem_response(request, problem)


def _unreadable(request: HttpRequest) -> Problem | None:
    """Return why a request is not even begun: a NUL that no text column can hold, a body whose end nobody tells."""
    if "\x00" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
        return malformed("null_character")
    if "HTTP_TRANSFER_ENCODING" in request.META and not request.META.get("CONTENT_LENGTH"):
        return length_required()
    return None


def _in_our_words(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return the problem that a page means, with its headers (such as `Allow`)."""
    problem = problem_response(request, _by_status(response.status_code))
    for name, value in response.headers.items():
        if name != "Vary":  # of the page
            problem.headers.setdefault(name, value)
    return problem


def _by_status(status: int) -> Problem:
    if status == 404:
        return Missing()
    if status == 405:
        return problem_of(drf.MethodNotAllowed("")) or unexpected()
    if status == 413:
        return too_large()
    if status >= 500:
        return unexpected()
    return malformed()
