"""Silence that grants: the time for a decision is over and nobody decided, so the law has (fiktif positif).

UU 30/2014 Pasal 53 as amended by UU 6/2023 (Cipta Kerja) Pasal 175: within the time that the rules set, 5 working days
after complete receipt where none do, else the application is deemed granted by law. The Perpres that paragraph (5)
announces, on the form of such a decision, is not known to have been issued; so a definition asks for it expressly.
"""

from datetime import datetime

from services.applications.models import Application
from services.applications.operations.appointments import give_back
from services.applications.operations.recording import record
from services.catalogue.versions import Version
from services.definitions import TACIT


def deem_granted(application: Application, version: Version, *, now: datetime) -> None:
    """Grant an application whose time is over, as its definition has it; its row is locked and nobody decided.

    Its document follows from the event, as after an officer's grant.
    """
    state = next(code for code, each in version.definition.workflow.states.items() if each.end == "granted")
    # An objection is deemed granted by its own article.
    definition = version.definition
    basis = TACIT if definition.kind == "application" else definition.deadline.basis
    record(
        application,
        type="deemed_granted",
        actor_id=None,
        actor_role="system",
        to_state=state,
        data={"basis": basis, "lapsed_on": str(application.due_on)},
        now=now,
    )
    application.state, application.end = state, "granted"
    application.revision += 1
    application.updated_at = application.closed_at = now
    application.save(update_fields=["state", "end", "revision", "updated_at", "closed_at"])
    give_back(application, now)
