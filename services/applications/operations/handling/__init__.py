"""Who has an application in hand, and where it lies: claimed, assigned, handed on, sent back."""

from services.applications.operations.handling.assigning import assign, claim, release, take_from
from services.applications.operations.handling.disposition import give_back, hand_over, recall

__all__ = ["assign", "claim", "give_back", "hand_over", "recall", "release", "take_from"]
