"""Mandates made, accepted, confirmed, renewed and ended. Each change is one transaction, line of history and event."""

from accounts.mandates.operations.answers import accept, confirm
from accounts.mandates.operations.children import add_child
from accounts.mandates.operations.companies import add_company
from accounts.mandates.operations.endings import end, end_all_of, end_at_counter, tend
from accounts.mandates.operations.giving import give, offer
from accounts.mandates.operations.handover import yield_nik
from accounts.mandates.operations.renewals import ask_renewal

__all__ = [
    "accept",
    "add_child",
    "add_company",
    "ask_renewal",
    "confirm",
    "end",
    "end_all_of",
    "end_at_counter",
    "give",
    "offer",
    "tend",
    "yield_nik",
]
