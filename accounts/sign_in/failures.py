"""Failed tries, written into the history of whose account it was.

Written once the answer has gone: before that, the time that it takes would tell that there is an account.
"""

from functools import partial
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.sign_in.operations import record_failure

__all__ = ["address_of", "note", "write_after"]


def note(request: HttpRequest, person_id: UUID) -> None:
    """Have it written that a try at this person's account failed."""
    request.failed_at = person_id  # type: ignore[attr-defined]


def write_after(request: HttpRequest, answer: HttpResponse) -> None:
    """Write what was noted when the answer is closed, which a server does after sending it."""
    person_id = getattr(request, "failed_at", None)
    if person_id is not None:
        told = request.META.get("HTTP_USER_AGENT", "")
        write = partial(
            record_failure, person_id=person_id, address=address_of(request), user_agent=told, now=timezone.now()
        )
        answer._resource_closers.append(write)  # type: ignore[attr-defined]  # no public name


def address_of(request: HttpRequest) -> str | None:
    """Return the browser's address; None where there is no connection, as in a command."""
    return get_adapter().get_client_ip(request) if request.META.get("REMOTE_ADDR") else None
