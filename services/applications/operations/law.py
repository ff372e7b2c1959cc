"""A change of law that concerns what is under way: the application stays on its version, and is marked."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from services.applications.models import DRAFT, Application
from services.applications.operations.recording import record
from services.catalogue.versions import Version


@transaction.atomic
def mark(application_id: UUID, *, version: Version, now: datetime) -> bool:
    """Note in the history of an open application that `version` must be applied to it; return whether it was new.

    Its resident hears of the event from the outbox. Marked for this version or a later one before, nothing happens.
    """
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("must_apply").get(id=application_id)
    )
    standing = application.must_apply
    if application.end or application.state == DRAFT or (standing and standing.number >= version.number):
        return False
    record(
        application,
        type="law_changed",
        actor_id=None,
        actor_role="system",
        data={"version": version.number, "basis": version.definition.content["legal_basis"][0]},
        now=now,
    )
    application.must_apply_id = version.id
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["must_apply", "revision", "updated_at"])
    return True
