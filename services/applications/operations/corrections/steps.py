"""What every step of a round of correction has in common: the lock, the event that moves the clock, the refusals."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.agencies.queries import calendar
from services.applications.models import Application, Event
from services.applications.operations.appointments import give_back
from services.applications.operations.recording import record
from services.applications.queries.clock import Step, clock_of
from services.catalogue.versions import version_of
from superapp.http.problems import FieldError, Problem


def no_round() -> Problem:
    """Return 409: nothing is asked to be put right, or not any more."""
    detail = {"id": "Tidak ada perbaikan yang diminta.", "en": "No correction is asked for."}
    return Problem(status=409, code="no_correction_open", detail=detail)


def locked(application_id: UUID) -> Application:
    found = Application.objects.select_for_update(of=("self",)).select_related("applicant")
    return found.get(id=application_id)


def step(
    application: Application,
    type: str,
    *,
    actor_id: UUID | None,
    role: str,
    data: dict[str, Any],
    now: datetime,
    reason: str = "",
    to_state: str | None = None,
) -> Event:
    """Write the event and move the clock with it; save the application."""
    version = version_of(application.version_id)
    state = to_state or application.state
    clock = clock_of(application, version, then=Step(type, state, "", now))
    due_on, application.paused_on = clock.kept(calendar())
    if due_on != application.due_on:
        data = data | {"due_on": str(due_on)}
    event = record(
        application, type=type, actor_id=actor_id, actor_role=role, now=now, to_state=state, reason=reason, data=data
    )
    end = version.definition.workflow.states[state].end or ""
    application.due_on, application.state, application.end = due_on, state, end
    application.closed_at = now if end else None
    touch(application, now)
    if end:
        give_back(application, now)
    return event


def touch(application: Application, now: datetime) -> None:
    application.revision += 1
    application.updated_at = now
    application.save()


def invalid(errors: list[FieldError]) -> Problem:
    detail = {"id": "Ada yang perlu diperiksa.", "en": "Some things need another look."}
    return Problem(status=422, code="invalid_correction", detail=detail, errors=errors)
