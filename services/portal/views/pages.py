"""What every page shares: its language, and problems told as pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from superapp.http.problems import Problem, localized

View = Callable[..., HttpResponse]


def page_language() -> str:
    """Return the language of this page: `id` or `en`."""
    return (get_language() or "id")[:2]


def told_as_page(view: View) -> View:
    """Wrap a view so that a refusal (`Problem`) is a page in the reader's language, with the refusal's status."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Problem as problem:
            told = {"detail": localized(problem.detail, page_language()), "status": problem.status}
            response = render(request, "portal/problem.html", told, status=problem.status)
            for name, value in problem.headers.items():
                response.headers[name] = value
            return response

    return wrapped
