"""What a client hints at for the pages on the way: their language and their shape (OpenID Core, section 3.1.2.1).

Both are kept in cookies, since the pages of signing in come between. The language goes where the buttons in the page's
head put it, so that the latest word counts, the client's or the person's.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase

__all__ = ["DISPLAYS", "keep_shape", "to_language"]

# All but the first leave out the site's navigation: a popup and a phone have no room for it.
DISPLAYS: Final = ("page", "popup", "touch", "wap")
_SHAPE: Final = "display"  # read by allauth/layouts/entrance.html
_SHAPE_SECONDS: Final = 3600


def to_language(request: HttpRequest) -> HttpResponse | None:
    """Return the same request in the first language of `ui_locales` that is ours, and without that parameter.

    None for a request that names none, for a silent one, which shows no page, and for our own form.
    """
    ours = dict(settings.LANGUAGES)
    named = (tag.partition("-")[0].lower() for tag in request.GET.get("ui_locales", "").split())
    language = next((each for each in named if each in ours), None)
    if language is None or request.method != "GET" or "none" in request.GET.get("prompt", "").split():
        return None
    query = request.GET.copy()
    del query["ui_locales"]
    answer = HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    return answer


def keep_shape(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Have this page, yet to be rendered, and those that follow take the shape of the request's `display`."""
    compact = request.GET.get("display") in DISPLAYS[1:]
    if compact == (_SHAPE in request.COOKIES):
        return
    if compact:
        request.COOKIES[_SHAPE] = "compact"
        answer.set_cookie(
            _SHAPE, "compact", max_age=_SHAPE_SECONDS, secure=settings.HTTPS, httponly=True, samesite="Lax"
        )
    else:
        del request.COOKIES[_SHAPE]
        answer.delete_cookie(_SHAPE, samesite="Lax")
