"""Telling at least once what happened: written with the work itself, delivered after it."""

from services.events.models import MAX_ATTEMPTS
from services.events.operations.delivering import Park, RetryLater, drain
from services.events.operations.keeping import prune, replay, replay_parked
from services.events.operations.publishing import publish
from services.events.operations.waking import wake

__all__ = [
    "MAX_ATTEMPTS",
    "Park",
    "RetryLater",
    "drain",
    "prune",
    "publish",
    "replay",
    "replay_parked",
    "wake",
]
