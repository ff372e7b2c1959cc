"""What every step of handling has in common: the lock, who may, the event, the refusals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.applications.models import DRAFT, Application, Event
from services.applications.operations.reading import highest
from services.applications.operations.recording import record
from services.applications.operations.transitions import action_forbidden, somebody_was_first
from services.applications.queries.behalf import involved
from services.catalogue.versions import version_of
from superapp.http.conditional import matches
from superapp.http.problems import Missing, Problem


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does it, with the roles held at each agency, and which revision they have seen (`If-Match`), if they say."""

    id: UUID
    roles: Mapping[UUID, frozenset[str]]
    if_match: str | None = None

    def may_share_out(self, application: Application) -> bool:
        """Return whether they dispose of it: it is theirs, nobody's, or they share out the work there."""
        return self.disposes_of(application.agency_id, application.assignee_id)

    def disposes_of(self, agency_id: UUID, assignee_id: UUID | None) -> bool:
        """Return the same of what lies at an agency and is in somebody's hands, or nobody's."""
        return assignee_id in (None, self.id) or not self.roles[agency_id].isdisjoint({"approver", "admin"})


def locked(application_id: UUID, doer: Doer) -> Application:
    """Return an open application that lies where the doer works, its row locked.

    :raises Missing: when it does not, or not any more. :raises Problem: 412 when it changed since it was read, 409 when
        it is decided, 403 for who applied for it, for themselves or for another.
    """
    application = lock(application_id)
    if application is None or application.agency_id not in doer.roles:
        raise Missing
    check(application, doer)
    return application


def lock(application_id: UUID) -> Application | None:
    """Return a submitted application whose person is not taken out of it, its row locked.

    Joined rows would be those of before a wait for the lock.
    """
    found = Application.objects.select_for_update().filter(id=application_id, erased_at=None)
    return found.exclude(state=DRAFT).first()


def check(application: Application, doer: Doer) -> None:
    """Refuse what comes late, and who has to do with it themselves. See `locked`."""
    if doer.if_match is not None and not matches(doer.if_match, str(application.revision)):
        raise somebody_was_first(application, version_of(application.version_id), to_staff=True)
    if application.end:
        detail = {"id": "Permohonan ini sudah diputus.", "en": "This application is decided."}
        raise Problem(status=409, code="decided", detail=detail)
    if involved(application, doer.id):
        raise action_forbidden("assign")


def held_by_another(application: Application) -> Problem:
    """Return the refusal of what somebody else has in hand, naming them."""
    assert application.assignee is not None  # noqa: S101 - asked of one that somebody has
    name = application.assignee.full_name
    return Problem(
        status=409,
        code="held_by_another",
        detail={"id": f"Permohonan ini sedang ditangani {name}.", "en": f"{name} has this application in hand."},
        members={"assignee": {"id": str(application.assignee_id), "name": name}},
    )


def step(
    application: Application,
    type: str,
    *,
    doer: Doer | None,
    now: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
    role: str = "",
) -> Event:
    """Write what happened, and save where the application lies now. The state and the law's clock stay as they are."""
    role = role or (highest(doer.roles[application.agency_id]) if doer else "system")
    actor_id = doer.id if doer else None
    event = record(application, type=type, actor_id=actor_id, actor_role=role, reason=reason, data=data, now=now)
    application.revision += 1
    application.updated_at = now
    application.save(update_fields=["agency", "unit", "assignee", "revision", "updated_at"])
    return event
