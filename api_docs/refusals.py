"""How each refusal reads in the documentation: one shared response for a status."""

from http import HTTPStatus
from typing import Any

# Status to: title, when it is given, a code and a detail as an example.
_REFUSALS: dict[int, tuple[str, str, str, str]] = {
    400: (
        "Bad Request",
        "What was sent cannot be read or is not valid.",
        "malformed_json",
        "The body is not valid JSON.",
    ),
    401: ("Unauthorized", "Without a token, or with one that does not hold.", "not_authenticated", "Sign in first."),
    403: (
        "Forbidden",
        "The token or the person may not do this.",
        "insufficient_scope",
        "This needs a token with the scope: applications.",
    ),
    404: ("Not Found", "There is none, or it is not yours.", "not_found", "There is no such thing here."),
    409: (
        "Conflict",
        "Its state does not allow this.",
        "not_a_draft",
        "This was submitted and can no longer be changed.",
    ),
    411: ("Length Required", "A body sent in chunks.", "length_required", "Send the body with a Content-Length."),
    412: (
        "Precondition Failed",
        "`If-Match` names another revision.",
        "precondition_failed",
        "This changed since you read it. Read it again, then repeat.",
    ),
    413: (
        "Content Too Large",
        "The body is larger than we read.",
        "too_large",
        "The body of the request is too large.",
    ),
    415: (
        "Unsupported Media Type",
        "The body is of another type.",
        "unsupported_media_type",
        "This media type is not supported.",
    ),
    422: (
        "Unprocessable Content",
        "Readable, but not complete or not right; `errors` names each place. Or a key that stands for another request.",
        "idempotency_key_reused",
        "This Idempotency-Key already stands for another request. Make a new one.",
    ),
    428: (
        "Precondition Required",
        "`If-Match` is missing.",
        "precondition_required",
        "Send If-Match with the ETag read last.",
    ),
    429: (
        "Too Many Requests",
        "Too often; `Retry-After` says when.",
        "throttled",
        "Too many requests. Try again in a moment.",
    ),
    503: (
        "Service Unavailable",
        "Not now; nothing was changed.",
        "unavailable",
        "Not available. Try again in a moment.",
    ),
}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"description": "RFC 6750.", "required": True, "schema": {"type": "string"}}},
    429: {"Retry-After": {"description": "Seconds.", "required": True, "schema": {"type": "integer"}}},
}


def refusal(status: int, schema: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the shared response of a status, after its name; `schema` is that of the problem document."""
    title, description, code, detail = _REFUSALS.get(status) or _seldom(status)
    example: dict[str, Any] = {"type": "about:blank", "title": title, "status": status, "code": code}
    example |= {"detail": detail, "errors": [], "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}
    response: dict[str, Any] = {
        "description": description,
        "content": {"application/problem+json": {"schema": schema, "example": example}},
    }
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    return title.replace(" ", ""), response


def _seldom(status: int) -> tuple[str, str, str, str]:
    """Return what is said of a status that only some module's view declares."""
    title = HTTPStatus(status).phrase
    return title, title, title.lower().replace(" ", "_"), title
