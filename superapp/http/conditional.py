"""ETags: a read that changed nothing costs no body (304), a write on an old state is refused (412)."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

import orjson
from django.http import HttpResponse

from superapp.http.language import request_language
from superapp.http.problems import Problem

View = TypeVar("View", bound=Callable[..., Any])
_VARY = "Accept-Language, Authorization"


def etag_of(body: bytes) -> str:
    """Return the entity tag of a body: 24 hex digits of its BLAKE2, unquoted."""
    return hashlib.blake2b(body, digest_size=12).hexdigest()


def json_response(request: Any, body: Any, *, etag: str | None = None, status: int = 200) -> HttpResponse:
    """Answer with `body` as JSON; with 304 to a read by who has it already.

    `etag` is a revision that moves whenever the content does; without one it is taken from the bytes. The language is
    added to a revision, because the same revision reads differently in each.
    """
    content = orjson.dumps(body)
    tag = etag_of(content) if etag is None else f"{etag}.{request_language(request)}"
    response = unless_held(request, tag, lambda: HttpResponse(content, status=status, content_type="application/json"))
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = _VARY
    return response


def unless_held(request: Any, tag: str, answer: Callable[[], HttpResponse]) -> HttpResponse:
    """Return `answer()` under the entity tag `tag`; to a read by who holds that already, 304 without asking for it."""
    quoted = f'"{tag}"'
    if request.method in ("GET", "HEAD") and _holds(request, quoted):
        response = HttpResponse(status=304)
        del response.headers["Content-Type"]
    else:
        response = answer()
    response.headers["ETag"] = quoted
    return response


def _holds(request: Any, quoted: str) -> bool:
    """Return whether the reader has this already, as `If-None-Match` tells (RFC 9110, section 13.1.2)."""
    asked = request.META.get("HTTP_IF_NONE_MATCH")
    if not asked:
        return False
    return any(each.strip().removeprefix("W/") in (quoted, "*") for each in asked.split(","))


def require_match(source: Any, revision: str) -> None:
    """Refuse a write on a state that the caller has not seen. `source` is the request or its `If-Match`.

    :raises Problem: 428 without `If-Match`, 412 when it names another revision.
    """
    if is_match(source, revision):
        return
    raise Problem(
        status=412,
        code="precondition_failed",
        detail={
            "id": "Data sudah berubah sejak terakhir dibaca. Muat ulang, lalu ulangi.",
            "en": "This changed since you read it. Read it again, then repeat.",
        },
    )


def is_match(source: Any, revision: str) -> bool:
    """Return whether a write is made on the state that stands. `source` is the request or its `If-Match`.

    :raises Problem: 428 without `If-Match`.
    """
    asked = source if source is None or isinstance(source, str) else source.META.get("HTTP_IF_MATCH")
    if not asked:
        raise Problem(
            status=428,
            code="precondition_required",
            detail={
                "id": "Sertakan If-Match berisi ETag yang terakhir dibaca.",
                "en": "Send If-Match with the ETag read last.",
            },
        )
    return matches(asked, revision)


def matches(asked: str, revision: str) -> bool:
    """Return whether what an `If-Match` says names this revision."""
    return any(_revision(each) in (revision, "*") for each in asked.split(","))


def _revision(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"').partition(".")[0]


def if_match(view: View) -> View:
    """Mark a view method that calls `require_match`, so that the documentation shows `If-Match`, 412 and 428."""
    view.needs_if_match = True  # type: ignore[attr-defined]
    return view


def may_match(view: View) -> View:
    """Mark a view method that takes `If-Match` where it is sent, so that the documentation shows it and 412."""
    view.may_match = True  # type: ignore[attr-defined]
    return view
