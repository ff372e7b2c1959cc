"""What every page shares: its language, who reads it, fresh proof of that, and problems told as pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from rest_framework import exceptions as drf
from rest_framework.serializers import Serializer

from accounts.privacy.queries.proof import RECENT
from accounts.sign_in.reauthentication import page, recently_proved
from superapp.http.problems import Missing, Problem, localized, problem_of
from superapp.http.throttling import Throttle

View = Callable[..., HttpResponseBase]
Done = TypeVar("Done")


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


def person_id(request: HttpRequest) -> UUID:
    """Return who is signed in; `login_required` came before."""
    assert request.user.is_authenticated  # noqa: S101
    return request.user.id


def proof_first(request: HttpRequest, *, back_to: str) -> HttpResponse | None:
    """Return the way to prove anew who one is, None when that was done within `RECENT`."""
    if recently_proved(request, int(RECENT.total_seconds())):
        return None
    assert request.user.is_authenticated  # noqa: S101 - `login_required` came before
    return HttpResponseRedirect(page(request.user, then=back_to) or reverse("account_login"))


def on_form(form: forms.Form, do: Callable[[], Done]) -> Done | None:
    """Return what was done; on a refusal that the reader can mend, None, and the form says what is wrong."""
    try:
        return do()
    except Problem as problem:
        if problem.status not in (400, 409):
            raise
        for error in problem.errors:
            field = error.pointer.split("/")[1]
            form.add_error(field if field in form.fields else None, localized(error.detail, page_language()))
        if not problem.errors:
            form.add_error(None, localized(problem.detail, page_language()))
        return None


def checked(shape: type[Serializer[Any]], said: Any) -> dict[str, Any]:
    """Return what was typed, held against the shape in which the API takes it; empty texts count as left out.

    :raises Problem: 400 naming what does not fit.
    """
    wanted = shape(data={name: value for name, value in said.items() if value != ""})
    try:
        wanted.is_valid(raise_exception=True)
    except drf.ValidationError as error:
        problem = problem_of(error)
        assert problem is not None  # noqa: S101 - every refusal of a shape has words
        raise problem from None
    return dict(wanted.validated_data)


def typed_text(request: HttpRequest, name: str, most: int | None) -> str:
    """Return what was typed under a name, without the blanks around it; `most` letters of it at most.

    A browser counts a line's end as one letter and sends two: they are one here, so that nothing is cut off.
    """
    return request.POST.get(name, "").replace("\r\n", "\n").strip()[:most]


class _Upload:
    throttle_scope = "upload"


def count_upload(request: HttpRequest) -> None:
    """Count one file that is handed in, among those of the API.

    :raises Problem: 429 when there were too many of this person's within a minute.
    """
    throttle = Throttle()
    if not throttle.allow_request(request, _Upload):
        problem = problem_of(drf.Throttled(throttle.wait()))
        assert problem is not None  # noqa: S101 - every refusal of the framework has words
        raise problem


def refusals(problem: Problem) -> list[str]:
    """Return why something was refused, each reason a sentence in the reader's language."""
    told = [localized(each.detail, page_language()) for each in problem.errors]
    return told or [localized(problem.detail, page_language())]
