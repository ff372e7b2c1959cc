"""A request sent twice is done once (draft-ietf-httpapi-idempotency-key-header): the second gets the first's answer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from superapp.http.models import IdempotencyKey
from superapp.http.problems import Problem

_KEPT_HEADERS = ("ETag", "Location")


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer, given now or given before (`replayed`)."""

    status: int
    body: bytes
    replayed: bool

    def response(self) -> HttpResponse:
        """Return it as a response; a replayed one says so."""
        response = HttpResponse(self.body, status=self.status, content_type="application/json")
        if self.replayed:
            response.headers["Idempotency-Replayed"] = "true"
        return response


def reused() -> Problem:
    """Return 422: the key already stands for another request."""
    detail = {
        "id": "Idempotency-Key ini sudah dipakai untuk permintaan lain. Buat kunci baru.",
        "en": "This Idempotency-Key already stands for another request. Make a new one.",
    }
    return Problem(status=422, code="idempotency_key_reused", detail=detail)


def key_required() -> Problem:
    """Return 400: this POST needs a key."""
    detail = {
        "id": "Sertakan header Idempotency-Key, misalnya UUID baru.",
        "en": "Send an Idempotency-Key, such as a new UUID.",
    }
    return Problem(status=400, code="idempotency_key_required", detail=detail)


def key_invalid() -> Problem:
    """Return 400: the key is too long or holds other than visible ASCII."""
    detail = {
        "id": "Idempotency-Key: 1 sampai 255 huruf ASCII.",
        "en": "Idempotency-Key: 1 to 255 visible ASCII characters.",
    }
    return Problem(status=400, code="idempotency_key_invalid", detail=detail)


def read_key(request: Any, *, required: bool = True) -> str | None:
    """Return the request's key.

    :raises Problem: 400 without one where it is required, or with one that is none.
    """
    key: str | None = request.META.get("HTTP_IDEMPOTENCY_KEY")
    if key is None or not key.strip():
        if required:
            raise key_required()
        return None
    key = key.strip().strip('"')
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise key_invalid()
    return key


def fingerprint(request: Any, *, query: bool = False) -> str:
    """Return the SHA-256 (hex) of method, path and body. Call before `request.data` is read.

    With `query` also of what stands behind the `?`, where that says what is to be done.
    """
    asked = request.get_full_path() if query else request.path
    digest = hashlib.sha256(f"{request.method} {asked}\n".encode())
    digest.update(request._request.body)
    return digest.hexdigest()


def form_fingerprint(request: Any) -> str:
    """Return the SHA-256 (hex) of method, path, fields and files of a form; its bytes differ by the boundary."""
    digest = hashlib.sha256(f"{request.method} {request.path}\n".encode())
    for name, value in sorted(request.data.items()):
        content = hashlib.sha256()
        for chunk in value.chunks() if hasattr(value, "chunks") else (str(value).encode(),):
            content.update(chunk)
        digest.update(f"{name} {content.hexdigest()}\n".encode())
    return digest.hexdigest()


def idempotent(
    *, required: bool, mark_of: Callable[[Any], str] = fingerprint
) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Make a view method answer a repeated key with its first answer.

    Key and work are one transaction, so a twin that comes at the same time waits for the first and then gets its
    answer. Only success is kept: a refused request may be mended and sent again under the same key. `mark_of` tells
    requests apart.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answer(self: Any, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            key = read_key(request, required=required)
            if key is None:
                with transaction.atomic():
                    return view(self, request, *args, **kwargs)
            mark = mark_of(request)
            with transaction.atomic():
                row = IdempotencyKey(person_id=request.user.id, key=key, fingerprint=mark, created_at=timezone.now())
                # Waits here for a twin that holds the key in an open transaction.
                IdempotencyKey.objects.bulk_create([row], ignore_conflicts=True)
                row = IdempotencyKey.objects.get(person_id=request.user.id, key=key)
                if row.status:
                    return _replay(row, mark)
                response = view(self, request, *args, **kwargs)
                row.status = response.status_code
                row.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
                row.body = response.content
                row.save(update_fields=["status", "headers", "body"])
                return response

        answer.idempotency_key = "required" if required else "optional"  # type: ignore[attr-defined]
        return answer

    return decorate


def _replay(row: IdempotencyKey, mark: str) -> HttpResponse:
    if row.fingerprint != mark:
        raise reused()
    response = StoredAnswer(status=row.status, body=bytes(row.body), replayed=True).response()
    for name, value in row.headers.items():
        response.headers[name] = value
    return response
