"""Every error of the API is a problem document (RFC 9457): what went wrong, where, and what to do."""

import logging
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import orjson
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext
from rest_framework import exceptions as drf
from rest_framework.utils.serializer_helpers import ReturnDict

from superapp.http.language import request_language

logger = logging.getLogger(__name__)

Texts = Mapping[str, str]
MEDIA_TYPE = "application/problem+json"
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}  # RFC 9110; older Pythons have older names
_MALFORMED = (
    BadRequest,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
    MultiPartParserError,
    UnreadablePostError,
)


def localized(texts: Texts | str, language: str) -> str:
    """Return a text in `language`; Indonesian where it has none."""
    if isinstance(texts, str):
        return texts
    return texts.get(language) or texts.get("id", "")


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one value. `pointer` is a JSON pointer (RFC 6901) into the request's body."""

    pointer: str
    code: str
    detail: Texts | str


class Problem(Exception):
    """An answer of 4xx or 5xx, in both languages. `code` is stable and for programs, `detail` for people."""

    def __init__(
        self,
        *,
        status: int,
        code: str,
        detail: Texts | str,
        title: str = "",
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        """Take what to say; `members` are further ones of the document (RFC 9457, section 3.2)."""
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.title = title or _TITLES.get(status) or HTTPStatus(status).phrase
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.members = dict(members or {})


class Missing(Problem):
    """404: there is none, or it is not yours; which of the two is not told."""

    def __init__(self) -> None:
        super().__init__(
            status=404, code="not_found", detail={"id": "Tidak ditemukan.", "en": "There is no such thing here."}
        )


def invalid(errors: Sequence[FieldError]) -> Problem:
    """Return 400 `invalid`: the fields of the request that cannot be understood."""
    detail = {"id": "Ada isian yang tidak sah.", "en": "Some of what was sent is not valid."}
    return Problem(status=400, code="invalid", detail=detail, errors=errors)


def unfit(code: str, pointer: str, why: str, id: str, en: str, *, status: int = 422) -> Problem:
    """Return the refusal of one value, in the words for it: `code` of the whole, `why` of the value at `pointer`."""
    detail = {"id": id, "en": en}
    return Problem(status=status, code=code, detail=detail, errors=[FieldError(pointer, why, detail)])


def malformed(code: str = "malformed_request") -> Problem:
    """Return 400 for a request that cannot be read at all."""
    detail = {"id": "Permintaan tidak dapat dibaca.", "en": "The request cannot be read."}
    return Problem(status=400, code=code, detail=detail)


def too_large() -> Problem:
    """Return 413 for a body larger than the platform reads."""
    detail = {"id": "Isi permintaan terlalu besar.", "en": "The body of the request is too large."}
    return Problem(status=413, code="too_large", detail=detail)


def length_required() -> Problem:
    """Return 411 for a body sent in chunks: the platform reads as much as `Content-Length` says."""
    detail = {"id": "Sertakan Content-Length.", "en": "Send the body with a Content-Length."}
    return Problem(status=411, code="length_required", detail=detail)


def unavailable() -> Problem:
    """Return 503: the database is away or too busy; nothing was changed."""
    detail = {"id": "Layanan sedang tidak tersedia. Coba lagi sebentar.", "en": "Not available. Try again in a moment."}
    return Problem(status=503, code="unavailable", detail=detail, headers={"Retry-After": "5"})


def unexpected() -> Problem:
    """Return 500: ours to mend. The trace id finds it in the log."""
    detail = {
        "id": "Terjadi kesalahan di sistem kami. Sertakan trace_id bila melapor.",
        "en": "Something failed on our side. Please quote the trace_id when reporting it.",
    }
    return Problem(status=500, code="internal_error", detail=detail)


def problem_response(request: Any, problem: Problem) -> HttpResponse:
    """Answer with `problem`, in the reader's language."""
    language = request_language(request)
    body = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "code": problem.code,
        "detail": localized(problem.detail, language),
        "errors": [
            {"pointer": each.pointer, "code": each.code, "detail": localized(each.detail, language)}
            for each in problem.errors
        ],
        "trace_id": trace_id(request),
    } | problem.members
    response = HttpResponse(orjson.dumps(body), status=problem.status, content_type=MEDIA_TYPE)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    for name, value in problem.headers.items():
        response.headers[name] = value
    return response


