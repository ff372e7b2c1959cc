"""When a mandate can be renewed."""

from datetime import datetime, timedelta
from typing import Final

from accounts.mandates.models import Mandate, Relation, State

# How long before its end: each consent is for a year at most, and fresh.
RENEWAL_WINDOW: Final = timedelta(days=30)


def is_renewable(mandate: Mandate, now: datetime) -> bool:
    """Return whether either side may ask now that it goes on: in the 30 days before its end, and not a child's."""
    of_age_ends_it = mandate.kind in (Relation.CHILD, Relation.GUARDIAN)
    return mandate.state == State.ACTIVE and not of_age_ends_it and now < mandate.expires_at <= now + RENEWAL_WINDOW
