"""What was applied for in a child's name becomes the grown person's own."""

from datetime import datetime
from uuid import UUID

from services.applications.models import DRAFT, Application, Appointment, LifeBundle
from services.applications.operations.recording import record
from services.documents.operations import change_owner


def hand_over(*, from_id: UUID, to_id: UUID, now: datetime) -> None:
    """Make the applications of one account another's, with their files, hours and life events.

    History stays: it says who did what then, and from now on that it is the other's, so that it proves whose it is
    (queries.chain).
    """
    for application in Application.objects.select_for_update().filter(applicant_id=from_id).order_by("id"):
        if application.state != DRAFT:
            data = {"from": str(from_id), "to": str(to_id)}
            record(application, type="taken_over", actor_id=None, actor_role="system", data=data, now=now)
            application.revision += 1
        application.applicant_id, application.updated_at = to_id, now
        application.save(update_fields=["applicant", "revision", "updated_at"])
    Appointment.objects.filter(person_id=from_id, application__isnull=False).update(person_id=to_id)
    LifeBundle.objects.filter(applicant_id=from_id).update(applicant_id=to_id)
    change_owner(from_id=from_id, to_id=to_id)
