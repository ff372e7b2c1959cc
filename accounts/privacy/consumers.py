"""What follows from requests about personal data, told by the outbox at least once."""

from datetime import datetime

from accounts.privacy.operations.export import prepare_export as prepare
from services.events.models import OutboxEvent


def prepare_export(event: OutboxEvent, now: datetime) -> None:
    """Prepare the copy that a person asked for."""
    prepare(export_id=event.key, now=now)