def trace_id(request: Any) -> str:
    """Return the id that this request has in the log: 32 hex digits, the caller's `traceparent` if it sent one."""
    django_request = getattr(request, "_request", request)
    known = getattr(django_request, "trace_id", "")
    if not known:
        parts = django_request.META.get("HTTP_TRACEPARENT", "").split("-")
        hexadecimal = len(parts) == 4 and len(parts[1]) == 32 and set(parts[1]) <= set("0123456789abcdef")
        known = parts[1] if hexadecimal else secrets.token_hex(16)
        django_request.trace_id = known
    return str(known)


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Turn what a view raised into a problem; None for what nobody foresaw (500, by the middleware)."""
    problem = problem_of(exc)
    if problem is None:
        return None
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED:
        problem.headers["Allow"] = ", ".join(context["view"].allowed_methods)
    return problem_response(context["request"], problem)


def problem_of(exc: Exception) -> Problem | None:
    """Return the problem that an exception means, None for one that nobody foresaw."""
    if isinstance(exc, Problem):
        return exc
    if isinstance(exc, drf.APIException):
        return _from_framework(exc)
    if isinstance(exc, Http404):
        return Missing()
    if isinstance(exc, PermissionDenied):
        return _from_framework(drf.PermissionDenied())
    if isinstance(exc, RequestDataTooBig):
        return too_large()
    if isinstance(exc, _MALFORMED):
        return malformed()
    return None


def _from_framework(exc: drf.APIException) -> Problem:
    if isinstance(exc, drf.ValidationError):
        return invalid(list(_flatten(exc.get_full_details(), "")))
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if isinstance(exc, drf.Throttled):
        headers["Retry-After"] = str(int(getattr(exc, "wait", None) or 1))
    codes: Any = exc.get_codes()
    code = str(codes)
    if code == drf.ParseError.default_code:  # a multipart body; the parser of JSON names its own
        return malformed()
    return Problem(status=exc.status_code, code=code, detail=_texts(exc), headers=headers)


_DETAILS: dict[type[Exception], dict[str, str]] = {
    drf.NotAuthenticated: {"id": "Masuk dahulu.", "en": "Sign in first."},
    drf.NotFound: {"id": "Tidak ditemukan.", "en": "There is no such thing here."},
    drf.MethodNotAllowed: {"id": "Metode ini tidak tersedia di alamat ini.", "en": "This address has no such method."},
    drf.UnsupportedMediaType: {"id": "Jenis isi permintaan tidak didukung.", "en": "This media type is not supported."},
    drf.ParseError: {"id": "Isi bukan JSON yang sah.", "en": "The body is not valid JSON."},
    drf.Throttled: {
        "id": "Terlalu banyak permintaan. Coba lagi sebentar.",
        "en": "Too many requests. Try again in a moment.",
    },
}


def _texts(exc: drf.APIException) -> Texts | str:
    return _DETAILS.get(type(exc)) or str(exc.detail)


def step(name: object) -> str:
    """Return one step of a JSON pointer (RFC 6901)."""
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _flatten(details: Any, pointer: str) -> Iterator[FieldError]:
    """Yield the errors of a serializer, which nests them as it nests its fields."""
    if isinstance(details, Mapping | ReturnDict) and set(details) == {"message", "code"}:
        # The framework puts one of its own sentences ("No data provided") past its translators.
        yield FieldError(pointer, details["code"], gettext(str(details["message"])))
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            yield from _flatten(inner, pointer + ("" if name == "non_field_errors" else step(name)))
    else:
        for place, inner in enumerate(details):
            leaf = isinstance(inner, Mapping) and set(inner) == {"message", "code"}
            yield from _flatten(inner, pointer if leaf else f"{pointer}/{place}")
