"""Rounds of correction: an officer marks answers and files, they alone unlock, the clock stands until they come back.

What was submitted stays as it was submitted; a round that is sent is a further submission.
"""

from services.applications.operations.corrections.answering import attach_correction, save_correction, send_correction
from services.applications.operations.corrections.asking import Item, ask_correction, cancel_correction, lapse

__all__ = [
    "Item",
    "ask_correction",
    "attach_correction",
    "cancel_correction",
    "lapse",
    "save_correction",
    "send_correction",
]
