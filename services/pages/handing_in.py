"""Files that a page sends with an action of the workflow."""

from collections.abc import Set
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone

from services.applications.operations.staging import stage_file
from services.pages.manners import count_upload, person_id

_FILE: Final = "file:"  # what the name of an input begins with, before the document's


def hand_in(request: HttpRequest, *, application_id: UUID, roles: Set[str], action: str) -> None:
    """Keep the files that came with an action until it is taken.

    :raises Problem: as `stage_file` does; 429 for too many within a minute.
    """
    for name, upload in request.FILES.items():
        if name.startswith(_FILE) and not isinstance(upload, list):
            count_upload(request)
            stage_file(
                application_id=application_id, actor_id=person_id(request), roles=roles, action=action,
                document=name.removeprefix(_FILE)[:60], upload=upload, now=timezone.now(),
            )  # fmt: skip
