"""The steps that every change of a mandate is made of. Each is one line of history and one event."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.mandates import refusals
from accounts.mandates.models import Awaiting, Change, Ending, Evidence, Mandate, Relation, State
from accounts.models import User
from accounts.provider.operations import end_authorizations
from services.events.operations import publish

# What can be done for another at all; never `account`, `office`, or giving mandates.
ACTABLE: Final = ("applications", "profile")
_BASES: Final = {
    Relation.CHILD: "UU 1/1974 Pasal 45-47 jo. UU 16/2019; UU 27/2022 Pasal 25",
    Relation.GUARDIAN: "UU 1/1974 Pasal 50-51; UU 27/2022 Pasal 25",
    Relation.RELATIVE: "KUH Perdata Pasal 1792",
    Relation.COMPANY: "UU 40/2007 Pasal 98",
}


def propose(
    principal: User,
    agent: User | None,
    *,
    kind: Relation,
    awaiting: Awaiting,
    expires_at: datetime,
    now: datetime,
    invited: str = "",
    services: Sequence[str] = (),
    source: Mandate | None = None,
    by: UUID | None = None,
) -> Mandate:
    """Write a mandate down that waits for somebody's answer.

    :raises Problem: 409 when one stands already between the two.
    """
    standing = Mandate.objects.filter(principal=principal, agent=agent).exclude(state=State.ENDED)
    if agent is not None:
        # One that ran out unseen makes room.
        for lapsed in standing.filter(expires_at__lte=now).select_for_update():
            finish(lapsed, Ending.EXPIRED, by=None, role="system", now=now)
    try:
        with transaction.atomic():
            mandate = Mandate.objects.create(
                principal=principal,
                agent=agent,
                invited=invited,
                kind=kind,
                scopes=list(ACTABLE),
                services=sorted(set(services)),
                state=State.PROPOSED,
                awaiting=awaiting,
                basis=_BASES[kind],
                delegated_from=source,
                created_at=now,
                expires_at=expires_at,
            )
    except IntegrityError as error:
        raise refusals.stands_already() from error
    role = "agent" if awaiting == Awaiting.OFFICER else "principal"
    record(mandate, "proposed", by=by or (agent.pk if agent else None), role=role, now=now)
    return mandate


def begin(
    mandate: Mandate, evidence: Evidence, *, by: UUID | None, role: str, now: datetime, also: Sequence[UUID] = ()
) -> Mandate:
    """Put it in force. `also` are others who hear of it, as the other parent."""
    mandate.state, mandate.awaiting, mandate.evidence, mandate.starts_at = State.ACTIVE, "", evidence, now
    mandate.version += 1
    mandate.save(update_fields=["state", "awaiting", "evidence", "source", "starts_at", "officer", "version"])
    record(mandate, "begun", by=by, role=role, also=also, now=now)
    return mandate


def finish(mandate: Mandate, ending: Ending, *, by: UUID | None, role: str, now: datetime, reason: str = "") -> None:
    """End it, what was delegated from it, and every token given by it. Both sides read the `reason`."""
    for each in Mandate.objects.filter(delegated_from=mandate).exclude(state=State.ENDED).select_for_update():
        finish(each, Ending.DELEGATOR, by=by, role="system", now=now)
    mandate.state, mandate.awaiting, mandate.ended_at, mandate.ending = State.ENDED, "", now, ending
    mandate.reason, mandate.renewal_until, mandate.renewal_by = reason, None, ""
    mandate.version += 1
    mandate.save(
        update_fields=["state", "awaiting", "ended_at", "ending", "reason", "renewal_until", "renewal_by", "version"]
    )
    end_authorizations(mandate_id=mandate.pk, now=now)
    record(mandate, "ended", by=by, role=role, now=now)


def locked(mandate_id: UUID) -> Mandate:
    """Return the mandate, locked after the one it was delegated from, in which order ending locks them, too."""
    source = Mandate.objects.filter(pk=mandate_id).values_list("delegated_from", flat=True).get()
    if source is not None:
        list(Mandate.objects.select_for_update().filter(pk=source).values_list("pk"))
    found = Mandate.objects.select_for_update(of=("self",)).select_related("principal", "agent", "delegated_from")
    return found.get(pk=mandate_id)


def lock_open(principal_id: UUID) -> list[Mandate]:
    """Return the mandates for somebody that did not end, locked."""
    found = Mandate.objects.filter(principal_id=principal_id).exclude(state=State.ENDED)
    return list(found.select_related("principal", "agent").select_for_update(of=("self",)).order_by("pk"))


def side_in(mandate: Mandate, person_id: UUID) -> str:
    """Return the side for which a person speaks: `agent`, or `principal`, as a company's director does for it.

    :raises Mandate.DoesNotExist: for who is on neither.
    """
    source = mandate.delegated_from
    if person_id == mandate.agent_id:
        return "agent"
    if person_id == mandate.principal_id or (source is not None and source.agent_id == person_id):
        return "principal"
    raise Mandate.DoesNotExist


def record(
    mandate: Mandate, what: str, *, by: UUID | None, role: str, now: datetime, also: Sequence[UUID] = ()
) -> None:
    """Write the line of history, and tell."""
    data = {
        "state": mandate.state,
        "ending": mandate.ending,
        "services": mandate.services,
        "expires_at": mandate.expires_at.isoformat(),
        "reason": mandate.reason,
    }
    Change.objects.create(mandate=mandate, version=mandate.version, what=what, by_id=by, role=role, data=data, at=now)
    tell(mandate, what, now, also)


def tell(mandate: Mandate, what: str, now: datetime, also: Sequence[UUID] = ()) -> None:
    """Publish what happened; `also` are others who hear of it, as the other parent."""
    body: dict[str, Any] = {
        "also": [str(each) for each in also],
        "mandate": str(mandate.id),
        "version": mandate.version,
        "what": what,
    }
    publish(topic=f"mandate.{what}", key=mandate.id, body=body, now=now)
