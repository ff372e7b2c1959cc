"""What every page shares: its language, and problems told as pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from superapp.http.problems import Missing, Problem, localized

View = Callable[..., HttpResponseBase]


def page_language() -> str:
    """Return the language of this page: `id` or `en`."""
    return (get_language() or "id")[:2]


def told_as_page(view: View) -> View:
    """Wrap a view so that a refusal (`Problem`) is a page in the reader's language, with the refusal's status.

    What is not there, or not the reader's, is the one page that says so.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except Missing:
            raise Http404 from None
        except Problem as problem:
            told = {"detail": localized(problem.detail, page_language())}
            response = render(request, "portal/problem.html", told, status=problem.status)
            for name, value in problem.headers.items():
                response.headers[name] = value
            return response

    return wrapped
