"""What was applied for in a child's name becomes the grown person's own."""

from uuid import UUID

from services.applications.models import Application
from services.documents.operations import change_owner


def hand_over(*, from_id: UUID, to_id: UUID) -> None:
    """Make the applications of one account another's, with their files. History stays: it says who did what then."""
    Application.objects.filter(applicant_id=from_id).update(applicant_id=to_id)
    change_owner(from_id=from_id, to_id=to_id)
