"""What a round of correction means for everything else that may be done with an application."""

from datetime import datetime

from services.applications.models import Application, CorrectionRound
from services.applications.queries.corrections import open_round
from services.documents.operations import discard
from superapp.http.problems import Problem

AWAITING = {"id": "Menunggu perbaikan dari pemohon.", "en": "The applicant is putting something right."}


def awaiting_correction() -> Problem:
    """Return 409: the application is with its applicant, who puts something right."""
    return Problem(status=409, code="awaiting_correction", detail=dict(AWAITING))


def close_round(asked: CorrectionRound, state: CorrectionRound.State, now: datetime) -> None:
    """End a round that does not come back; files uploaded for it go."""
    for each in asked.files.select_related("file"):
        each.delete()
        if each.file is not None:
            discard(each.file)
    asked.state, asked.closed_at = state, now
    asked.save(update_fields=["state", "closed_at"])


def give_up_round(application: Application, now: datetime) -> None:
    """End the open round, if there is one: the application itself ends."""
    if (asked := open_round(application.id)) is not None:
        close_round(asked, CorrectionRound.State.CANCELLED, now)
