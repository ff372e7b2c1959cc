"""Files given with actions: what an action asks and has, what an event holds, the bytes."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from services.applications.city_time import moment
from services.applications.models import ActionFile, Event
from services.applications.models.action_files import WAITS
from services.catalogue.queries import local
from services.definitions import Transition
from services.documents.models import StoredFile

_PLAIN = ("id", "document", "name", "media_type", "size", "sha256")


def given_file(
    application_id: UUID, file_id: UUID, *, reader_id: UUID, staff: bool, action: str | None = None
) -> StoredFile:
    """Return a file of an action: one that was given with it, or that this person staged.

    :raises ActionFile.DoesNotExist: when there is none, or it is not this reader's to see.
    """
    seen = Q(event__isnull=False) if staff else Q(event__isnull=False, internal=False)
    found = ActionFile.objects.select_related("file").filter(seen | Q(event=None, staged_by_id=reader_id))
    found = found.filter(id=file_id, application_id=application_id)
    return (found if action is None else found.filter(action=action)).get().file


def given_with(event: Event, language: str, *, staff: bool, below: str) -> list[dict[str, Any]]:
    """Return the files of an event that this reader may see; `below` is the application's address."""
    return [
        {name: each[name] for name in _PLAIN}
        | {
            "title": local(each["title"], language),
            "internal": each["internal"],
            "url": f"{below}actions/{event.action}/files/{each['id']}/",
        }
        for each in (event.data.get("documents", ()) if staff else shown_files(event))
    ]


def shown_files(event: Event) -> list[dict[str, Any]]:
    """Return the files of an event that its applicant may see, as its data keep them."""
    return [each for each in event.data.get("documents", ()) if not each["internal"]]


def staged_by(application_id: UUID, person_id: UUID, now: datetime) -> QuerySet[ActionFile]:
    """Return what this person handed in for actions not taken yet, while it waits."""
    found = ActionFile.objects.filter(
        application_id=application_id, staged_by_id=person_id, event=None, staged_at__gt=now - WAITS
    )
    return found.select_related("file").order_by("staged_at", "id")


def asked_with(
    transition: Transition, staged: Iterable[ActionFile], language: str, *, url: str
) -> list[dict[str, Any]]:
    """Return the files that an action asks, each with what is staged for it; they are handed in at `url`."""
    waiting = {each.document: each for each in staged if each.action == transition.action}
    return [
        {
            "id": each.id,
            "title": local(dict(each.title), language),
            "accept": list(each.accept),
            "max_mb": each.max_mb,
            "optional": each.optional,
            "internal": each.internal,
            "staged": staged_line(waiting[each.id]) if each.id in waiting else None,
            "url": url,
        }
        for each in transition.documents
    ]


def staged_line(file: ActionFile) -> dict[str, Any]:
    """Return a file that waits for its action. `file.file` is loaded."""
    stored = file.file
    return {
        "id": str(file.id),
        "document": file.document,
        "name": stored.name,
        "media_type": stored.media_type,
        "size": stored.size,
        "sha256": stored.sha256,
        "expires_at": moment(file.expires_at),
    }
